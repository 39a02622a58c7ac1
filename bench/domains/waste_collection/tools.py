# Greenway Municipal Services - dispatcher/citizen line tools
import datetime as dt
from typing import List, Literal, Optional

import practicum

TODAY = dt.date(2024, 10, 7)  # a Monday

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat"]
Stream = Literal["residual", "paper", "organic", "packaging", "glass"]
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

ADDRESSES = {
    "AD-50012": {"street": "Tanner Row 3", "district": "north", "routes": {"residual": "R-N1", "paper": "P-N1", "organic": "O-N1"}},
    "AD-50027": {"street": "Tanner Row 18", "district": "north", "routes": {"residual": "R-N1", "paper": "P-N1", "organic": "O-N1"}},
    "AD-50140": {"street": "Quay Street 77", "district": "harbour", "routes": {"residual": "R-H1", "paper": "P-H1", "packaging": "K-H1"}},
    "AD-50155": {"street": "Lock Lane 2", "district": "harbour", "routes": {"residual": "R-H1", "paper": "P-H1", "packaging": "K-H1", "glass": "G-H1"}},
    "AD-50301": {"street": "Orchard Way 40", "district": "south", "routes": {"residual": "R-S1", "organic": "O-S1"}},
    "AD-50333": {"street": "Orchard Way 91", "district": "south", "routes": {"residual": "R-S1", "organic": "O-S1"}},
    "AD-50410": {"street": "Market Square 1", "district": "centre", "routes": {"residual": "R-C1", "glass": "G-C1"}},
}

ROUTES = [
    {"code": "R-N1", "stream": "residual", "day": "tue", "depot": "eastgate", "stops": 412, "truck": "T-07", "km": 31.5},
    {"code": "P-N1", "stream": "paper", "day": "thu", "depot": "eastgate", "stops": 398, "truck": "T-09", "km": 30.1},
    {"code": "O-N1", "stream": "organic", "day": "wed", "depot": "eastgate", "stops": 376, "truck": "T-07", "km": 29.8},
    {"code": "R-H1", "stream": "residual", "day": "mon", "depot": "dockside", "stops": 288, "truck": "T-11", "km": 22.4},
    {"code": "P-H1", "stream": "paper", "day": "fri", "depot": "dockside", "stops": 271, "truck": "T-12", "km": 21.9},
    {"code": "K-H1", "stream": "packaging", "day": "wed", "depot": "dockside", "stops": 280, "truck": "T-12", "km": 22.0},
    {"code": "G-H1", "stream": "glass", "day": "sat", "depot": "dockside", "stops": 35, "truck": "T-14", "km": 14.7},
    {"code": "R-S1", "stream": "residual", "day": "thu", "depot": "eastgate", "stops": 510, "truck": "T-08", "km": 44.2},
    {"code": "O-S1", "stream": "organic", "day": "fri", "depot": "eastgate", "stops": 466, "truck": "T-08", "km": 43.0},
    {"code": "R-C1", "stream": "residual", "day": "mon", "depot": "dockside", "stops": 190, "truck": "T-12", "km": 9.6},
    {"code": "G-C1", "stream": "glass", "day": "tue", "depot": "dockside", "stops": 22, "truck": "T-14", "km": 8.8},
]

BINS = {
    "GW004411": {"address_id": "AD-50012", "stream": "residual", "litres": 120, "chip_ok": True},
    "GW004412": {"address_id": "AD-50012", "stream": "paper", "litres": 240, "chip_ok": True},
    "GW004588": {"address_id": "AD-50140", "stream": "residual", "litres": 80, "chip_ok": False},
    "GW004590": {"address_id": "AD-50140", "stream": "packaging", "litres": 240, "chip_ok": True},
    "GW005102": {"address_id": "AD-50301", "stream": "organic", "litres": 60, "chip_ok": True},
    "GW005377": {"address_id": "AD-50410", "stream": "residual", "litres": 1100, "chip_ok": True},
}

TRUCK_LOADS = [
    ("T-07", "2024-10-01", "residual", 9.8), ("T-07", "2024-10-02", "organic", 7.1), ("T-08", "2024-10-03", "residual", 11.2),
    ("T-08", "2024-10-04", "organic", 8.6), ("T-09", "2024-10-03", "paper", 4.4), ("T-11", "2024-09-30", "residual", 8.3),
    ("T-12", "2024-09-30", "residual", 5.9), ("T-12", "2024-10-02", "packaging", 2.7), ("T-14", "2024-10-05", "glass", 3.9),
]

MISSED = [
    {"report": 88121, "route": "R-N1", "date": "2024-09-17", "address_id": "AD-50027", "reason": "parked car"},
    {"report": 88140, "route": "R-S1", "date": "2024-09-19", "address_id": "AD-50301", "reason": "bin not out"},
    {"report": 88155, "route": "R-N1", "date": "2024-09-24", "address_id": "AD-50012", "reason": "contaminated"},
    {"report": 88163, "route": "K-H1", "date": "2024-09-25", "address_id": "AD-50155", "reason": "roadworks"},
    {"report": 88190, "route": "R-S1", "date": "2024-10-03", "address_id": "AD-50333", "reason": "overfilled"},
]

RECYCLING = {
    ("north", 2023): [41, 42, 42, 44, 45, 45, 46, 44, 45, 46, 45, 43],
    ("harbour", 2023): [33, 33, 35, 34, 36, 37, 36, 35, 36, 38, 37, 35],
    ("south", 2023): [48, 49, 50, 52, 53, 54, 54, 53, 52, 51, 50, 48],
    ("centre", 2023): [28, 27, 29, 30, 30, 31, 30, 29, 31, 31, 30, 28],
    ("north", 2022): [38, 39, 40, 41, 42, 42, 43, 42, 42, 43, 42, 40],
    ("south", 2022): [45, 46, 47, 48, 49, 50, 50, 49, 49, 48, 47, 46],
}

BULKY = {"sofa": 28.0, "mattress": 18.0, "fridge": 35.0, "washing_machine": 30.0, "wardrobe": 26.0, "tv": 15.0}


def _date(s, field):
    try:
        return dt.date.fromisoformat(s)
    except Exception:
        raise ValueError("%s is not an ISO date: %r" % (field, s))


@practicum.read_only
def next_pickup(address_id: str, stream: Stream) -> dict:
    """Next collection date of one waste stream at an address.

    :param address_id: address register id, like ``AD-50012``
    :param stream: which bin. ``residual`` is the ordinary grey rubbish bin, ``organic`` the garden/food
        waste bin, ``packaging`` plastics and cans
    :returns: dict with ``date`` and ``route``
    :raises ValueError: unknown address, or the stream is not collected there
    """
    if address_id not in ADDRESSES:
        raise ValueError("address_id not in register: %s" % address_id)
    route = ADDRESSES[address_id]["routes"].get(stream)
    if route is None:
        raise ValueError("stream %r is not collected at %s" % (stream, address_id))
    r = [x for x in ROUTES if x["code"] == route][0]
    ahead = (_DAYS.index(r["day"]) - TODAY.weekday()) % 7
    return {"address_id": address_id, "route": route, "date": (TODAY + dt.timedelta(days=ahead)).isoformat()}


@practicum.read_only
def route_info(route_code: str) -> dict:
    """Everything about one collection route: stream, weekday, depot, number of stops, truck and length in km.

    :param route_code: e.g. ``R-N1``
    """
    for r in ROUTES:
        if r["code"] == route_code:
            return dict(r)
    raise ValueError("no such route: %s" % route_code)


@practicum.read_only
def routes_on(weekday: Weekday, depot: Optional[Literal["eastgate", "dockside"]] = None) -> list:
    """Routes that are driven on a weekday.

    :param weekday: three letter day
    :param depot: only routes that start from this depot
    """
    if weekday not in _DAYS[:6]:
        raise ValueError("weekday must be mon..sat")
    if depot not in (None, "eastgate", "dockside"):
        raise ValueError("unknown depot %r" % depot)
    return [r for r in ROUTES if r["day"] == weekday and (depot is None or r["depot"] == depot)]


@practicum.read_only
def bin_lookup(serial: str) -> dict:
    """Who a bin belongs to.

    :param serial: the number stamped on the rim: GW and six digits
    :returns: address id, street, stream, size in litres, whether the RFID chip answers
    """
    b = BINS.get(serial)
    if b is None:
        raise ValueError("bin %s not found" % serial)
    return {"serial": serial, "street": ADDRESSES[b["address_id"]]["street"], **b}


@practicum.read_only
def truck_load(truck: str, day: str) -> dict:
    """Tonnes a truck tipped on a day.

    :param truck: fleet number, ``T-07`` style (two digits)
    :param day: ISO date
    """
    d = _date(day, "day").isoformat()
    hits = [x for x in TRUCK_LOADS if x[0] == truck and x[1] == d]
    if not hits:
        raise ValueError("no weighbridge record for %s on %s" % (truck, d))
    return {"truck": truck, "day": d, "stream": hits[0][2], "tonnes": hits[0][3]}


@practicum.read_only
def missed_pickups(date_from: str, date_to: str, route_code: Optional[str] = None) -> list:
    """Missed collection reports in a period (both ends included).

    :param date_from: ISO date
    :param date_to: ISO date, not before ``date_from``
    :param route_code: only this route
    """
    a, b = _date(date_from, "date_from"), _date(date_to, "date_to")
    if b < a:
        raise ValueError("date_to is before date_from")
    if route_code is not None and route_code not in [r["code"] for r in ROUTES]:
        raise ValueError("no such route: %s" % route_code)
    return [m for m in MISSED if a <= dt.date.fromisoformat(m["date"]) <= b and route_code in (None, m["route"])]


@practicum.read_only
def recycling_rate(district: Literal["north", "harbour", "south", "centre"], year: int, month: Optional[int] = None) -> dict:
    """Percent of collected waste that was recycled.

    :param district: city district
    :param year: calendar year, four digits
    :param month: 1-12; leave out for the average over the year
    """
    row = RECYCLING.get((district, year))
    if row is None:
        raise ValueError("no figures for %s in %s" % (district, year))
    if month is None:
        return {"district": district, "year": year, "rate_pct": round(sum(row) / 12, 1)}
    if not 1 <= month <= 12:
        raise ValueError("month must be 1-12")
    return {"district": district, "year": year, "month": month, "rate_pct": row[month - 1]}


@practicum.read_only
def bulky_fee(
    items: List[Literal["sofa", "mattress", "fridge", "washing_machine", "wardrobe", "tv"]],
    carry_from_floor: int = 0,
    reduced: bool = False,
) -> dict:
    """What a bulky waste collection would cost in EUR.

    :param items: what is to be taken away; repeat an entry when there are several of a kind (1-8 entries)
    :param carry_from_floor: floor from which the crew must carry things down; 0 when left at the kerb, at most 6
    :param reduced: holder of the social card, pays half
    """
    if not 1 <= len(items) <= 8:
        raise ValueError("between 1 and 8 items per collection")
    bad = [i for i in items if i not in BULKY]
    if bad:
        raise ValueError("not accepted as bulky waste: %s" % ", ".join(bad))
    if not 0 <= carry_from_floor <= 6:
        raise ValueError("carry_from_floor must be 0-6")
    total = sum(BULKY[i] for i in items) + 6.0 * carry_from_floor
    return {"fee_eur": round(total / 2 if reduced else total, 2), "items": len(items)}
