# Prairie Junction Grain Cooperative: scale house & origination lookups
import datetime
from typing import Literal

import practicum

CROP_YEAR = 2024
AS_OF = "2024-11-12"

PRICES = {  # USD per bushel: cash, basis vs nearby futures
    ("corn", "junction"): (4.02, -0.28), ("corn", "harlan"): (3.96, -0.34), ("corn", "river_terminal"): (4.21, -0.09),
    ("soybeans", "junction"): (9.54, -0.56), ("soybeans", "harlan"): (9.47, -0.63), ("soybeans", "river_terminal"): (9.88, -0.22),
    ("wheat", "junction"): (5.11, -0.45), ("wheat", "harlan"): (5.05, -0.51),
    ("sorghum", "junction"): (3.71, -0.59),
}

TICKETS = [
    # no, member, commodity, location, date, gross lb, tare lb, moisture, test weight
    (410233, "M1042", "corn", "junction", "2024-09-28", 79420, 27100, 17.2, 56.1),
    (410234, "M1042", "corn", "junction", "2024-09-28", 80110, 27100, 16.8, 56.4),
    (410301, "M1077", "soybeans", "harlan", "2024-10-03", 74300, 26880, 12.4, 57.0),
    (410302, "M1077", "soybeans", "harlan", "2024-10-03", 73950, 26880, 12.9, 56.8),
    (410377, "M1103", "corn", "river_terminal", "2024-10-09", 81240, 28010, 15.1, 57.2),
    (410412, "M1042", "soybeans", "junction", "2024-10-14", 72600, 27100, 11.8, 57.3),
    (410455, "M1120", "sorghum", "junction", "2024-10-21", 69980, 25550, 14.6, 58.0),
    (410490, "M1103", "corn", "junction", "2024-10-30", 80870, 28010, 15.9, 56.0),
    (398120, "M1042", "wheat", "junction", "2024-07-02", 78800, 27100, 12.1, 61.2),
    (398155, "M1120", "wheat", "harlan", "2024-07-05", 70140, 25550, 13.6, 60.4),
    (371002, "M1042", "corn", "junction", "2023-10-11", 79900, 27100, 16.0, 56.7),
    (371044, "M1103", "soybeans", "river_terminal", "2023-10-15", 75010, 28010, 12.2, 57.1),
]

CONTRACTS = {
    "FC-24-0117": {"member": "M1042", "kind": "forward", "commodity": "corn", "bushels": 10000, "delivered": 1862, "price": 4.35, "deliver_by": "2024-12-31"},
    "FC-24-0120": {"member": "M1042", "kind": "forward", "commodity": "soybeans", "bushels": 3000, "delivered": 758, "price": 10.15, "deliver_by": "2024-11-30"},
    "BC-24-0034": {"member": "M1077", "kind": "basis", "commodity": "soybeans", "bushels": 5000, "delivered": 1575, "price": None, "deliver_by": "2025-01-31"},
    "FC-24-0151": {"member": "M1103", "kind": "forward", "commodity": "corn", "bushels": 20000, "delivered": 1894, "price": 4.28, "deliver_by": "2025-03-15"},
    "HC-24-0009": {"member": "M1103", "kind": "hedge_to_arrive", "commodity": "corn", "bushels": 5000, "delivered": 5000, "price": 4.61, "deliver_by": "2024-10-31"},
    "HC-24-0012": {"member": "M1120", "kind": "hedge_to_arrive", "commodity": "sorghum", "bushels": 4000, "delivered": 793, "price": 4.10, "deliver_by": "2024-12-15"},
}

BINS = [
    ("junction", 1, "corn", 182000, 250000, 14.6), ("junction", 2, "corn", 96500, 250000, 15.2), ("junction", 3, "soybeans", 61000, 120000, 12.1),
    ("junction", 4, "wheat", 0, 120000, None), ("harlan", 1, "soybeans", 44800, 90000, 12.5), ("harlan", 2, "wheat", 38200, 90000, 12.9),
    ("river_terminal", 1, "corn", 410000, 600000, 14.2), ("river_terminal", 2, "soybeans", 233000, 600000, 11.9),
]

BASIS_WEEKS = {
    ("corn", "junction"): [-28, -31, -35, -40, -42, -38, -30, -25],
    ("corn", "river_terminal"): [-9, -12, -15, -22, -24, -20, -14, -10],
    ("soybeans", "junction"): [-56, -60, -66, -72, -75, -70, -61, -55],
    ("soybeans", "harlan"): [-63, -66, -71, -78, -80, -74, -66, -60],
}

LB_PER_BU = {"corn": 56, "soybeans": 60, "wheat": 60, "sorghum": 56}
BASE_MOISTURE = {"corn": 15.0, "soybeans": 13.0, "wheat": 13.5, "sorghum": 14.0}
KNOWN_MEMBERS = {"M1042", "M1077", "M1103", "M1120"}

Commodity = Literal["corn", "soybeans", "wheat", "sorghum"]
Location = Literal["junction", "harlan", "river_terminal"]


def _row(t):
    net = t[5] - t[6]
    return {"ticket": t[0], "member": t[1], "commodity": t[2], "location": t[3], "date": t[4], "net_lb": net,
            "moisture": t[7], "test_weight": t[8], "gross_bu": round(net / LB_PER_BU[t[2]], 2)}


@practicum.read_only
def cash_bid(commodity: Commodity, location: Location) -> dict:
    """Today's posted cash bid (USD/bu) and basis for a commodity at one of our locations. Not every location buys everything."""
    if (commodity, location) not in PRICES:
        raise ValueError(f"no bid posted for {commodity} at {location}")
    cash, basis = PRICES[commodity, location]
    return {"commodity": commodity, "location": location, "cash": cash, "basis": basis, "as_of": AS_OF}


@practicum.read_only
def scale_ticket(ticket_no: int) -> dict:
    """Returns a scale ticket (member, commodity, location, date, net weight, moisture, test weight, bushels). Ticket numbers have six digits."""
    for t in TICKETS:
        if t[0] == ticket_no:
            return _row(t)
    raise ValueError(f"ticket {ticket_no} not on file")


@practicum.read_only
def deliveries(member_id: str, commodity: Commodity | None = None, crop_year: int = CROP_YEAR) -> dict:
    """Sum of what a member hauled in, with the ticket numbers.

    member_id is M plus four digits. If commodity is left out all of them are
    included. crop_year is the harvest year and defaults to the current one,
    2024; we keep 2020 onwards.
    """
    if member_id not in KNOWN_MEMBERS:
        raise ValueError(f"member {member_id} does not exist")
    if crop_year < 2020 or crop_year > CROP_YEAR:
        raise ValueError("crop_year must be 2020..2024")
    rows = [_row(t) for t in TICKETS if t[1] == member_id and t[4][:4] == str(crop_year) and commodity in (None, t[2])]
    return {"member": member_id, "crop_year": crop_year, "bushels": round(sum(r["gross_bu"] for r in rows), 2), "tickets": [r["ticket"] for r in rows]}


@practicum.read_only
def shrink(commodity: Commodity, moisture: float, bushels: float, dry: bool = True) -> dict:
    """Works out shrink and drying cost for wet grain.

    moisture is in percent, 5 to 35. bushels is the wet quantity, more than 0.
    Set dry to False for grain that's sold as is: then only shrink is applied
    and no drying charge.
    """
    if commodity not in BASE_MOISTURE:
        raise ValueError(f"unknown commodity {commodity}")
    if not 5 <= moisture <= 35:
        raise ValueError("moisture must be between 5 and 35 percent")
    if bushels <= 0:
        raise ValueError("bushels must be positive")
    pts = max(0.0, moisture - BASE_MOISTURE[commodity])
    return {"points_over": round(pts, 2), "net_bushels": round(bushels * (1 - 0.014 * pts), 2),
            "drying_usd": round(bushels * pts * 0.045, 2) if dry else 0.0}


@practicum.read_only
def get_contract(contract_id: str) -> dict:
    """One purchase contract: kind, commodity, contracted and delivered bushels, price, last delivery date. IDs look like FC-24-0117 (forward), BC-24-0034 (basis) or HC-24-0009 (hedge to arrive)."""
    if contract_id not in CONTRACTS:
        raise ValueError(f"contract {contract_id} not found")
    return {"contract_id": contract_id, **CONTRACTS[contract_id]}


@practicum.read_only
def open_contracts(member_id: str | None = None, due_before: str | None = None) -> list[dict]:
    """Contracts not filled yet. Narrow it down with member_id and/or due_before (ISO date; last delivery date strictly earlier than that)."""
    if member_id is not None and member_id not in KNOWN_MEMBERS:
        raise ValueError(f"member {member_id} does not exist")
    if due_before is not None:
        try:
            datetime.date.fromisoformat(due_before)
        except ValueError:
            raise ValueError(f"due_before: bad date {due_before!r}")
    return [{"contract_id": k, "remaining": c["bushels"] - c["delivered"], **c} for k, c in CONTRACTS.items()
            if c["delivered"] < c["bushels"] and member_id in (None, c["member"]) and (due_before is None or c["deliver_by"] < due_before)]


@practicum.read_only
def bin_inventory(location: Location, bin_no: int | None = None) -> list[dict]:
    """What's in the bins: commodity, bushels, capacity and average moisture. All bins of the location unless bin_no is given."""
    rows = [b for b in BINS if b[0] == location and bin_no in (None, b[1])]
    if not rows:
        raise ValueError(f"no bin {bin_no} at {location}")
    return [{"location": b[0], "bin_no": b[1], "commodity": b[2], "bushels": b[3], "capacity": b[4], "moisture": b[5]} for b in rows]


@practicum.read_only
def storage_cost(bushels: float, days: int, plan: Literal["open_storage", "delayed_price"] = "open_storage") -> dict:
    """Cost in USD of leaving grain with us for a number of days (1 to 365). Delayed price grain has the first 30 days free but a higher daily rate afterwards."""
    if bushels <= 0:
        raise ValueError("bushels must be positive")
    if not 1 <= days <= 365:
        raise ValueError("days must be 1-365")
    if plan == "open_storage":
        usd = bushels * days * 0.0013
    elif plan == "delayed_price":
        usd = bushels * max(0, days - 30) * 0.0018
    else:
        raise ValueError(f"plan {plan} not offered")
    return {"usd": round(usd, 2), "plan": plan}


@practicum.read_only
def basis_history(commodity: Commodity, location: Location, weeks: int = 4) -> list[dict]:
    """Weekly average basis in cents, newest first, for the last so many weeks (max 8)."""
    if not 1 <= weeks <= 8:
        raise ValueError("weeks: 1 to 8")
    if (commodity, location) not in BASIS_WEEKS:
        raise ValueError(f"no basis history kept for {commodity} at {location}")
    return [{"weeks_ago": i, "basis_cents": v} for i, v in enumerate(BASIS_WEEKS[commodity, location][:weeks])]
