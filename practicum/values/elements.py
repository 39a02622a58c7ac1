"""Chemical elements: symbols, English names, atomic numbers."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, settle, span
from practicum.values.tables import table

_SYMBOL = re.compile(r"(?<![\w.])(?:(?<=['\u2018])[A-Z][a-z]?(?=['\u2019])|[A-Z][a-z]?(?![\w'\u2019]|\.\w))")
_SAID = re.compile(
    r"(?:\b(?:element (?:written|called|named|abbreviated)|element|symbol|of|isotope|for|between|and|versus"
    r"|vs\.?|compare)|[\"'\u2018\u201c`(,=])\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:element (?:number |no\.? ?|#)?|atomic number (?:of |is |= ?)?|number )(\d{1,3})\b", re.IGNORECASE
)
_ISOTOPE = re.compile(r"\b([A-Z][a-z]?)-?(\d{1,3})\b|\b(\d{1,3})-?([A-Z][a-z]?)\b")


@functools.cache
def _elements() -> dict[str, tuple[int, str]]:
    """Return atomic number and name of the elements by symbol."""
    import periodictable

    return {e.symbol: (e.number, e.name) for e in periodictable.elements if e.number}


@functools.cache
def symbols() -> frozenset[str]:
    """Return the symbols of the elements, and D and T for heavy hydrogen."""
    return frozenset(_elements()) | {"D", "T"}


@functools.cache
def _lexicon() -> Lexicon:
    names = {name: [symbol] for symbol, (_, name) in _elements().items()}
    # People leave the apostrophe out: "silicons density". "tins" and "leads" mean other things.
    names |= {f"{name}s": found for name, found in names.items() if name not in {"tin", "lead"}}
    return Lexicon(names | {n: [s] for n, s in table("elements")["names"].items()}, capitalised=())


def resolve_elements(text: str) -> list[Span]:
    """Return the elements of ``text`` by symbol: names, symbols, atomic numbers, isotopes."""
    found = [s for s in _lexicon().find(text) if s.text.lower() != "lead" or not _leads(text, s)]
    for match in _NUMBER.finditer(text):
        symbol = _by_number().get(int(match[1]))
        if symbol:
            found.append(span(text, match.start(), match.end(), symbol))
    for match in _ISOTOPE.finditer(text):
        symbol = match[1] or match[4]
        if symbol in _elements() and "-" in match.group():
            found.append(span(text, match.start(), match.end(), symbol))
    found += [
        span(text, m.start(), m.end(), m.group()) for m in _SYMBOL.finditer(text) if _is_symbol(text, m)
    ]
    return settle(found)


def _leads(text: str, one: Span) -> bool:
    """Whether "lead" is a verb or a noun of another meaning."""
    after = text[one.end : one.end + 5].lower()
    return after.startswith((" to", " time", " the"))


def _is_symbol(text: str, match: re.Match[str]) -> bool:
    """Symbols spelled like English words count only where an element is spoken of."""
    symbol = match.group()
    if symbol not in _elements():
        return False
    before = text[: match.start()]
    if symbol == text.strip() or _SAID.search(before):
        return symbol != "I" or not before.lower().rstrip().endswith(("and", "than", "for", "is", "to", ","))
    starts = not before.strip() or before.rstrip()[-1] in ".?!:"
    return symbol not in table("elements")["risky"] and not (starts and len(symbol) == 1)


@functools.cache
def _by_number() -> dict[int, str]:
    return {number: symbol for symbol, (number, _) in _elements().items()}


def _canonical(value: Any) -> Any:
    text = str(value).strip()
    if text in _elements():
        return text
    if text.isdigit():
        return _by_number().get(int(text), value)
    known = _lexicon().get(text)
    return known[0] if known else value


def _verbalise(value: Any) -> tuple[str, ...]:
    symbol = _canonical(value)
    if symbol not in _elements():
        return ()
    also = (
        name for name, known in table("elements")["names"].items() if known == symbol and name.endswith("um")
    )
    number, name = _elements()[symbol]
    said = dict.fromkeys(
        (name, name.capitalize(), *(a for a in also if a[:2] == name[:2]), f"element {number}")
    )
    return (*said,) if symbol in table("elements")["risky"] else (*said, symbol)


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    symbol = _canonical(value)
    if symbol not in _elements():
        return (value,)
    number, name = _elements()[symbol]
    return (symbol, name, name.capitalize(), number, str(number))


def _draw(rng: random.Random) -> str:
    return rng.choice([*list(_elements())[:56], "W", "Pt", "Au", "Hg", "Pb", "U", "Pu", "Rn"])


FORMATS = (
    ValueFormat(
        "element", _verbalise, resolve_elements, _draw, _canonical, _forms,
        ("symbol", r"\bname", "", r"atomic number|proton"), _lexicon,
    ),
)  # fmt: skip
