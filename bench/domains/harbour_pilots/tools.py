"""Read-only tools for the dispatch desk of the Skarvik harbour pilots."""
import math
import re
from datetime import date as _date, datetime, timedelta
from typing import Literal, Optional

import practicum

VESSELS = {
    "9321483": {"name": "Nordlys Trader", "type": "bulk carrier", "gt": 23400, "loa_m": 187.0, "beam_m": 28.5, "max_draught_m": 10.4, "flag": "NO"},
    "9455002": {"name": "Havila Cedar", "type": "product tanker", "gt": 11980, "loa_m": 144.1, "beam_m": 23.0, "max_draught_m": 9.1, "flag": "MT"},
    "9188764": {"name": "Baltic Petrel", "type": "general cargo", "gt": 4210, "loa_m": 98.6, "beam_m": 15.8, "max_draught_m": 6.2, "flag": "LV"},
    "9630112": {"name": "Stella Marina", "type": "cruise ship", "gt": 71300, "loa_m": 268.0, "beam_m": 32.2, "max_draught_m": 8.0, "flag": "BS"},
    "9702459": {"name": "Ems Voyager", "type": "container feeder", "gt": 10730, "loa_m": 151.7, "beam_m": 23.4, "max_draught_m": 8.0, "flag": "DE"},
    "9277305": {"name": "Kestrel Bay", "type": "reefer", "gt": 8150, "loa_m": 134.0, "beam_m": 20.8, "max_draught_m": 7.6, "flag": "PA"},
    "9519828": {"name": "Ormen Lange", "type": "LNG carrier", "gt": 18400, "loa_m": 155.6, "beam_m": 22.7, "max_draught_m": 8.4, "flag": "NO"},
    "9044190": {"name": "Sankt Olav", "type": "ro-ro", "gt": 15610, "loa_m": 161.0, "beam_m": 24.2, "max_draught_m": 6.9, "flag": "SE"},
}

PILOTS = [
    {"code": "P01", "name": "Ingrid Solheim", "grade": "A", "on_watch": True, "languages": ["no", "en", "de"]},
    {"code": "P02", "name": "Tor Aune", "grade": "A", "on_watch": False, "languages": ["no", "en"]},
    {"code": "P03", "name": "Marek Wolski", "grade": "B", "on_watch": True, "languages": ["no", "en", "pl"]},
    {"code": "P05", "name": "Greta Lindqvist", "grade": "B", "on_watch": False, "languages": ["sv", "no", "en"]},
    {"code": "P07", "name": "Hans Brekke", "grade": "A", "on_watch": True, "languages": ["no", "en", "ru"]},
    {"code": "P08", "name": "Liv Haugen", "grade": "C", "on_watch": True, "languages": ["no", "en"]},
    {"code": "P09", "name": "Jonas Petersen", "grade": "C", "on_watch": False, "languages": ["no", "en", "de"]},
    {"code": "P11", "name": "Sunniva Dahl", "grade": "B", "on_watch": True, "languages": ["no", "en", "fr"]},
    {"code": "P14", "name": "Ola Nygaard", "grade": "TRN", "on_watch": True, "languages": ["no", "en"]},
    {"code": "P15", "name": "Emre Kaya", "grade": "TRN", "on_watch": False, "languages": ["tr", "no", "en"]},
]

BERTHS = {
    "NQ1": {"quay": "North Quay", "max_loa_m": 210.0, "max_beam_m": 34.0, "depth_m": 10.8, "shore_power": True},
    "NQ2": {"quay": "North Quay", "max_loa_m": 180.0, "max_beam_m": 30.0, "depth_m": 9.6, "shore_power": False},
    "NQ3": {"quay": "North Quay", "max_loa_m": 195.0, "max_beam_m": 30.0, "depth_m": 9.9, "shore_power": True},
    "EQ1": {"quay": "East Quay", "max_loa_m": 150.0, "max_beam_m": 25.0, "depth_m": 8.2, "shore_power": False},
    "EQ2": {"quay": "East Quay", "max_loa_m": 190.0, "max_beam_m": 29.0, "depth_m": 9.0, "shore_power": False},
    "OT1": {"quay": "Oil Terminal", "max_loa_m": 250.0, "max_beam_m": 44.0, "depth_m": 13.0, "shore_power": False},
    "OT2": {"quay": "Oil Terminal", "max_loa_m": 185.0, "max_beam_m": 32.0, "depth_m": 11.0, "shore_power": True},
    "CT1": {"quay": "Cruise Terminal", "max_loa_m": 300.0, "max_beam_m": 40.0, "depth_m": 10.0, "shore_power": True},
}

BOOKINGS = [
    {"job": "HP-25-0601", "date": "2025-06-17", "start": "05:30", "hours": 3, "imo": "9188764", "pilot": "P03", "direction": "IN", "status": "CMP"},
    {"job": "HP-25-0602", "date": "2025-06-17", "start": "11:00", "hours": 2, "imo": "9702459", "pilot": "P01", "direction": "OUT", "status": "CXL"},
    {"job": "HP-25-0603", "date": "2025-06-17", "start": "16:45", "hours": 2, "imo": "9277305", "pilot": "P08", "direction": "SHF", "status": "CXL"},
    {"job": "HP-25-0604", "date": "2025-06-18", "start": "04:00", "hours": 4, "imo": "9321483", "pilot": "P07", "direction": "IN", "status": "CNF"},
    {"job": "HP-25-0605", "date": "2025-06-18", "start": "13:30", "hours": 3, "imo": "9455002", "pilot": "P07", "direction": "OUT", "status": "CNF"},
    {"job": "HP-25-0606", "date": "2025-06-18", "start": "18:00", "hours": 2, "imo": "9044190", "pilot": "P11", "direction": "IN", "status": "REQ"},
    {"job": "HP-25-0607", "date": "2025-06-19", "start": "07:00", "hours": 3, "imo": "9630112", "pilot": "P01", "direction": "IN", "status": "CNF"},
    {"job": "HP-25-0608", "date": "2025-06-19", "start": "19:30", "hours": 3, "imo": "9630112", "pilot": "P02", "direction": "OUT", "status": "CNF"},
    {"job": "HP-25-0609", "date": "2025-06-19", "start": "12:15", "hours": 2, "imo": "9702459", "pilot": "P03", "direction": "OUT", "status": "CNF"},
    {"job": "HP-25-0610", "date": "2025-06-20", "start": "09:00", "hours": 1, "imo": "9277305", "pilot": "P08", "direction": "SHF", "status": "REQ"},
    {"job": "HP-25-0611", "date": "2025-06-20", "start": "15:00", "hours": 3, "imo": "9519828", "pilot": "P07", "direction": "IN", "status": "REQ"},
    {"job": "HP-25-0612", "date": "2025-06-21", "start": "22:00", "hours": 4, "imo": "9321483", "pilot": "P02", "direction": "OUT", "status": "REQ"},
]

NOTICES = [
    {"no": "NtM 11/25", "title": "Dredging works in Vesle fairway", "body": "Suction dredger Triton working day and night; pass at slow speed.", "expired": False},
    {"no": "NtM 09/25", "title": "Leading light Skarvodden extinguished", "body": "Rear light out of order until further notice.", "expired": False},
    {"no": "NtM 08/25", "title": "Swing bridge restricted opening hours", "body": "The swing bridge opens on request only between 06 and 22.", "expired": False},
    {"no": "NtM 05/25", "title": "Swing bridge closed for repairs", "body": "No openings for one week.", "expired": True},
    {"no": "NtM 04/25", "title": "Survey at Oil Terminal", "body": "Divers down off OT2; keep clear 100 m.", "expired": True},
    {"no": "NtM 12/25", "title": "Rowing regatta in the inner basin", "body": "Inner basin closed to traffic Saturday 10-14.", "expired": False},
    {"no": "NtM 10/25", "title": "New buoy at Bravo boarding ground", "body": "Yellow special mark laid; Fl.Y.5s.", "expired": False},
    {"no": "NtM 02/25", "title": "Ice in river passage", "body": "Engine power requirement in force; dredging suspended.", "expired": True},
]

_RATES = {"OUT": 0.021, "FWY": 0.034, "RIV": 0.052, "INN": 0.018}
_POINTS = {"ALF": 3.2, "BRV": 6.5, "CHL": 11.4}


def _day(text: str) -> _date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValueError(f"date {text!r} must be given as YYYY-MM-DD, e.g. 2025-06-18") from None


def _berth(berth_id: str) -> dict:
    if berth_id not in BERTHS:
        raise ValueError(f"no berth {berth_id!r}; the berths are {', '.join(BERTHS)}")
    return BERTHS[berth_id]


@practicum.read_only
def get_vessel(imo: str) -> dict:
    """Particulars of a vessel in our register: name, type, tonnage, dimensions, flag.

    Args:
        imo: The seven digits of the IMO number, without the letters, e.g. "9188764".
    """
    if not re.fullmatch(r"\d{7}", imo):
        raise ValueError("imo must be exactly seven digits, without 'IMO' and without spaces")
    if imo not in VESSELS:
        raise ValueError(f"vessel {imo} is not in the register; known: {', '.join(VESSELS)}")
    return {"imo": imo, **VESSELS[imo]}


@practicum.read_only
def list_pilots(grade: Optional[Literal["A", "B", "C", "TRN"]] = None,
                on_watch: Optional[bool] = None,
                language: Optional[str] = None) -> list[dict]:
    """List the pilots of the station, optionally filtered.

    Args:
        grade: Licence grade. A = unlimited, B = up to 30 000 GT, C = up to
            10 000 GT, TRN = trainee.
        on_watch: True for those on watch at the moment, False for those off watch.
        language: Two-letter language code (ISO 639-1), lower case: "de", "pl", ...
    """
    if grade is not None and grade not in ("A", "B", "C", "TRN"):
        raise ValueError("grade must be A, B, C or TRN")
    if language is not None and not re.fullmatch(r"[a-z]{2}", language):
        raise ValueError("language must be a two-letter code in lower case, e.g. 'de' for German")
    return [p for p in PILOTS
            if (grade is None or p["grade"] == grade)
            and (on_watch is None or p["on_watch"] == on_watch)
            and (language is None or language in p["languages"])]


@practicum.read_only
def pilotage_fee(gross_tonnage: int, zone: Literal["OUT", "FWY", "RIV", "INN"],
                 tugs: int = 0, night: bool = False) -> dict:
    """Work out the pilotage dues in EUR for one job.

    Args:
        gross_tonnage: GT of the ship, at least 300 (smaller craft are exempt).
        zone: Where the ship is piloted. OUT outer roads, FWY fairway,
            RIV river passage, INN inner basin.
        tugs: Number of tugs ordered with the pilot, each at the flat rate.
        night: Job between 22:00 and 06:00; 25 % is added.
    """
    if gross_tonnage < 300:
        raise ValueError("gross_tonnage must be 300 or more; smaller craft are exempt from pilotage")
    if zone not in _RATES:
        raise ValueError("zone must be one of OUT, FWY, RIV, INN")
    if not 0 <= tugs <= 4:
        raise ValueError("tugs must be between 0 and 4")
    base = 180 + gross_tonnage * _RATES[zone]
    surcharge = base * 0.25 if night else 0.0
    tug_cost = tugs * 640.0
    return {"base_eur": round(base, 2), "night_eur": round(surcharge, 2), "tugs_eur": tug_cost,
            "total_eur": round(base + surcharge + tug_cost, 2)}


@practicum.read_only
def is_pilot_free(pilot_code: str, date: str, start_time: str, hours: int = 3) -> dict:
    """Check whether a pilot has no other job in the period wanted.

    Args:
        pilot_code: Letter P and two digits.
        date: Day of the job (YYYY-MM-DD).
        start_time: Start of the job, 24-hour clock.
        hours: Length of the job in whole hours. Three if not told.

    Returns:
        free (bool) and the jobs that collide.
    """
    if pilot_code not in [p["code"] for p in PILOTS]:
        raise ValueError(f"no pilot {pilot_code!r}; codes are {', '.join(p['code'] for p in PILOTS)}")
    day = _day(date)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", start_time):
        raise ValueError("start_time must be HH:MM with a colon, e.g. 06:30")
    if not 1 <= hours <= 12:
        raise ValueError("hours must be from 1 to 12 (rest rules)")
    begin = datetime.combine(day, datetime.strptime(start_time, "%H:%M").time())
    end = begin + timedelta(hours=hours)
    clash = []
    for b in BOOKINGS:
        if b["pilot"] != pilot_code or b["status"] == "CXL":
            continue
        s = datetime.strptime(b["date"] + " " + b["start"], "%Y-%m-%d %H:%M")
        if s < end and begin < s + timedelta(hours=b["hours"]):
            clash.append(b["job"])
    return {"pilot": pilot_code, "free": not clash, "collides_with": clash}


@practicum.read_only
def tide_window(berth_id: str, date: str, draught_m: float) -> dict:
    """Times of the day between which a ship of the given draught can reach a berth.

    Args:
        berth_id: Two letters for the quay and a number, such as OT2.
        date: YYYY-MM-DD
        draught_m: Deepest draught in metres. Ten per cent is added for under-keel clearance.
    """
    b = _berth(berth_id)
    day = _day(date)
    if not 2.0 <= draught_m <= 15.0:
        raise ValueError("draught_m is in metres and must be between 2 and 15")
    need = draught_m * 1.1 - b["depth_m"]
    hw = (day.toordinal() * 50) % 745
    if need <= 0:
        return {"berth": berth_id, "windows": ["00:00-24:00"]}
    if need > 2.4:
        return {"berth": berth_id, "windows": [], "remark": "too deep at any state of the tide"}
    half = int(math.acos(min(1.0, need / 1.2 - 1)) / math.pi * 372)
    out = []
    for m in (hw, hw + 745):
        a, z = max(0, m - half), min(1440, m + half)
        if a < z:
            out.append(f"{a // 60:02d}:{a % 60:02d}-{z // 60:02d}:{z % 60:02d}")
    return {"berth": berth_id, "windows": out}


@practicum.read_only
def search_notices(text: str, include_expired: bool = False) -> list[dict]:
    """Search the local notices to mariners for a word or phrase (title and body).

    Args:
        text: What to look for; at least three characters, case does not matter.
        include_expired: Also return notices that are no longer in force.
    """
    if len(text.strip()) < 3:
        raise ValueError("text needs at least three characters")
    t = text.strip().lower()
    return [n for n in NOTICES
            if t in (n["title"] + " " + n["body"]).lower() and (include_expired or not n["expired"])]


@practicum.read_only
def list_jobs(date: str,
              status: Optional[Literal["REQ", "CNF", "CMP", "CXL"]] = None,
              direction: Optional[Literal["IN", "OUT", "SHF"]] = None) -> list[dict]:
    """Pilot jobs of one day, in order of time.

    Args:
        date: The day, YYYY-MM-DD.
        status: REQ requested, CNF confirmed, CMP completed, CXL cancelled.
        direction: IN for arrivals, OUT for departures, SHF for shifts from one berth to another.
    """
    _day(date)
    if status not in (None, "REQ", "CNF", "CMP", "CXL"):
        raise ValueError("status must be REQ, CNF, CMP or CXL")
    if direction not in (None, "IN", "OUT", "SHF"):
        raise ValueError("direction must be IN, OUT or SHF")
    rows = [b for b in BOOKINGS if b["date"] == date
            and status in (None, b["status"]) and direction in (None, b["direction"])]
    return sorted(rows, key=lambda b: b["start"])


@practicum.read_only
def launch_transit(boarding_point: Literal["ALF", "BRV", "CHL"], speed_kn: float,
                   wave_height_m: float = 0.0) -> dict:
    """Minutes the pilot launch needs from the station to a boarding ground.

    Args:
        boarding_point: ALF (Alfa), BRV (Bravo) or CHL (Charlie).
        speed_kn: Speed of the launch in knots.
        wave_height_m: Significant wave height in metres; slows the launch down.
    """
    if boarding_point not in _POINTS:
        raise ValueError("boarding_point must be ALF, BRV or CHL")
    if not 5 <= speed_kn <= 28:
        raise ValueError("speed_kn must be between 5 and 28 knots")
    if not 0 <= wave_height_m <= 4:
        raise ValueError("wave_height_m must be between 0 and 4; above that boarding is suspended")
    eff = speed_kn * (1 - 0.12 * wave_height_m)
    return {"distance_nm": _POINTS[boarding_point], "minutes": round(_POINTS[boarding_point] / eff * 60)}


@practicum.read_only
def berths_that_fit(berth_ids: list[str], loa_m: float, beam_m: float,
                    need_shore_power: bool = False) -> list[dict]:
    """Tell for each of the given berths whether a ship of this size can lie there.

    Args:
        berth_ids: Berths to check, one to five of them, like ["NQ1", "CT1"].
        loa_m: Length over all in metres.
        beam_m: Beam in metres.
        need_shore_power: Only count berths with a shore power connection as fitting.
    """
    if not 1 <= len(berth_ids) <= 5:
        raise ValueError("give one to five berths")
    if loa_m <= 0 or beam_m <= 0:
        raise ValueError("loa_m and beam_m must be positive, in metres")
    out = []
    for i in berth_ids:
        b = _berth(i)
        fits = loa_m <= b["max_loa_m"] and beam_m <= b["max_beam_m"] and (b["shore_power"] or not need_shore_power)
        out.append({"berth": i, "fits": fits, "max_loa_m": b["max_loa_m"], "max_beam_m": b["max_beam_m"], "shore_power": b["shore_power"]})
    return out
