"""
Ascendia Lift Services - field service data for dispatch.

Reference date of this extract: 2025-09-01.
"""
from datetime import date, datetime, timedelta
from typing import Literal, Optional

import practicum

EXTRACT_DATE = date(2025, 9, 1)

UNITS = {
    "LX-30011": {"site": "HARBR", "model": "Vertia 200", "controller": "KX4", "floors": 9, "load_kg": 630, "contract": "gold", "region": "west", "inspection_due": "2025-09-10"},
    "LX-30012": {"site": "HARBR", "model": "Vertia 200", "controller": "KX4", "floors": 9, "load_kg": 630, "contract": "gold", "region": "west", "inspection_due": "2025-10-22"},
    "LX-30040": {"site": "STMARY", "model": "Medibed 1600", "controller": "KX7", "floors": 6, "load_kg": 1600, "contract": "platinum", "region": "central", "inspection_due": "2025-09-05"},
    "LX-30041": {"site": "STMARY", "model": "Medibed 1600", "controller": "KX7", "floors": 6, "load_kg": 1600, "contract": "platinum", "region": "central", "inspection_due": "2025-12-01"},
    "LX-30077": {"site": "OLDMLL", "model": "Goodslift 3T", "controller": "HYD2", "floors": 3, "load_kg": 3000, "contract": "silver", "region": "east", "inspection_due": "2025-08-28"},
    "LX-30102": {"site": "TWR21", "model": "Vertia 500", "controller": "KX7", "floors": 24, "load_kg": 1275, "contract": "gold", "region": "central", "inspection_due": "2025-11-14"},
    "LX-30103": {"site": "TWR21", "model": "Vertia 500", "controller": "KX7", "floors": 24, "load_kg": 1275, "contract": "gold", "region": "central", "inspection_due": "2025-09-29"},
    "LX-30118": {"site": "PLZCTR", "model": "Vertia 200", "controller": "KX4", "floors": 4, "load_kg": 800, "contract": "silver", "region": "east", "inspection_due": "2026-01-19"},
}

FAULTS = [
    {"fault_id": 7701, "unit": "LX-30011", "code": "E21", "severity": 3, "opened": "2025-08-30"},
    {"fault_id": 7704, "unit": "LX-30040", "code": "D07", "severity": 5, "opened": "2025-09-01"},
    {"fault_id": 7698, "unit": "LX-30077", "code": "H12", "severity": 2, "opened": "2025-08-25"},
    {"fault_id": 7690, "unit": "LX-30102", "code": "D11", "severity": 1, "opened": "2025-08-18"},
    {"fault_id": 7703, "unit": "LX-30103", "code": "D07", "severity": 4, "opened": "2025-08-31"},
]

FAULT_CODES = {
    ("KX4", "E21"): ("Door zone sensor lost", "Clean or replace magnet strip reader"), ("KX4", "E33"): ("Overspeed governor tripped", "Do not reset remotely; site visit"),
    ("KX4", "E40"): ("Phase failure", "Check mains, phase relay K2"), ("KX7", "D07"): ("Brake lining wear limit", "Replace linings, brake test"),
    ("KX7", "D11"): ("Car light failure", "Replace LED strip"), ("KX7", "E21"): ("Encoder mismatch", "Re-teach shaft"),
    ("HYD2", "H12"): ("Oil temperature high", "Check cooler fan"), ("HYD2", "H15"): ("Levelling creep", "Check down valve"),
}

VISITS = [
    ("LX-30011", "2025-08-04", "maintenance", "A. Ferro", 1.5), ("LX-30011", "2025-07-11", "repair", "B. Quist", 3.0), ("LX-30011", "2024-09-09", "inspection", "TUV", 2.0),
    ("LX-30040", "2025-08-19", "maintenance", "S. Lahti", 2.0), ("LX-30040", "2025-06-02", "repair", "S. Lahti", 4.5), ("LX-30077", "2025-08-26", "repair", "J. Mbeki", 1.0),
    ("LX-30077", "2025-05-15", "maintenance", "J. Mbeki", 2.5), ("LX-30102", "2025-08-01", "maintenance", "S. Lahti", 2.0), ("LX-30102", "2025-03-12", "modernisation", "B. Quist", 38.0),
    ("LX-30118", "2025-07-30", "maintenance", "J. Mbeki", 1.5),
]

PARTS = {
    "BRK-7710": {"desc": "Brake lining set", "category": "brake", "models": ["Vertia 500", "Medibed 1600"], "eur": 412.0, "stock": {"west": 0, "central": 3, "east": 1}},
    "DOR-1180": {"desc": "Door operator belt", "category": "door", "models": ["Vertia 200", "Vertia 500"], "eur": 38.5, "stock": {"west": 6, "central": 4, "east": 5}},
    "DOR-1192": {"desc": "Light curtain 2 m", "category": "door", "models": ["Vertia 200", "Vertia 500", "Medibed 1600"], "eur": 265.0, "stock": {"west": 1, "central": 2, "east": 0}},
    "ELC-3004": {"desc": "Phase relay K2", "category": "electrical", "models": ["Vertia 200"], "eur": 74.0, "stock": {"west": 2, "central": 0, "east": 2}},
    "ELC-3051": {"desc": "Encoder 1024 ppr", "category": "electrical", "models": ["Vertia 500", "Medibed 1600"], "eur": 330.0, "stock": {"west": 0, "central": 1, "east": 0}},
    "HYD-5502": {"desc": "Down valve", "category": "hydraulic", "models": ["Goodslift 3T"], "eur": 519.0, "stock": {"west": 0, "central": 0, "east": 1}},
    "CAB-9015": {"desc": "LED strip ceiling", "category": "cabin", "models": ["Vertia 500", "Medibed 1600"], "eur": 57.0, "stock": {"west": 3, "central": 8, "east": 2}},
}

ROTA = {  # (region, iso week): (day, night)
    ("west", 36): ("A. Ferro", "B. Quist"), ("west", 37): ("B. Quist", "A. Ferro"),
    ("central", 36): ("S. Lahti", "P. Oduya"), ("central", 37): ("P. Oduya", "S. Lahti"),
    ("east", 36): ("J. Mbeki", "C. Nilsen"), ("east", 37): ("C. Nilsen", "J. Mbeki"),
}

RESPONSE_H = {"silver": 24, "gold": 8, "platinum": 4}


@practicum.read_only
def unit_info(unit_no: str) -> dict:
    """Master data of a lift.

    :param unit_no: LX number, ``LX-`` and five digits
    :return: site code, model, controller type, floors, rated load, contract level, region, next inspection
    """
    if unit_no not in UNITS:
        raise ValueError(f"Unit {unit_no} is not under contract")
    return {"unit_no": unit_no, **UNITS[unit_no]}


@practicum.read_only
def open_faults(region: Optional[Literal["west", "central", "east"]] = None, min_severity: int = 1, site: Optional[str] = None) -> list:
    """Faults not closed yet, worst first.

    :param region: service region
    :param min_severity: 1 (cosmetic) to 5 (out of service)
    :param site: site code in capitals, like ``HARBR``
    """
    if not 1 <= min_severity <= 5:
        raise ValueError("min_severity must be 1..5")
    if region not in (None, "west", "central", "east"):
        raise ValueError(f"region {region!r} unknown")
    if site is not None and site not in {u["site"] for u in UNITS.values()}:
        raise ValueError(f"site {site!r} unknown")
    hits = [dict(f, site=UNITS[f["unit"]]["site"]) for f in FAULTS
            if f["severity"] >= min_severity and region in (None, UNITS[f["unit"]]["region"]) and site in (None, UNITS[f["unit"]]["site"])]
    return sorted(hits, key=lambda f: -f["severity"])


@practicum.read_only
def decode_fault(controller: Literal["KX4", "KX7", "HYD2"], code: str) -> dict:
    """Meaning and first remedy of a controller error code. The same code means different things on different controllers.

    :param controller: controller type
    :param code: one letter, two digits
    """
    try:
        m, r = FAULT_CODES[(controller, code)]
    except KeyError:
        raise ValueError(f"{controller} has no code {code}")
    return {"controller": controller, "code": code, "meaning": m, "remedy": r}


@practicum.read_only
def inspections_due(within_days: int, region: Optional[Literal["west", "central", "east"]] = None, include_overdue: bool = False) -> list:
    """Statutory inspections coming up.

    :param within_days: how far to look ahead from today, 1 to 365
    :param region: service region
    :param include_overdue: also those whose date has passed already
    """
    if not 1 <= within_days <= 365:
        raise ValueError("within_days must be 1..365")
    out = []
    for n, u in UNITS.items():
        left = (date.fromisoformat(u["inspection_due"]) - EXTRACT_DATE).days
        if left <= within_days and (left >= 0 or include_overdue) and region in (None, u["region"]):
            out.append({"unit_no": n, "site": u["site"], "due": u["inspection_due"], "days_left": left})
    return sorted(out, key=lambda r: r["days_left"])


@practicum.read_only
def on_call(region: Literal["west", "central", "east"], day: str, shift: Optional[Literal["day", "night"]] = None) -> dict:
    """Technician on duty.

    :param region: service region
    :param day: ISO date
    :param shift: both shifts when not given
    """
    try:
        wk = date.fromisoformat(day).isocalendar()[1]
    except (TypeError, ValueError):
        raise ValueError("day: not a date: %s" % day)
    if (region, wk) not in ROTA:
        raise ValueError(f"no rota for {region} in week {wk}")
    d, n = ROTA[(region, wk)]
    full = {"day": d, "night": n}
    return {"region": region, "date": day, **({shift: full[shift]} if shift else full)}


@practicum.read_only
def part_stock(part_no: str, depot: Optional[Literal["west", "central", "east"]] = None) -> dict:
    """Stock and list price of a spare part.

    :param part_no: three letters, dash, four digits
    :param depot: one depot only
    """
    p = PARTS.get(part_no)
    if p is None:
        raise ValueError(f"part {part_no} unknown")
    return {"part_no": part_no, "desc": p["desc"], "eur": p["eur"], "stock": {k: v for k, v in p["stock"].items() if depot in (None, k)}}


@practicum.read_only
def parts_for_model(
    model: Literal["Vertia 200", "Vertia 500", "Medibed 1600", "Goodslift 3T"],
    category: Optional[Literal["brake", "door", "electrical", "hydraulic", "cabin"]] = None,
) -> list:
    """Which spare parts fit a lift model.

    :param model: model name
    :param category: part group
    """
    if not any(model in p["models"] for p in PARTS.values()):
        raise ValueError(f"no parts list for {model}")
    return [{"part_no": n, "desc": p["desc"], "category": p["category"]} for n, p in PARTS.items() if model in p["models"] and category in (None, p["category"])]


@practicum.read_only
def service_history(unit_no: str, kind: Optional[Literal["maintenance", "repair", "inspection", "modernisation"]] = None, limit: int = 10) -> list:
    """Past visits to a lift, newest first: date, kind, technician, hours.

    :param unit_no: LX number
    :param kind: kind of visit
    :param limit: at most so many, 1-50
    """
    if unit_no not in UNITS:
        raise ValueError(f"Unit {unit_no} is not under contract")
    if not 1 <= limit <= 50:
        raise ValueError("limit must be 1..50")
    rows = [v for v in VISITS if v[0] == unit_no and kind in (None, v[2])]
    rows.sort(key=lambda v: v[1], reverse=True)
    return [{"date": d, "kind": k, "technician": t, "hours": h} for _, d, k, t, h in rows[:limit]]


@practicum.read_only
def response_deadline(contract: Literal["silver", "gold", "platinum"], reported_at: str, trapped: bool = False) -> dict:
    """Latest time by which a technician must be on site.

    :param contract: contract level
    :param reported_at: local time of the call, ``YYYY-MM-DDTHH:MM``
    :param trapped: people are stuck in the car; then it is 45 minutes whatever the contract
    """
    if contract not in RESPONSE_H:
        raise ValueError(f"contract level {contract!r}?")
    try:
        t = datetime.fromisoformat(reported_at)
    except (TypeError, ValueError):
        raise ValueError("reported_at must look like 2025-09-01T14:30")
    delta = timedelta(minutes=45) if trapped else timedelta(hours=RESPONSE_H[contract])
    return {"deadline": (t + delta).isoformat(timespec="minutes")}
