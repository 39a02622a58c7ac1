"""Brewhouse lookups for Three Herons Brewing Co. (production + sales desk)."""
from datetime import date
from typing import Literal, Optional

import practicum

TODAY = "2025-03-14"

BATCHES = [
    {"batch_no": "B-2401", "beer_code": "HERON", "style": "ipa", "brewed": "2025-01-08", "status": "packaged", "volume_l": 1900, "og": 1.064, "fg": 1.012, "tank": None},
    {"batch_no": "B-2402", "beer_code": "MUDFLAT", "style": "stout", "brewed": "2025-01-13", "status": "packaged", "volume_l": 1850, "og": 1.078, "fg": 1.021, "tank": None},
    {"batch_no": "B-2403", "beer_code": "PIKE", "style": "lager", "brewed": "2025-01-16", "status": "conditioning", "volume_l": 3800, "og": 1.048, "fg": 1.010, "tank": "BT1"},
    {"batch_no": "B-2404", "beer_code": "REEDBED", "style": "saison", "brewed": "2025-01-22", "status": "packaged", "volume_l": 1000, "og": 1.052, "fg": 1.004, "tank": None},
    {"batch_no": "B-2405", "beer_code": "BOGCHERRY", "style": "sour", "brewed": "2025-01-27", "status": "dumped", "volume_l": 980, "og": 1.044, "fg": None, "tank": None},
    {"batch_no": "B-2406", "beer_code": "HERON", "style": "ipa", "brewed": "2025-02-03", "status": "packaged", "volume_l": 1920, "og": 1.063, "fg": 1.012, "tank": None},
    {"batch_no": "B-2407", "beer_code": "PIKE", "style": "lager", "brewed": "2025-02-10", "status": "conditioning", "volume_l": 3750, "og": 1.049, "fg": 1.010, "tank": "BT2"},
    {"batch_no": "B-2408", "beer_code": "BOGCHERRY", "style": "sour", "brewed": "2025-02-19", "status": "fermenting", "volume_l": 1000, "og": 1.045, "fg": None, "tank": "FV4"},
    {"batch_no": "B-2409", "beer_code": "MUDFLAT", "style": "stout", "brewed": "2025-02-26", "status": "fermenting", "volume_l": 1880, "og": 1.079, "fg": None, "tank": "FV2"},
    {"batch_no": "B-2410", "beer_code": "HERON", "style": "ipa", "brewed": "2025-03-05", "status": "fermenting", "volume_l": 1910, "og": 1.064, "fg": None, "tank": "FV1"},
    {"batch_no": "B-2411", "beer_code": "REEDBED", "style": "saison", "brewed": "2025-03-11", "status": "fermenting", "volume_l": 1000, "og": 1.053, "fg": None, "tank": "FV3"},
    {"batch_no": "B-2412", "beer_code": "HERON", "style": "ipa", "brewed": "2025-03-14", "status": "mashing", "volume_l": 1900, "og": None, "fg": None, "tank": None},
]

BREW_LOGS = {
    "B-2403": ["2025-01-16 pitched W-34/70 at 10C", "2025-01-30 diacetyl rest", "2025-02-04 crash to 1C"],
    "B-2405": ["2025-01-27 kettle sour pH 3.4", "2025-02-06 off-aroma, butyric", "2025-02-07 dumped, QA sign-off MK"],
    "B-2409": ["2025-02-26 pitched", "2025-03-02 gravity 1.038", "2025-03-09 gravity 1.025"],
    "B-2410": ["2025-03-05 pitched", "2025-03-10 first dry hop 6 kg Citra"],
}

TANKS = {
    "FV1": {"kind": "fermenter", "capacity_l": 2000, "temp_c": 18.9, "pressure_bar": 0.1},
    "FV2": {"kind": "fermenter", "capacity_l": 2000, "temp_c": 20.2, "pressure_bar": 0.0},
    "FV3": {"kind": "fermenter", "capacity_l": 1000, "temp_c": 24.1, "pressure_bar": 0.0},
    "FV4": {"kind": "fermenter", "capacity_l": 1000, "temp_c": 21.0, "pressure_bar": 0.2},
    "FV5": {"kind": "fermenter", "capacity_l": 4000, "temp_c": 4.0, "pressure_bar": 0.0},
    "BT1": {"kind": "bright", "capacity_l": 4000, "temp_c": 1.1, "pressure_bar": 0.9},
    "BT2": {"kind": "bright", "capacity_l": 4000, "temp_c": 1.4, "pressure_bar": 0.8},
}

STOCK = [
    ("MALT-PALE", "main", 4250.0, "kg"), ("MALT-PILS", "main", 3100.0, "kg"), ("MALT-ROAST", "main", 180.0, "kg"),
    ("HOP-CITRA", "cold", 64.0, "kg"), ("HOP-SAAZ", "cold", 22.5, "kg"), ("HOP-MOSAIC", "cold", 0.0, "kg"),
    ("YEAST-W34", "cold", 5.0, "kg"), ("YEAST-US05", "cold", 7.5, "kg"), ("SUG-DEX", "main", 75.0, "kg"),
    ("HOP-SAAZ", "main", 5.0, "kg"),
]

KEG_LIST_PRICE = {
    "HERON": {20: 68.0, 30: 96.0, 50: 149.0},
    "MUDFLAT": {20: 74.0, 30: 105.0, 50: 163.0},
    "PIKE": {20: 59.0, 30: 83.0, 50: 128.0},
    "REEDBED": {20: 66.0, 30: 93.0, 50: 144.0},
}
TIER_DISCOUNT = {"pub": 0.0, "bottle_shop": 0.05, "distributor": 0.18}

KEGS = [
    {"serial": "K10021", "customer_id": "C-104", "size_l": 50, "out_since": "2024-11-20", "due": "2025-01-20"},
    {"serial": "K10033", "customer_id": "C-104", "size_l": 30, "out_since": "2025-02-14", "due": "2025-04-14"},
    {"serial": "K10040", "customer_id": "C-104", "size_l": 30, "out_since": "2025-01-02", "due": "2025-03-02"},
    {"serial": "K10052", "customer_id": "C-117", "size_l": 20, "out_since": "2025-03-01", "due": "2025-05-01"},
    {"serial": "K10055", "customer_id": "C-117", "size_l": 20, "out_since": "2025-03-01", "due": "2025-05-01"},
    {"serial": "K10061", "customer_id": "C-122", "size_l": 50, "out_since": "2024-12-15", "due": "2025-02-15"},
    {"serial": "K10062", "customer_id": "C-122", "size_l": 50, "out_since": "2025-02-20", "due": "2025-04-20"},
]


def _iso(value, name):
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be YYYY-MM-DD, got {value!r}")


@practicum.read_only
def get_batch(batch_no: str, include_log: bool = False) -> dict:
    """Fetch one brew batch by its batch number.

    Args:
        batch_no: Batch number, e.g. "B-2403".
        include_log: Also return the brewer's log lines (pitching, dry hops, gravity readings).

    Returns:
        Beer code, style, brew date, status, volume, gravities and the tank it is in.

    Raises:
        ValueError: If there is no such batch.
    """
    for b in BATCHES:
        if b["batch_no"] == batch_no:
            out = dict(b)
            if include_log:
                out["log"] = BREW_LOGS.get(batch_no, [])
            return out
    raise ValueError(f"Unknown batch {batch_no!r}")


@practicum.read_only
def list_batches(
    status: Optional[Literal["mashing", "fermenting", "conditioning", "packaged", "dumped"]] = None,
    style: Optional[Literal["ipa", "stout", "lager", "saison", "sour"]] = None,
    brewed_after: Optional[str] = None,
) -> list:
    """List batches, optionally filtered. Filters are combined with AND.

    Args:
        status: Only batches in this state.
        style: Only this beer style.
        brewed_after: Only batches brewed strictly after this date (YYYY-MM-DD).

    Returns:
        Batches ordered by batch number.
    """
    if status is not None and status not in ("mashing", "fermenting", "conditioning", "packaged", "dumped"):
        raise ValueError(f"bad status: {status}")
    if style is not None and style not in ("ipa", "stout", "lager", "saison", "sour"):
        raise ValueError(f"bad style: {style}")
    cutoff = _iso(brewed_after, "brewed_after") if brewed_after else None
    return [
        dict(b) for b in BATCHES
        if (status is None or b["status"] == status)
        and (style is None or b["style"] == style)
        and (cutoff is None or date.fromisoformat(b["brewed"]) > cutoff)
    ]


@practicum.read_only
def tank_status(tank: str) -> dict:
    """Current temperature, pressure and contents of a tank.

    Args:
        tank: Tank tag. Fermenters are FV1 to FV5, bright tanks BT1 and BT2.
    """
    if tank not in TANKS:
        raise ValueError(f"no tank called {tank!r}; known: {', '.join(TANKS)}")
    batch = next((b["batch_no"] for b in BATCHES if b["tank"] == tank), None)
    return {"tank": tank, **TANKS[tank], "batch_no": batch}


@practicum.read_only
def estimate_abv(original_gravity: float, final_gravity: float) -> dict:
    """Alcohol by volume and apparent attenuation from two gravity readings.

    Args:
        original_gravity: Specific gravity before fermentation, 1.000 to 1.150.
        final_gravity: Specific gravity after fermentation, 0.990 to original_gravity.
    """
    if not 1.0 < original_gravity <= 1.150:
        raise ValueError("original_gravity out of range (1.000-1.150)")
    if not 0.990 <= final_gravity <= original_gravity:
        raise ValueError("final_gravity must be between 0.990 and original_gravity")
    abv = (original_gravity - final_gravity) * 131.25
    att = (original_gravity - final_gravity) / (original_gravity - 1) * 100
    return {"abv_pct": round(abv, 2), "attenuation_pct": round(att, 1)}


@practicum.read_only
def ingredient_stock(ingredient_code: str, warehouse: Optional[Literal["main", "cold"]] = None) -> list:
    """How much of an ingredient is on hand.

    Args:
        ingredient_code: Stock code such as "MALT-PALE", "HOP-CITRA" or "YEAST-W34".
        warehouse: Restrict to the main store or the cold store. Both when omitted.
    """
    if warehouse not in (None, "main", "cold"):
        raise ValueError("warehouse must be 'main' or 'cold'")
    rows = [s for s in STOCK if s[0] == ingredient_code]
    if not rows:
        raise ValueError(f"ingredient {ingredient_code!r} is not in the stock list")
    return [{"ingredient_code": c, "warehouse": w, "qty": q, "unit": u} for c, w, q, u in rows if warehouse in (None, w)]


@practicum.read_only
def keg_price(
    beer_code: Literal["HERON", "MUDFLAT", "PIKE", "REEDBED"],
    keg_size_l: Literal[20, 30, 50],
    quantity: int = 1,
    customer_tier: Literal["pub", "bottle_shop", "distributor"] = "pub",
) -> dict:
    """Price for full kegs of a core beer, in EUR excluding VAT and keg deposit.

    Args:
        beer_code: Core range beer.
        keg_size_l: Keg size in litres.
        quantity: Number of kegs, 1 to 200. Ten or more get 4 % off.
        customer_tier: Price tier of the buyer.
    """
    if beer_code not in KEG_LIST_PRICE:
        raise ValueError(f"{beer_code!r} is not sold in kegs")
    if keg_size_l not in (20, 30, 50):
        raise ValueError("keg_size_l must be 20, 30 or 50")
    if not 1 <= quantity <= 200:
        raise ValueError("quantity must be 1..200")
    if customer_tier not in TIER_DISCOUNT:
        raise ValueError(f"unknown customer_tier {customer_tier!r}")
    unit = KEG_LIST_PRICE[beer_code][keg_size_l] * (1 - TIER_DISCOUNT[customer_tier])
    if quantity >= 10:
        unit *= 0.96
    return {"unit_price": round(unit, 2), "total": round(unit * quantity, 2), "currency": "EUR"}


@practicum.read_only
def kegs_out(customer_id: str, overdue_only: bool = False) -> list:
    """Kegs a customer still has and when each is due back.

    Args:
        customer_id: Customer number, e.g. "C-104".
        overdue_only: Leave out kegs that are not past their due date yet.
    """
    mine = [k for k in KEGS if k["customer_id"] == customer_id]
    if not mine:
        raise ValueError(f"no kegs on record for customer {customer_id!r}")
    return [dict(k, overdue=k["due"] < TODAY) for k in mine if not overdue_only or k["due"] < TODAY]


@practicum.read_only
def priming_sugar(
    volume_l: float,
    target_co2: float,
    beer_temp_c: float,
    sugar: Literal["dextrose", "sucrose"] = "dextrose",
) -> dict:
    """Grams of sugar needed to bottle-condition a volume of beer.

    Args:
        volume_l: Beer volume in litres (more than 0, at most 4000).
        target_co2: Wanted carbonation in volumes of CO2, 1.5 to 4.5.
        beer_temp_c: Highest temperature the beer reached after fermentation, 0 to 30 Celsius.
        sugar: Sugar type.
    """
    if not 0 < volume_l <= 4000:
        raise ValueError("volume_l must be in (0, 4000]")
    if not 1.5 <= target_co2 <= 4.5:
        raise ValueError("target_co2 must be 1.5..4.5 volumes")
    if not 0 <= beer_temp_c <= 30:
        raise ValueError("beer_temp_c must be 0..30")
    if sugar not in ("dextrose", "sucrose"):
        raise ValueError("sugar must be dextrose or sucrose")
    f = beer_temp_c * 9 / 5 + 32
    residual = 3.0378 - 0.050062 * f + 0.00026555 * f * f
    grams = max(0.0, target_co2 - residual) * volume_l * (4.0 if sugar == "sucrose" else 4.4)
    return {"grams": round(grams, 1), "residual_co2": round(residual, 2), "sugar": sugar}
