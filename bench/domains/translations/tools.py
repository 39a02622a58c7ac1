"""Tools for the project managers' chat assistant at Lexbridge Translations GmbH."""

import practicum
from datetime import date
from typing import List, Literal, Optional

LINGUISTS = {
    "L-201": dict(name="Ines Duarte", pairs=["en-pt", "es-pt"], fields=["legal", "finance"], rating=4.8, sworn=True, rate=0.11),
    "L-202": dict(name="Pavel Horak", pairs=["de-cs", "en-cs"], fields=["technical"], rating=4.5, sworn=False, rate=0.09),
    "L-203": dict(name="Claire Meunier", pairs=["de-fr", "en-fr"], fields=["legal", "marketing"], rating=4.9, sworn=True, rate=0.13),
    "L-204": dict(name="Bastien Roche", pairs=["de-fr"], fields=["technical", "medical"], rating=4.2, sworn=False, rate=0.10),
    "L-205": dict(name="Marta Zielinska", pairs=["de-pl", "en-pl"], fields=["legal", "technical"], rating=4.6, sworn=True, rate=0.08),
    "L-206": dict(name="Tomas Alonso", pairs=["de-es", "en-es"], fields=["marketing"], rating=4.4, sworn=False, rate=0.09),
    "L-207": dict(name="Yuki Tanabe", pairs=["en-ja", "de-ja"], fields=["technical", "medical"], rating=4.9, sworn=False, rate=0.17),
    "L-208": dict(name="Gunnar Holm", pairs=["de-sv", "en-sv"], fields=["finance", "technical"], rating=4.1, sworn=False, rate=0.12),
    "L-209": dict(name="Elena Ricci", pairs=["de-it", "en-it"], fields=["medical", "marketing"], rating=4.7, sworn=True, rate=0.10),
    "L-210": dict(name="Rafael Ortiz", pairs=["en-es", "de-es"], fields=["legal", "medical"], rating=4.8, sworn=True, rate=0.10),
}

ABSENCES = [
    ("L-203", "2025-05-26", "2025-06-06"), ("L-205", "2025-06-19", "2025-06-20"), ("L-207", "2025-05-03", "2025-05-06"),
    ("L-210", "2025-06-02", "2025-06-04"), ("L-201", "2025-07-14", "2025-08-01"), ("L-209", "2025-08-04", "2025-08-22"),
]

JOBS = {
    "J25-0731": dict(client="KRO", pair="de-fr", words=12400, linguist="L-204", status="in_translation", due="2025-05-23"),
    "J25-0734": dict(client="KRO", pair="de-pl", words=12400, linguist="L-205", status="in_review", due="2025-05-21"),
    "J25-0740": dict(client="MDX", pair="en-ja", words=3800, linguist="L-207", status="in_translation", due="2025-05-28"),
    "J25-0741": dict(client="MDX", pair="en-it", words=3800, linguist="L-209", status="delivered", due="2025-05-15"),
    "J25-0745": dict(client="VHN", pair="de-fr", words=950, linguist="L-203", status="in_review", due="2025-05-20"),
    "J25-0749": dict(client="SBL", pair="en-es", words=22000, linguist="L-210", status="on_hold", due="2025-06-13"),
    "J25-0752": dict(client="SBL", pair="en-pt", words=22000, linguist="L-201", status="in_translation", due="2025-06-13"),
    "J25-0755": dict(client="VHN", pair="de-sv", words=1700, linguist=None, status="unassigned", due="2025-05-30"),
    "J25-0758": dict(client="KRO", pair="de-cs", words=12400, linguist=None, status="unassigned", due="2025-06-02"),
    "J25-0760": dict(client="MDX", pair="de-es", words=540, linguist="L-206", status="delivered", due="2025-05-12"),
}

CLIENTS = {
    "KRO": dict(name="Kroll Pumpenbau", discount=8, payment_days=30, min_fee=45.0),
    "MDX": dict(name="Medexa Diagnostics", discount=5, payment_days=45, min_fee=60.0),
    "VHN": dict(name="Kanzlei Vohn & Partner", discount=0, payment_days=14, min_fee=75.0),
    "SBL": dict(name="Sable Cosmetics", discount=12, payment_days=60, min_fee=40.0),
}

GLOSSARY = {
    ("KRO", "Laufrad", "fr"): "roue", ("KRO", "Laufrad", "pl"): "wirnik", ("KRO", "Gleitringdichtung", "fr"): "garniture mécanique",
    ("KRO", "Gleitringdichtung", "cs"): "mechanická ucpávka", ("MDX", "assay", "ja"): "アッセイ", ("MDX", "assay", "it"): "saggio",
    ("MDX", "specimen", "it"): "campione", ("VHN", "Vollmacht", "fr"): "procuration", ("SBL", "glow serum", "es"): "sérum luminosidad",
}

BASE = {"fr": 0.16, "pl": 0.13, "cs": 0.14, "es": 0.14, "it": 0.15, "pt": 0.15, "sv": 0.19, "ja": 0.24}


def _parse(d):
    try:
        return date.fromisoformat(d)
    except (TypeError, ValueError):
        raise ValueError("Invalid date '{}', please use YYYY-MM-DD".format(d))


@practicum.read_only
def search_linguists(source: str, target: str, field: Optional[Literal["legal", "technical", "medical", "marketing", "finance"]] = None,
                     min_rating: float = 0.0, sworn: bool = False) -> List[dict]:
    """Find freelancers for a language pair, best rated first.

    Args:
        source (str): source language, ISO 639-1, e.g. "de"
        target (str): target language, ISO 639-1, e.g. "fr"
        field: subject they must cover
        min_rating (float): 0-5
        sworn (bool): True = only sworn (certified) translators
    """
    if len(source) != 2 or len(target) != 2:
        raise ValueError("Language codes have two letters")
    if not 0 <= min_rating <= 5:
        raise ValueError("min_rating must be 0-5")
    pair = source + "-" + target
    res = [dict(id=k, **v) for k, v in LINGUISTS.items()
           if pair in v["pairs"] and (field is None or field in v["fields"]) and v["rating"] >= min_rating and (v["sworn"] or not sworn)]
    return sorted(res, key=lambda r: -r["rating"])


@practicum.read_only
def linguist_profile(linguist_id: str) -> dict:
    """Name, language pairs, subject fields, rating and word rate (EUR) of a linguist. IDs: L- and three digits."""
    if linguist_id not in LINGUISTS:
        raise ValueError("Linguist not found: " + linguist_id)
    return dict(id=linguist_id, **LINGUISTS[linguist_id])


@practicum.read_only
def is_available(linguist_id: str, from_date: str, to_date: str) -> dict:
    """Whether a linguist is not on leave in a period.

    Args:
        linguist_id (str): e.g. "L-203"
        from_date (str): first day, YYYY-MM-DD
        to_date (str): last day, YYYY-MM-DD
    """
    if linguist_id not in LINGUISTS:
        raise ValueError("Linguist not found: " + linguist_id)
    a, b = _parse(from_date), _parse(to_date)
    if a > b:
        raise ValueError("from_date is after to_date")
    hit = [(s, e) for l, s, e in ABSENCES if l == linguist_id and date.fromisoformat(s) <= b and a <= date.fromisoformat(e)]
    return {"available": not hit, "absences": [{"from": s, "to": e} for s, e in hit]}


@practicum.read_only
def job(id: str) -> dict:
    """Job record (client, pair, words, linguist, status, due date).

    Args:
        id: job number, J + two-digit year + dash + four digits
    """
    if id not in JOBS:
        raise ValueError("No job " + id)
    return dict(id=id, **JOBS[id])


@practicum.read_only
def list_jobs(client: Optional[Literal["KRO", "MDX", "VHN", "SBL"]] = None,
              statuses: Optional[List[Literal["unassigned", "in_translation", "in_review", "on_hold", "delivered"]]] = None,
              due_by: Optional[str] = None) -> List[dict]:
    """Jobs matching all given filters.

    Args:
        client: client code. KRO = Kroll Pumpenbau, MDX = Medexa Diagnostics, VHN = Vohn & Partner, SBL = Sable Cosmetics
        statuses: one or several statuses
        due_by: due on or before this date, YYYY-MM-DD
    """
    if client is not None and client not in CLIENTS:
        raise ValueError("Unknown client code " + str(client))
    allowed = {"unassigned", "in_translation", "in_review", "on_hold", "delivered"}
    if statuses is not None and not set(statuses) <= allowed:
        raise ValueError("Unknown status in " + str(statuses))
    limit = _parse(due_by).isoformat() if due_by else None
    return [dict(id=k, **v) for k, v in JOBS.items()
            if client in (None, v["client"]) and (not statuses or v["status"] in statuses) and (limit is None or v["due"] <= limit)]


@practicum.read_only
def price_quote(target: Literal["fr", "pl", "cs", "es", "it", "pt", "sv", "ja"], words: int,
                service: Literal["translation", "translation_plus_review", "mt_post_editing"] = "translation",
                express: bool = False, client: Optional[Literal["KRO", "MDX", "VHN", "SBL"]] = None) -> dict:
    """Net price in EUR for translating a text from German or English.

    Args:
        target: target language, ISO code
        words (int): source word count, 1-500000
        service: level. mt_post_editing = machine translation corrected by a human
        express (bool): within 24 h, +40 %
        client: apply this client's discount and minimum fee (codes as in list_jobs)
    """
    if target not in BASE:
        raise ValueError("We have no list price for '{}'".format(target))
    if not 1 <= words <= 500000:
        raise ValueError("words out of range")
    factor = {"translation": 1.0, "translation_plus_review": 1.3, "mt_post_editing": 0.6}.get(service)
    if factor is None:
        raise ValueError("service?? " + str(service))
    total = words * BASE[target] * factor * (1.4 if express else 1)
    if client is not None:
        if client not in CLIENTS:
            raise ValueError("Unknown client code " + str(client))
        total = max(total * (100 - CLIENTS[client]["discount"]) / 100, CLIENTS[client]["min_fee"])
    return {"net_eur": round(total, 2)}


@practicum.read_only
def client_terms(client: Literal["KRO", "MDX", "VHN", "SBL"]) -> dict:
    """Commercial conditions of a client: discount %, payment days, minimum fee. Codes as in list_jobs."""
    if client not in CLIENTS:
        raise ValueError("Unknown client code " + str(client))
    return dict(code=client, **CLIENTS[client])


@practicum.read_only
def glossary_term(client: Literal["KRO", "MDX", "VHN", "SBL"], term: str, target: str) -> dict:
    """Approved translation of a source term for a client.

    Args:
        client: client code as in list_jobs
        term (str): source term, spelled as in the source language
        target (str): ISO 639-1 target language
    """
    for (c, t, l), v in GLOSSARY.items():
        if c == client and t.lower() == term.lower() and l == target:
            return {"client": c, "term": t, "target": l, "approved": v}
    raise ValueError("No approved term for '{}' ({}, {})".format(term, client, target))


@practicum.read_only
def weighted_words(new: int, fuzzy: int = 0, repetitions: int = 0) -> dict:
    """Weighted word count from a CAT analysis: new words count 100 %, fuzzy matches 60 %, repetitions 25 %.

    Args:
        new (int): no-match words
        fuzzy (int): words in fuzzy matches
        repetitions (int): repeated words (incl. 100 % matches)
    """
    if min(new, fuzzy, repetitions) < 0:
        raise ValueError("Counts can't be negative")
    return {"raw": new + fuzzy + repetitions, "weighted": round(new + 0.6 * fuzzy + 0.25 * repetitions, 1)}
