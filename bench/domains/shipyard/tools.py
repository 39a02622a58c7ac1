"""Read-only tools for the repair yard (docking office, work orders, stores)."""

import re
from datetime import date as _date
from typing import Literal, Optional

import practicum

VESSELS = [
    {"imo": "9319466", "name": "Nordic Heron", "type": "general cargo", "flag": "NO", "gt": 2998, "length_m": 89.9, "beam_m": 13.6},
    {"imo": "9074729", "name": "Stella Brava", "type": "ro-pax ferry", "flag": "PT", "gt": 7420, "length_m": 118.2, "beam_m": 19.4},
    {"imo": "8814275", "name": "Kittiwake", "type": "trawler", "flag": "GB", "gt": 412, "length_m": 38.4, "beam_m": 9.1},
    {"imo": "9526930", "name": "Maasdelta IV", "type": "dredger", "flag": "NL", "gt": 4150, "length_m": 97.5, "beam_m": 21.6},
    {"imo": "9633410", "name": "Tug Bjorn", "type": "tug", "flag": "DK", "gt": 498, "length_m": 32.1, "beam_m": 12.5},
    {"imo": "9240885", "name": "Cape Finis", "type": "chemical tanker", "flag": "MT", "gt": 5815, "length_m": 112.0, "beam_m": 17.8},
    {"imo": "9781204", "name": "Sula Wind", "type": "crew transfer vessel", "flag": "GB", "gt": 168, "length_m": 26.3, "beam_m": 9.0},
    {"imo": "7702358", "name": "Old Matilda", "type": "sail training ship", "flag": "DE", "gt": 340, "length_m": 46.0, "beam_m": 8.2},
]

DOCKS = [
    {"dock": "D1", "kind": "GRV", "length_m": 185.0, "width_m": 28.0, "covered": False, "base_fee": 4200, "per_gt_day": 0.42},
    {"dock": "D2", "kind": "GRV", "length_m": 120.0, "width_m": 21.0, "covered": False, "base_fee": 3100, "per_gt_day": 0.38},
    {"dock": "D3", "kind": "FLT", "length_m": 145.0, "width_m": 25.0, "covered": False, "base_fee": 3600, "per_gt_day": 0.45},
    {"dock": "D4", "kind": "FLT", "length_m": 70.0, "width_m": 16.0, "covered": False, "base_fee": 1900, "per_gt_day": 0.50},
    {"dock": "D5", "kind": "SLP", "length_m": 60.0, "width_m": 12.0, "covered": False, "base_fee": 1100, "per_gt_day": 0.60},
    {"dock": "D6", "kind": "SLP", "length_m": 40.0, "width_m": 11.0, "covered": True, "base_fee": 950, "per_gt_day": 0.75},
    {"dock": "D7", "kind": "SYN", "length_m": 85.0, "width_m": 17.0, "covered": False, "base_fee": 2300, "per_gt_day": 0.48},
    {"dock": "D8", "kind": "SYN", "length_m": 50.0, "width_m": 14.0, "covered": True, "base_fee": 1750, "per_gt_day": 0.66},
]

# (dock, first day, last day, vessel)
DOCKINGS = [
    ("D1", "2025-03-03", "2025-03-21", "9074729"),
    ("D1", "2025-04-14", "2025-05-02", "9240885"),
    ("D2", "2025-03-10", "2025-03-28", "9526930"),
    ("D3", "2025-05-05", "2025-05-19", "9319466"),
    ("D4", "2025-02-24", "2025-03-07", "8814275"),
    ("D5", "2025-06-02", "2025-06-30", "7702358"),
    ("D6", "2025-03-17", "2025-03-20", "9781204"),
    ("D7", "2025-09-01", "2025-09-12", "9633410"),
    ("D8", "2025-07-07", "2025-07-11", "9781204"),
]

WORK_ORDERS = [
    {"number": "WO-25-0104", "imo": "9074729", "trade": "HU", "status": "WIP", "title": "Renew plating, bow thruster tunnel", "hours": 320, "priority": 1},
    {"number": "WO-25-0105", "imo": "9074729", "trade": "PA", "status": "OPN", "title": "Underwater hull blast and antifouling", "hours": 540, "priority": 2},
    {"number": "WO-25-0108", "imo": "9526930", "trade": "ME", "status": "HLD", "title": "Overhaul port dredge pump", "hours": 210, "priority": 1},
    {"number": "WO-25-0109", "imo": "9526930", "trade": "PI", "status": "WIP", "title": "Replace ballast line, frames 40-52", "hours": 96, "priority": 2},
    {"number": "WO-25-0112", "imo": "8814275", "trade": "EL", "status": "QAC", "title": "Rewire wheelhouse switchboard", "hours": 64, "priority": 2},
    {"number": "WO-25-0113", "imo": "8814275", "trade": "ME", "status": "CLS", "title": "Stern tube seal renewal", "hours": 40, "priority": 1},
    {"number": "WO-25-0117", "imo": "9240885", "trade": "PI", "status": "OPN", "title": "Cargo heating coils, tank 3S", "hours": 150, "priority": 3},
    {"number": "WO-25-0120", "imo": "9781204", "trade": "HU", "status": "CLS", "title": "Fender bracket repair", "hours": 18, "priority": 3},
    {"number": "WO-25-0121", "imo": "7702358", "trade": "PA", "status": "HLD", "title": "Topsides repaint", "hours": 120, "priority": 3},
    {"number": "WO-25-0126", "imo": "9319466", "trade": "EL", "status": "OPN", "title": "Hatch crane limit switches", "hours": 22, "priority": 2},
]

PARTS = [
    {"sku": "ZA-150", "name": "Zinc anode, weld-on, 15 kg", "stock": 64, "bay": "A03"},
    {"sku": "AA-080", "name": "Aluminium anode, bolt-on, 8 kg", "stock": 0, "bay": "A03"},
    {"sku": "LS-210", "name": "Lip seal 210 mm, stern tube", "stock": 4, "bay": "C11"},
    {"sku": "LS-260", "name": "Lip seal 260 mm, stern tube", "stock": 0, "bay": "C11"},
    {"sku": "BV-100", "name": "Butterfly valve DN100, bronze", "stock": 12, "bay": "B07"},
    {"sku": "BV-200", "name": "Butterfly valve DN200, bronze", "stock": 3, "bay": "B07"},
    {"sku": "GV-050", "name": "Gate valve DN50, cast steel", "stock": 0, "bay": "B08"},
    {"sku": "CR-625", "name": "Cutless bearing 62.5 mm", "stock": 2, "bay": "C12"},
    {"sku": "SH-085", "name": "Bow shackle 8.5 t, galvanised", "stock": 31, "bay": "E01"},
    {"sku": "GK-300", "name": "Manhole gasket 300x400, nitrile", "stock": 18, "bay": "D05"},
]

# coverage m2 per litre and coat
COATINGS = {"AF": ("antifouling", 5.0), "EP": ("epoxy primer", 6.5), "PU": ("polyurethane topcoat", 9.0), "ZN": ("zinc silicate", 7.2)}

CRANES = [
    {"crane": "K1", "type": "gantry", "max_kg": 120000, "max_reach_m": 30.0},
    {"crane": "K2", "type": "level luffing", "max_kg": 40000, "max_reach_m": 38.0},
    {"crane": "K3", "type": "level luffing", "max_kg": 15000, "max_reach_m": 45.0},
    {"crane": "K4", "type": "mobile", "max_kg": 8000, "max_reach_m": 22.0},
    {"crane": "K5", "type": "tower", "max_kg": 5000, "max_reach_m": 55.0},
]

_DOCK_IDS = {d["dock"]: d for d in DOCKS}
_TRADES = ("HU", "ME", "EL", "PI", "PA")


def _imo(imo: str) -> str:
    if not re.fullmatch(r"\d{7}", imo):
        raise ValueError(f"imo must be the seven digits only, no 'IMO' in front (e.g. '9319466'), got {imo!r}")
    return imo


def _dock(dock: str) -> dict:
    if dock not in _DOCK_IDS:
        raise ValueError(f"unknown dock {dock!r}; docks are {', '.join(_DOCK_IDS)}")
    return _DOCK_IDS[dock]


def _day(s: str, name: str) -> _date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", s):
        raise ValueError(f"{name} must look like 2025-03-31, got {s!r}")
    return _date.fromisoformat(s)


@practicum.read_only
def get_vessel(imo: str) -> dict:
    """Particulars of a ship known to the yard (name, flag, tonnage, dimensions) by its IMO number."""
    _imo(imo)
    for v in VESSELS:
        if v["imo"] == imo:
            return v
    raise ValueError(f"no vessel with IMO number {imo} on file")


@practicum.read_only
def list_docks(
    kind: Optional[Literal["GRV", "FLT", "SLP", "SYN"]] = None,
    min_length_m: Optional[float] = None,
    covered: Optional[bool] = None,
) -> list[dict]:
    """List the yard's docking places with their dimensions.

    All filters can be combined; with none you get every place.

    Args:
        kind: GRV = graving (dry) dock, FLT = floating dock, SLP = slipway,
            SYN = syncrolift / ship lift.
        min_length_m: only places at least this long, in metres.
        covered: True for places under a roof (hall), False for open-air ones.
    """
    if kind is not None and kind not in ("GRV", "FLT", "SLP", "SYN"):
        raise ValueError("kind must be GRV, FLT, SLP or SYN")
    if min_length_m is not None and min_length_m <= 0:
        raise ValueError("min_length_m must be positive")
    return [
        d for d in DOCKS
        if (kind is None or d["kind"] == kind)
        and (min_length_m is None or d["length_m"] >= min_length_m)
        and (covered is None or d["covered"] == covered)
    ]


@practicum.read_only
def check_dock_free(dock: str, first_day: str, last_day: str) -> dict:
    """Is a dock free over a period? Both days count, i.e. the vessel is in on first_day and still in on last_day.

    Args:
        dock: dock id, D1 to D8.
        first_day: docking day, YYYY-MM-DD.
        last_day: undocking day, YYYY-MM-DD. Not more than 120 days after first_day.
    """
    _dock(dock)
    a, b = _day(first_day, "first_day"), _day(last_day, "last_day")
    if b < a:
        raise ValueError("last_day is before first_day")
    if (b - a).days > 120:
        raise ValueError("period too long, at most 120 days")
    hits = [
        {"from": s, "to": e, "imo": imo}
        for d, s, e, imo in DOCKINGS
        if d == dock and _date.fromisoformat(s) <= b and _date.fromisoformat(e) >= a
    ]
    return {"dock": dock, "free": not hits, "conflicts": hits}


@practicum.read_only
def quote_docking(dock: str, gross_tonnage: int, days: int, shore_power: bool = False) -> dict:
    """Price of a stay in dock in EUR: base fee for docking and undocking plus a rate per GT and day.

    Args:
        dock: dock id such as D3.
        gross_tonnage: GT of the vessel (not the length, not deadweight).
        days: whole days on the blocks.
        shore_power: add the shore connection, 140 EUR a day. Off unless asked for.
    """
    d = _dock(dock)
    if gross_tonnage < 50:
        raise ValueError("gross_tonnage must be 50 or more, smaller craft go to the marina")
    if not 1 <= days <= 120:
        raise ValueError("days must be 1 to 120")
    total = d["base_fee"] + d["per_gt_day"] * gross_tonnage * days + (140 * days if shore_power else 0)
    return {"dock": dock, "days": days, "shore_power": shore_power, "total_eur": round(total, 2)}


@practicum.read_only
def list_work_orders(
    status: Optional[Literal["OPN", "WIP", "HLD", "QAC", "CLS"]] = None,
    trades: Optional[list[str]] = None,
    imo: Optional[str] = None,
) -> list[dict]:
    """Work orders, newest last, optionally narrowed down.

    Args:
        status: OPN not started, WIP being worked on, HLD on hold, QAC waiting
            for inspection, CLS finished and signed off.
        trades: any of HU (hull/steelwork), ME (mechanical), EL (electrical),
            PI (piping), PA (painting). Orders of any of the trades are given.
        imo: only orders for this vessel (seven digits).
    """
    if status is not None and status not in ("OPN", "WIP", "HLD", "QAC", "CLS"):
        raise ValueError("status must be one of OPN, WIP, HLD, QAC, CLS")
    if trades is not None:
        bad = [t for t in trades if t not in _TRADES]
        if bad or not trades:
            raise ValueError(f"trades must be a non-empty list of {', '.join(_TRADES)}; bad: {bad}")
    if imo is not None:
        _imo(imo)
    return [
        w for w in WORK_ORDERS
        if (status is None or w["status"] == status)
        and (trades is None or w["trade"] in trades)
        and (imo is None or w["imo"] == imo)
    ]


@practicum.read_only
def get_work_order(number: str) -> dict:
    """One work order with its estimate in hours, its trade and state."""
    if not re.fullmatch(r"WO-\d{2}-\d{4}", number):
        raise ValueError(f"number must look like WO-25-0104 (year, then four digits), got {number!r}")
    for w in WORK_ORDERS:
        if w["number"] == number:
            return w
    raise ValueError(f"no work order {number}")


@practicum.read_only
def search_parts(text: str, in_stock_only: bool = False) -> list[dict]:
    """Search the stores by words in the part name; gives stock and bay.

    Every word must occur (case does not matter). Keep it to the bare thing
    sought, in the singular, e.g. "gasket" or "gate valve".
    """
    words = text.lower().split()
    if not words:
        raise ValueError("text is empty")
    return [
        p for p in PARTS
        if all(w in p["name"].lower() for w in words) and (not in_stock_only or p["stock"] > 0)
    ]


@practicum.read_only
def paint_needed(coating: Literal["AF", "EP", "PU", "ZN"], area_m2: float, coats: int = 2) -> dict:
    """Litres of paint for an area.

    Args:
        coating: AF antifouling, EP epoxy primer, PU polyurethane topcoat, ZN zinc silicate
        area_m2: area to cover in square metres
        coats: number of coats, 1-5; two if not given
    """
    if coating not in COATINGS:
        raise ValueError("coating must be AF, EP, PU or ZN")
    if area_m2 <= 0:
        raise ValueError("area_m2 must be more than 0")
    if not 1 <= coats <= 5:
        raise ValueError("coats must be between 1 and 5")
    name, cov = COATINGS[coating]
    return {"coating": name, "litres": round(area_m2 * coats / cov * 1.15, 1), "coats": coats}


@practicum.read_only
def cranes_for_load(weight_kg: int, reach_m: Optional[float] = None) -> list[dict]:
    """Which yard cranes can take a load of this many kilograms, at the given outreach in metres if one matters."""
    if not 1 <= weight_kg <= 120000:
        raise ValueError("weight_kg must be 1 to 120000; heavier lifts need the hired sheerlegs")
    if reach_m is not None and not 0 < reach_m <= 55:
        raise ValueError("reach_m must be above 0 and at most 55")
    return [c for c in CRANES if c["max_kg"] >= weight_kg and (reach_m is None or c["max_reach_m"] >= reach_m)]
