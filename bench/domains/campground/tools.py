"""
Pinewater Parks -- reservations desk API (read side)

Four campgrounds, season runs 15 May to 30 September 2025.
"""
from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, Optional

import practicum

SEASON_START = date(2025, 5, 15)
SEASON_END = date(2025, 9, 30)

SITES = {
    # site_id: (park, type, amps, max_len_ft, nightly, pets, waterfront)
    "CL-01": ("cedar_lake", "rv", 50, 40, 62.0, True, True),
    "CL-02": ("cedar_lake", "rv", 30, 32, 54.0, True, False),
    "CL-03": ("cedar_lake", "tent", None, None, 31.0, True, False),
    "CL-04": ("cedar_lake", "tent", None, None, 36.0, False, True),
    "CL-05": ("cedar_lake", "cabin", 30, None, 118.0, False, True),
    "EB-01": ("eagle_bluff", "rv", 50, 45, 58.0, True, False),
    "EB-02": ("eagle_bluff", "rv", 50, 38, 58.0, False, False),
    "EB-03": ("eagle_bluff", "tent", None, None, 28.0, True, False),
    "EB-04": ("eagle_bluff", "yurt", 30, None, 94.0, True, False),
    "MR-01": ("mill_river", "rv", 30, 28, 49.0, True, True),
    "MR-02": ("mill_river", "tent", None, None, 27.0, True, True),
    "MR-03": ("mill_river", "tent", None, None, 24.0, True, False),
    "MR-04": ("mill_river", "cabin", 30, None, 109.0, True, False),
    "SD-01": ("sandy_point", "rv", 50, 42, 71.0, False, True),
    "SD-02": ("sandy_point", "yurt", 30, None, 99.0, False, True),
    "SD-03": ("sandy_point", "tent", None, None, 38.0, True, True),
}

RESERVATIONS = [
    {"confirmation": "PW7K2M", "site_id": "CL-01", "arrive": "2025-06-20", "nights": 5, "guest": "Okafor", "adults": 2, "children": 2, "plate": "KDL4471", "paid": True},
    {"confirmation": "PW81QX", "site_id": "CL-03", "arrive": "2025-07-03", "nights": 3, "guest": "Lindqvist", "adults": 2, "children": 0, "plate": "7TRG219", "paid": True},
    {"confirmation": "PW9A0D", "site_id": "CL-05", "arrive": "2025-07-04", "nights": 4, "guest": "Barrera", "adults": 4, "children": 1, "plate": "HNV8802", "paid": False},
    {"confirmation": "PWB3TT", "site_id": "EB-01", "arrive": "2025-06-14", "nights": 7, "guest": "Whitcomb", "adults": 2, "children": 0, "plate": "RVLIFE9", "paid": True},
    {"confirmation": "PWC5ZE", "site_id": "EB-04", "arrive": "2025-08-09", "nights": 2, "guest": "Sato", "adults": 2, "children": 1, "plate": "5BQC330", "paid": True},
    {"confirmation": "PWD1LH", "site_id": "MR-01", "arrive": "2025-07-18", "nights": 6, "guest": "Dube", "adults": 1, "children": 0, "plate": "WTR1140", "paid": False},
    {"confirmation": "PWE6VN", "site_id": "MR-04", "arrive": "2025-08-29", "nights": 4, "guest": "Kowalski", "adults": 3, "children": 3, "plate": "MGX5520", "paid": True},
    {"confirmation": "PWF8RS", "site_id": "SD-01", "arrive": "2025-07-01", "nights": 10, "guest": "Tremblay", "adults": 2, "children": 0, "plate": "QC88ZTR", "paid": True},
    {"confirmation": "PWG2YU", "site_id": "SD-03", "arrive": "2025-08-15", "nights": 3, "guest": "Haddad", "adults": 2, "children": 4, "plate": "LPN0097", "paid": False},
    {"confirmation": "PWH4JC", "site_id": "CL-02", "arrive": "2025-07-02", "nights": 4, "guest": "Novak", "adults": 2, "children": 1, "plate": "9KEE641", "paid": True},
]

ACTIVITIES = [
    ("cedar_lake", "2025-07-04", "Canoe parade", 6), ("cedar_lake", "2025-07-05", "Owl walk", 4), ("cedar_lake", "2025-07-05", "Knots and tarps", 8),
    ("eagle_bluff", "2025-06-14", "Rock climbing taster", 12), ("eagle_bluff", "2025-08-09", "Perseid star party", 5), ("eagle_bluff", "2025-08-10", "Junior ranger", 5),
    ("mill_river", "2025-07-19", "Fly casting", 10), ("mill_river", "2025-08-30", "Frog count", 3),
    ("sandy_point", "2025-07-04", "Sandcastle contest", 3), ("sandy_point", "2025-07-04", "Paddleboard intro", 12), ("sandy_point", "2025-08-16", "Shell walk", 3),
]

FIRE = {"cedar_lake": "open", "eagle_bluff": "total_ban", "mill_river": "open", "sandy_point": "propane_only"}


def _d(text: str, what: str) -> date:
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise ValueError(f"{what}: expected YYYY-MM-DD but got {text!r}") from None


def _busy(site_id, first, nights):
    last = first + timedelta(days=nights)
    for r in RESERVATIONS:
        if r["site_id"] == site_id:
            a = date.fromisoformat(r["arrive"])
            if a < last and first < a + timedelta(days=r["nights"]):
                return True
    return False


def _check_stay(arrive, nights):
    a = _d(arrive, "arrive")
    if not 1 <= nights <= 21:
        raise ValueError("nights must be between 1 and 21")
    if a < SEASON_START or a + timedelta(days=nights) > SEASON_END:
        raise ValueError("stay is outside the 2025 season")
    return a


@practicum.read_only
def get_reservation(confirmation: str) -> dict:
    """
    Reservation by confirmation code.

    Parameters
    ----------
    confirmation : str
        Six characters, upper case, always starts with PW.

    Returns
    -------
    dict
        Site, dates, guest surname, party size, licence plate and whether it is paid.
    """
    for r in RESERVATIONS:
        if r["confirmation"] == confirmation:
            return dict(r)
    raise ValueError(f"Confirmation {confirmation} not found")


@practicum.read_only
def available_sites(
    park: Literal["cedar_lake", "eagle_bluff", "mill_river", "sandy_point"],
    arrive: str,
    nights: int,
    site_type: Optional[Literal["tent", "rv", "cabin", "yurt"]] = None,
    pets: bool = False,
    min_amps: Optional[Literal[30, 50]] = None,
) -> list[dict]:
    """
    Sites that are free for a whole stay.

    Parameters
    ----------
    park : str
        Campground key.
    arrive : str
        Arrival date, ISO.
    nights : int
        Length of the stay, 1-21.
    site_type : str, optional
        Kind of site. Any kind if not given.
    pets : bool, default False
        True if the party brings an animal; leaves only pet-friendly sites.
    min_amps : int, optional
        Needed electrical hookup.

    Returns
    -------
    list of dict
    """
    if park not in FIRE:
        raise ValueError(f"unknown park '{park}'")
    a = _check_stay(arrive, nights)
    out = []
    for sid, (p, typ, amps, ln, price, dog, water) in SITES.items():
        if p != park or (site_type and typ != site_type) or (pets and not dog):
            continue
        if min_amps and (amps or 0) < min_amps:
            continue
        if not _busy(sid, a, nights):
            out.append({"site_id": sid, "type": typ, "nightly": price, "waterfront": water})
    return out


@practicum.read_only
def quote_stay(site_id: str, arrive: str, nights: int, adults: int = 2, children: int = 0, member: bool = False) -> dict:
    """
    Total price of a stay on one site, in USD with tax.

    Parameters
    ----------
    site_id : str
        For example ``CL-03``.
    arrive : str
        Arrival date, ISO.
    nights : int
        1-21.
    adults : int, default 2
        1-6. The third and further adults cost 8 a night each.
    children : int, default 0
        Under 16. 0-8. They cost 3 a night each.
    member : bool, default False
        Pinewater Club members get 10 percent off.
    """
    if site_id not in SITES:
        raise ValueError(f"No site {site_id}")
    _check_stay(arrive, nights)
    if not 1 <= adults <= 6 or not 0 <= children <= 8:
        raise ValueError("party size not allowed")
    sub = nights * (SITES[site_id][4] + 8 * max(0, adults - 2) + 3 * children)
    if member:
        sub *= 0.9
    return {"site_id": site_id, "subtotal": round(sub, 2), "total": round(sub * 1.085, 2), "currency": "USD"}


@practicum.read_only
def site_details(site_id: str) -> dict:
    """
    What a site is like: park, type, hookup amps, longest rig in feet, nightly rate, pets, waterfront.

    Parameters
    ----------
    site_id : str
    """
    try:
        p, typ, amps, ln, price, dog, water = SITES[site_id]
    except KeyError:
        raise ValueError(f"No site {site_id}")
    return {"site_id": site_id, "park": p, "type": typ, "amps": amps, "max_length_ft": ln, "nightly": price, "pets": dog, "waterfront": water}


@practicum.read_only
def find_by_plate(plate: str) -> list[dict]:
    """
    Which reservation a vehicle belongs to.

    Parameters
    ----------
    plate : str
        Licence plate in capitals without spaces or dashes.
    """
    if not plate.isalnum() or plate != plate.upper():
        raise ValueError("plate: capitals and digits only, please")
    return [dict(r) for r in RESERVATIONS if r["plate"] == plate]


@practicum.read_only
def activities(
    park: Literal["cedar_lake", "eagle_bluff", "mill_river", "sandy_point"],
    day: Optional[str] = None,
    child_age: Optional[int] = None,
) -> list[dict]:
    """
    Ranger programme.

    Parameters
    ----------
    park : str
        Campground key.
    day : str, optional
        Only this date (ISO); otherwise the whole season.
    child_age : int, optional
        0-17. Only things a child of this age may join.
    """
    if park not in FIRE:
        raise ValueError(f"unknown park '{park}'")
    if child_age is not None and not 0 <= child_age <= 17:
        raise ValueError("child_age must be 0-17")
    when = _d(day, "day").isoformat() if day else None
    return [
        {"day": d, "title": t, "min_age": m} for p, d, t, m in ACTIVITIES
        if p == park and when in (None, d) and (child_age is None or child_age >= m)
    ]


@practicum.read_only
def fire_status(park: Literal["cedar_lake", "eagle_bluff", "mill_river", "sandy_point"]) -> dict:
    """
    Campfire rule in force at a park: ``open``, ``propane_only`` or ``total_ban``.

    Parameters
    ----------
    park : str
    """
    if park not in FIRE:
        raise ValueError(f"unknown park '{park}'")
    return {"park": park, "fire": FIRE[park]}


@practicum.read_only
def occupancy(park: Literal["cedar_lake", "eagle_bluff", "mill_river", "sandy_point"], start: str, end: str) -> dict:
    """
    Share of site-nights that are booked.

    Parameters
    ----------
    park : str
    start, end : str
        First and last night counted, ISO dates.
    """
    if park not in FIRE:
        raise ValueError(f"unknown park '{park}'")
    a, b = _d(start, "start"), _d(end, "end")
    if b < a:
        raise ValueError("end before start")
    sites = [s for s, v in SITES.items() if v[0] == park]
    n = (b - a).days + 1
    booked = sum(_busy(s, a + timedelta(days=i), 1) for s in sites for i in range(n))
    return {"park": park, "booked": booked, "of": n * len(sites), "pct": round(100 * booked / (n * len(sites)), 1)}
