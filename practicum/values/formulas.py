"""Chemical formulas, and everyday names of compounds."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.values.elements import FORMATS as _ELEMENT_FORMATS
from practicum.values.elements import symbols
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, prefer, span, word_set
from practicum.values.tables import table

_ATOM = r"[A-Z][a-z]?\d*"
_GROUP = rf"(?:{_ATOM}|\((?:{_ATOM}){{1,12}}\)\d*){{1,12}}"
# Digits after a square bracket count the complex, unless they are its charge: [Fe(CN)6]4-.
_COMPOUND = rf"(?:{_ATOM}|\({_GROUP}\)\d*|\[{_GROUP}\](?:\d+(?![\d+\-\u2212]))?){{1,24}}"
_DOT = "[\u00b7\u2022\u22c5\u2219]"
# A full stop may end a sentence, and a dot between blanks an entry of a list: only what follows tells.
_BESIDE = rf"(?:(?:{_DOT}|\*)\d{{0,2}}|\.(?=\d{{0,2}}[HD]2O)\d{{0,2}}| ?{_DOT} ?(?=\d|[HD]2O)\d{{0,2}} ?)"
_WORD = re.compile(
    rf"(?<![\w(]){_COMPOUND}(?:{_BESIDE}{_COMPOUND}){{0,2}}(?![\w(\[])"
    rf"|(?<=\(){_COMPOUND}(?:{_BESIDE}{_COMPOUND}){{1,2}}(?=\))"
)
_BRACKETED = re.compile(rf"\({_GROUP}\)|\[{_GROUP}\]")
_SEPARATOR = re.compile(rf" ?(?:{_DOT}|[.*]) ?")
_SUBSCRIPTS = str.maketrans("\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089", "0123456789")
_PART = re.compile(r"([A-Z][a-z]?)")
_SPOKEN_OF = re.compile(
    r"\b(?:formula|compound|molecule|of|in|for|is|molar mass|weight)\s*[:=]?\s*[\"'`]?$", re.IGNORECASE
)
_WORDLIKE = word_set("I In As At No He Be Am Co Os Ho Hi Oh Of On Is So Us Who How No Why Pa OK")


@functools.cache
def _lexicon() -> Lexicon:
    return Lexicon({name: [formula] for name, formula in table("compounds")["names"].items()})


def resolve_formulas(text: str) -> list[Span]:
    """Return the formulas of ``text``: written ones, then everyday names, then elements."""
    plain = text.translate(_SUBSCRIPTS)
    written = [_as_span(text, m) for m in _WORD.finditer(plain) if _is_formula(plain, m)]
    if written:
        return prefer(written, _lexicon().find(text))
    return prefer(_lexicon().find(text)) or _ELEMENT_FORMATS[0].resolve(text)


def _as_span(text: str, match: re.Match[str]) -> Span:
    """Return the span of a formula without the brackets around it: "water (H2O)"."""
    around = 1 if _BRACKETED.fullmatch(match.group()) else 0
    start, end = match.start() + around, match.end() - around
    return span(text, start, end, _tidy(match.string[start:end]))


def _tidy(formula: str) -> str:
    """Return a formula without blanks, with one spelling of the dot of hydrates: CuSO4\u00b75H2O."""
    return _SEPARATOR.sub("\u00b7", formula).replace(" ", "")


def _is_formula(text: str, match: re.Match[str]) -> bool:
    """Whether all parts are elements, and the word is no English one or abbreviation."""
    bracketed = _BRACKETED.fullmatch(match.group()) is not None
    word = match.group()[1:-1] if bracketed else match.group()
    parts = _PART.findall(word)
    if not parts or not all(part in symbols() for part in parts) or word in _WORDLIKE:
        return False
    if word == text.strip() or match.group()[0] == "(" or any(c.isdigit() or c in "([" for c in word):
        return True
    if len(word) > 2 and word in table("compounds")["names"].values():
        return True
    mixed = any(char.islower() for char in word) and len(parts) > 1
    return mixed or (_SPOKEN_OF.search(text, 0, match.start()) is not None)


def _canonical(value: Any) -> Any:
    text = str(value).strip().translate(_SUBSCRIPTS)
    match = _WORD.fullmatch(text)
    if match and all(part in symbols() for part in _PART.findall(text)):
        return _tidy(text)
    known = _lexicon().get(text)
    return known[0] if known else value


def _verbalise(value: Any) -> tuple[str, ...]:
    formula = _canonical(value)
    if not _WORD.fullmatch(str(formula)):
        return ()
    names = tuple(name for name, known in table("compounds")["names"].items() if known == formula)
    sure = len(formula) > 2 or formula[-1:].isdigit()
    return (*names, formula) if sure else names


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    """Return the formula, then with the other signs that stand for the dot of hydrates."""
    formula = _canonical(value)
    dotted = isinstance(formula, str) and "\u00b7" in formula
    return (formula, *(formula.replace("\u00b7", sign) for sign in ".*" if dotted))


def _draw(rng: random.Random) -> str:
    return str(rng.choice(sorted(set(table("compounds")["names"].values()) - {"D2O"})))


FORMATS = (ValueFormat("formula", _verbalise, resolve_formulas, _draw, _canonical, _forms),)
