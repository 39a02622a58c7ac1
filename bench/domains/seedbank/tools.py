"""Lookups over the seed bank's accession register, protocols and lab diary."""

import math
import re
from datetime import date as _date, timedelta
from typing import Literal, Optional

import practicum

TAXA = {
    "TRIAES": {"name": "Triticum aestivum", "common": "bread wheat", "family": "Poaceae", "tsw_g": 42.0, "half_life_y": 54},
    "HORVUL": {"name": "Hordeum vulgare", "common": "barley", "family": "Poaceae", "tsw_g": 45.0, "half_life_y": 49},
    "SECCER": {"name": "Secale cereale", "common": "rye", "family": "Poaceae", "tsw_g": 31.0, "half_life_y": 37},
    "PISSAT": {"name": "Pisum sativum", "common": "garden pea", "family": "Fabaceae", "tsw_g": 210.0, "half_life_y": 98},
    "VICFAB": {"name": "Vicia faba", "common": "broad bean", "family": "Fabaceae", "tsw_g": 820.0, "half_life_y": 61},
    "LENCUL": {"name": "Lens culinaris", "common": "lentil", "family": "Fabaceae", "tsw_g": 48.0, "half_life_y": 70},
    "SOLLYC": {"name": "Solanum lycopersicum", "common": "tomato", "family": "Solanaceae", "tsw_g": 3.1, "half_life_y": 46},
    "CAPANN": {"name": "Capsicum annuum", "common": "sweet pepper", "family": "Solanaceae", "tsw_g": 6.4, "half_life_y": 28},
    "PAPRHO": {"name": "Papaver rhoeas", "common": "corn poppy", "family": "Papaveraceae", "tsw_g": 0.13, "half_life_y": 33},
    "LACSAT": {"name": "Lactuca sativa", "common": "lettuce", "family": "Asteraceae", "tsw_g": 1.2, "half_life_y": 21},
}

ACCESSIONS = [
    {"accession": "SB-000417", "taxon": "TRIAES", "country": "TR", "collected": 1987, "storage": "BAS", "seeds": 4200, "viability_pct": 88},
    {"accession": "SB-000982", "taxon": "HORVUL", "country": "ET", "collected": 1991, "storage": "BAS", "seeds": 3100, "viability_pct": 91},
    {"accession": "SB-001350", "taxon": "PISSAT", "country": "GE", "collected": 1994, "storage": "ACT", "seeds": 640, "viability_pct": 77},
    {"accession": "SB-001351", "taxon": "VICFAB", "country": "EG", "collected": 1994, "storage": "ACT", "seeds": 210, "viability_pct": 69},
    {"accession": "SB-002208", "taxon": "SOLLYC", "country": "PE", "collected": 2001, "storage": "ACT", "seeds": 1500, "viability_pct": 93},
    {"accession": "SB-002215", "taxon": "CAPANN", "country": "MX", "collected": 2001, "storage": "ACT", "seeds": 900, "viability_pct": 62},
    {"accession": "SB-002790", "taxon": "LENCUL", "country": "SY", "collected": 2004, "storage": "DUP", "seeds": 5000, "viability_pct": 95},
    {"accession": "SB-003046", "taxon": "SECCER", "country": "PL", "collected": 2006, "storage": "BAS", "seeds": 2700, "viability_pct": 84},
    {"accession": "SB-003311", "taxon": "PAPRHO", "country": "GB", "collected": 2009, "storage": "CRY", "seeds": 12000, "viability_pct": 90},
    {"accession": "SB-003874", "taxon": "LACSAT", "country": "IT", "collected": 2013, "storage": "ACT", "seeds": 2300, "viability_pct": 58},
    {"accession": "SB-004102", "taxon": "HORVUL", "country": "NP", "collected": 2016, "storage": "ACT", "seeds": 1800, "viability_pct": 96},
    {"accession": "SB-004518", "taxon": "TRIAES", "country": "GE", "collected": 2019, "storage": "DUP", "seeds": 6000, "viability_pct": 98},
]

PROTOCOLS = {
    "TRIAES": {"temp_c": "20", "light": "any", "pretreatment": "prechill 5 days at 7 C", "count_days": [4, 8]},
    "HORVUL": {"temp_c": "20", "light": "any", "pretreatment": "prechill 5 days at 7 C", "count_days": [4, 7]},
    "SECCER": {"temp_c": "20", "light": "any", "pretreatment": "none", "count_days": [4, 7]},
    "PISSAT": {"temp_c": "20", "light": "any", "pretreatment": "none", "count_days": [5, 8]},
    "VICFAB": {"temp_c": "20", "light": "any", "pretreatment": "soak 12 h", "count_days": [4, 14]},
    "LENCUL": {"temp_c": "20", "light": "any", "pretreatment": "scarify", "count_days": [5, 10]},
    "SOLLYC": {"temp_c": "20/30", "light": "8 h", "pretreatment": "none", "count_days": [5, 14]},
    "CAPANN": {"temp_c": "20/30", "light": "8 h", "pretreatment": "KNO3 0.2 %", "count_days": [7, 14]},
    "PAPRHO": {"temp_c": "15", "light": "8 h", "pretreatment": "gibberellic acid", "count_days": [7, 21]},
    "LACSAT": {"temp_c": "20", "light": "8 h", "pretreatment": "prechill 3 days", "count_days": [4, 7]},
}

CHAMBERS = {"GC-A": 24, "GC-B": 24, "GC-C": 12, "DR-1": 40, "DR-2": 16}  # shelves

# (chamber, first, last, shelves)
CHAMBER_BOOKINGS = [
    ("GC-A", "2025-02-03", "2025-02-17", 20),
    ("GC-A", "2025-02-10", "2025-03-01", 3),
    ("GC-B", "2025-02-20", "2025-03-12", 24),
    ("GC-C", "2025-04-01", "2025-04-30", 6),
    ("DR-1", "2025-08-18", "2025-09-26", 31),
    ("DR-1", "2025-09-08", "2025-09-19", 9),
    ("DR-2", "2025-08-25", "2025-09-05", 16),
    ("GC-C", "2025-11-10", "2025-11-24", 12),
]

REGENERATION = [
    {"year": 2025, "site": "LOW", "accession": "SB-001351", "plants": 80, "isolation_cage": True},
    {"year": 2025, "site": "LOW", "accession": "SB-001350", "plants": 120, "isolation_cage": False},
    {"year": 2025, "site": "GLS", "accession": "SB-002215", "plants": 40, "isolation_cage": True},
    {"year": 2025, "site": "UPL", "accession": "SB-003046", "plants": 200, "isolation_cage": True},
    {"year": 2026, "site": "GLS", "accession": "SB-003874", "plants": 60, "isolation_cage": False},
    {"year": 2026, "site": "LOW", "accession": "SB-000417", "plants": 150, "isolation_cage": False},
    {"year": 2026, "site": "UPL", "accession": "SB-000982", "plants": 150, "isolation_cage": False},
    {"year": 2027, "site": "GLS", "accession": "SB-002208", "plants": 30, "isolation_cage": False},
]

HANDLING_FEE = {"RES": 15.0, "GEN": 0.0, "COM": 60.0, "FAR": 5.0}
SHIPPING = {False: 12.0, True: 38.0}

_ACC = {a["accession"]: a for a in ACCESSIONS}


def _accession(accession: str) -> dict:
    if not re.fullmatch(r"SB-\d{6}", accession):
        raise ValueError(f"accession numbers are SB- and six digits with leading zeros (SB-000417), got {accession!r}")
    if accession not in _ACC:
        raise ValueError(f"accession {accession} is not in the register")
    return _ACC[accession]


def _taxon(taxon: str) -> dict:
    if taxon not in TAXA:
        raise ValueError(f"unknown taxon code {taxon!r}; known: {', '.join(sorted(TAXA))}")
    return TAXA[taxon]


def _day(s: str) -> _date:
    m = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", s)
    if not m:
        raise ValueError(f"dates go in as DD/MM/YYYY, e.g. 09/02/2025, got {s!r}")
    return _date(int(m[3]), int(m[2]), int(m[1]))


@practicum.read_only
def accession_record(accession: str) -> dict:
    """Passport data of one accession: species, origin, year collected, store, seeds left and last viability test.

    Args:
        accession: register number, "SB-" and six digits.
    """
    a = _accession(accession)
    return {**a, "name": TAXA[a["taxon"]]["name"]}


@practicum.read_only
def list_accessions(
    family: Optional[str] = None,
    storage: Optional[Literal["ACT", "BAS", "CRY", "DUP"]] = None,
    country: Optional[str] = None,
    max_viability_pct: Optional[int] = None,
) -> list[dict]:
    """List accessions in the register. Filters are ANDed, leave out those you don't need.

    Args:
        family: botanical family by its Latin name, e.g. "Poaceae" (grasses),
            "Fabaceae" (legumes), "Solanaceae" (nightshades).
        storage: ACT = active collection (+4 C, for distribution), BAS = base
            collection (-20 C, long-term), CRY = liquid nitrogen, DUP = safety
            duplicate held for another institute.
        country: country of origin, two-letter ISO code in capitals.
        max_viability_pct: only those that germinated at this percentage or less
            in the last test.
    """
    families = sorted({t["family"] for t in TAXA.values()})
    if family is not None and family not in families:
        raise ValueError(f"family must be one of {', '.join(families)}")
    if storage is not None and storage not in ("ACT", "BAS", "CRY", "DUP"):
        raise ValueError("storage must be ACT, BAS, CRY or DUP")
    if country is not None and not re.fullmatch(r"[A-Z]{2}", country):
        raise ValueError("country must be an ISO 3166 alpha-2 code such as ET")
    if max_viability_pct is not None and not 0 <= max_viability_pct <= 100:
        raise ValueError("max_viability_pct must be 0 to 100")
    return [
        a for a in ACCESSIONS
        if (family is None or TAXA[a["taxon"]]["family"] == family)
        and (storage is None or a["storage"] == storage)
        and (country is None or a["country"] == country)
        and (max_viability_pct is None or a["viability_pct"] <= max_viability_pct)
    ]


@practicum.read_only
def find_taxon(text: str) -> list[dict]:
    """Find a species' six-letter taxon code from (part of) its Latin or common English name."""
    t = text.strip().lower()
    if len(t) < 3:
        raise ValueError("give at least three letters")
    return [{"taxon": k, **v} for k, v in TAXA.items() if t in v["name"].lower() or t in v["common"].lower()]


@practicum.read_only
def germination_protocol(taxon: str) -> dict:
    """How to run the germination test for a species: temperature, light, pretreatment, counting days.

    taxon is the six-letter code, first three letters of genus and species in
    capitals (Triticum aestivum -> TRIAES).
    """
    _taxon(taxon)
    return {"taxon": taxon, **PROTOCOLS[taxon]}


@practicum.read_only
def forecast_viability(accession: str, years: int) -> dict:
    """Expected viability of an accession so many years from now, from its last test and the species' half-life."""
    a = _accession(accession)
    if not 1 <= years <= 100:
        raise ValueError("years must be a whole number from 1 to 100")
    h = TAXA[a["taxon"]]["half_life_y"]
    return {"accession": accession, "years": years, "viability_pct": round(a["viability_pct"] * 0.5 ** (years / h), 1)}


@practicum.read_only
def seeds_in_weight(taxon: str, grams: float) -> dict:
    """Estimate how many seeds a given weight holds, from the thousand-seed weight.

    Args:
        taxon: six-letter taxon code, e.g. PISSAT.
        grams: net weight of clean dry seed in grams (0.01 to 50000).
    """
    t = _taxon(taxon)
    if not 0.01 <= grams <= 50000:
        raise ValueError("grams must be between 0.01 and 50000")
    return {"taxon": taxon, "seeds": math.floor(grams / t["tsw_g"] * 1000)}


@practicum.read_only
def request_cost(
    accessions: list[str],
    requester: Literal["RES", "GEN", "COM", "FAR"],
    outside_eu: bool = False,
) -> dict:
    """What a requester would pay (EUR) for samples of the given accessions, shipping included.

    Args:
        accessions: register numbers, one sample each, at most 10 and no repeats.
        requester: RES university or research institute, GEN other genebank,
            COM company or commercial breeder, FAR farmer or gardener.
        outside_eu: True if the parcel leaves the EU (phytosanitary certificate).
    """
    if not 1 <= len(accessions) <= 10 or len(set(accessions)) != len(accessions):
        raise ValueError("accessions: 1 to 10 different register numbers")
    for a in accessions:
        _accession(a)
    if requester not in HANDLING_FEE:
        raise ValueError("requester must be RES, GEN, COM or FAR")
    total = HANDLING_FEE[requester] * len(accessions) + SHIPPING[bool(outside_eu)]
    return {"samples": len(accessions), "total_eur": total}


@practicum.read_only
def chamber_space(chamber: str, first_day: str, last_day: str, shelves: int = 1) -> dict:
    """Check whether a climate chamber has shelves to spare on every day of a period.

    Args:
        chamber: growth chambers GC-A, GC-B, GC-C; drying rooms DR-1, DR-2.
        first_day: first day, day first.
        last_day: last day (included).
        shelves: how many shelves are needed, one by default.
    """
    if chamber not in CHAMBERS:
        raise ValueError(f"chamber must be one of {', '.join(CHAMBERS)}")
    a, b = _day(first_day), _day(last_day)
    if b < a:
        raise ValueError("last_day is before first_day")
    if (b - a).days > 92:
        raise ValueError("at most 92 days at a time")
    if not 1 <= shelves <= CHAMBERS[chamber]:
        raise ValueError(f"{chamber} has {CHAMBERS[chamber]} shelves")
    low, d = CHAMBERS[chamber], a
    while d <= b:
        used = sum(n for c, s, e, n in CHAMBER_BOOKINGS if c == chamber and s <= d.isoformat() <= e)
        low = min(low, CHAMBERS[chamber] - used)
        d += timedelta(days=1)
    return {"chamber": chamber, "fewest_free_shelves": low, "enough": low >= shelves}


@practicum.read_only
def regeneration_plan(year: int, site: Optional[Literal["LOW", "UPL", "GLS"]] = None, caged_only: bool = False) -> list[dict]:
    """Accessions due to be grown out for fresh seed in a year.

    site is LOW (lowland field), UPL (upland field) or GLS (glasshouse). With
    caged_only just the plots that need an isolation cage. Planned 2025-2027.
    """
    if not 2025 <= year <= 2027:
        raise ValueError("the plan covers 2025, 2026 and 2027")
    if site is not None and site not in ("LOW", "UPL", "GLS"):
        raise ValueError("site must be LOW, UPL or GLS")
    return [
        r for r in REGENERATION
        if r["year"] == year and (site is None or r["site"] == site) and (not caged_only or r["isolation_cage"])
    ]
