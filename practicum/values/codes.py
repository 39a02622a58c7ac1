"""Codes: which of a tool's identifiers a code is, and how it is written, told by those that it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from practicum.values.calendar_words import is_calendar_word
from practicum.values.free_text import named_parts
from practicum.values.shown import shown_at
from practicum.values.slots import Slot

_NUMBERED = re.compile(r"([A-Za-z]{1,8})(?:[-_/]\d+|\d{3,})")
"""A code that is letters and a number: the letters tell what it is of. Those of BS6 tell where."""
_PARTS = re.compile(r"v?(\d+|[A-Za-z]+)([-._/:])(?=\w)", re.IGNORECASE)
_ENDED = re.compile(r"(.*[A-Za-z][-_/#]?)(\d+)")
"""A code that ends with its number."""
_NAMING = frozenset({"id", "code", "no", "number", "ref", "reference", "key"})
_UPPER = re.compile(r"\b(?:capitals|capital letters|upper[- ]?case|all caps)\b", re.IGNORECASE)
_LOWER = re.compile(r"\b(?:small letters|lower[- ]?case)\b", re.IGNORECASE)
_UNSPACED = re.compile(
    r"\b(?:no|without|omit|leave out|remove)\s(?:\w+\s){0,3}?(?:spaces|dashes|hyphens)\b", re.I
)
_UNDASHED = re.compile(r"\b(?:no|without|omit|leave out|remove)\s(?:\w+\s){0,3}?(?:dashes|hyphens)\b", re.I)
_MARKS = re.compile(r"[-_/. ]")
_CAPITALISED = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*")
_WORD = re.compile(r"(?<![\w@])\w[\w./:+-]*(?![\w@])")


def letters_of(slot: Slot) -> str | None:
    """Return the letters that all shown codes of a slot begin with, in capitals; None where they differ."""
    found = {letters_of_code(str(value)) for value in shown_at(slot)}
    return next(iter(found)) if len(found) == 1 else None


def own_codes(name: str, slots: Mapping[str, Slot], codes: list[str]) -> list[str]:
    """Return those of ``codes`` that may be meant for one of a tool's arguments, written as it shows them.

    Of "R-1042 and A-7" only the first is an order where orders are shown as R-1001: then it is nothing else.

    Args:
        name: The argument, one that takes identifiers.
        slots: All of the tool's arguments that do.
        codes: What a text offers.
    """
    letters = {other: found for other, slot in slots.items() if (found := letters_of(slot))}
    own = [code for code in codes if name in letters and letters_of_code(code) == letters[name]]
    others = {found for other, found in letters.items() if other != name}
    left = own or [code for code in codes if letters_of_code(code) not in others]
    if name in letters and not own:  # what begins with other letters, and has other parts, is something else
        sizes = {_size(str(example)) for example in shown_at(slots[name])}
        left = [code for code in left if code[0].isdigit() or _size(code) in sizes]
    if name not in letters:
        left = _alike(shown_at(slots[name]), left)
    return [_written_as(slots[name], code) for code in left]


def numbered(slot: Slot, text: str) -> list[str]:
    """Return the codes that a text says by their number alone: "truck 8" is T-08 where T-07 is shown."""
    shown = [_ENDED.fullmatch(str(value)) for value in shown_at(slot)]
    heads = {match[1] for match in shown if match}
    nouns = [word for word in slot.name_words if word not in _NAMING and len(word) > 2]
    if len(heads) != 1 or not all(shown) or not nouns:
        return []
    width = min(len(match[2]) for match in shown if match)
    said = re.compile(
        rf"\b(?:{'|'.join(map(re.escape, nouns))})s?\s+(?:no\.?\s|number\s|#)?\s?(\d{{1,9}})(?![\w.,:/-]*\w)",
        re.I,
    )
    return [f"{next(iter(heads))}{match[1].zfill(width)}" for match in said.finditer(text)]


def _alike(examples: Sequence[object], codes: list[str]) -> list[str]:
    """Return those of ``codes`` that are put together as an example is, E22-1 as E14-5; all if none is.

    One is that only has other marks between its parts: mgx-5520 where MGX4410 is shown.
    """
    shapes = {_shape(str(example)) for example in examples}
    written = (code if _shape(code) in shapes else _MARKS.sub("", code) for code in codes)
    return [code for code in written if _shape(code) in shapes] or codes


def is_alike(slot: Slot, code: str) -> bool:
    """Whether a code is put together as one that is shown of a slot."""
    return _shape(code) in {_shape(str(example)) for example in shown_at(slot)}


def _size(code: str) -> str:
    """What a code is put together of, letter by letter: CL-03 as MR-01, and not as R-1001."""
    return re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "0", code))


def _shape(code: str) -> str:
    return re.sub(r"[A-Za-z]+", "A", re.sub(r"\d+", "0", code))


def only_taker(name: str, slots: Mapping[str, Slot]) -> bool:
    """Whether no other argument that takes identifiers could take what `own_codes` leaves to this one."""
    return all(letters_of(slot) is not None for other, slot in slots.items() if other != name)


def lookalikes(slot: Slot, text: str) -> list[str]:
    """Return the words of ``text`` that are put together as what a slot shows: 3.2.1-rc2 as 2.14.0 is.

    Only of what is in several parts, or has capitals as names have: any word looks like another one.
    """
    shown = [str(value) for value in shown_at(slot)]
    if shown and all(_CAPITALISED.fullmatch(value) for value in shown):
        return [name for name in named_parts(text) if not is_calendar_word(name)]
    made = {_made(value) for value in shown}
    words = (match.group().rstrip(".:-/_") for match in _WORD.finditer(text))
    return list(dict.fromkeys(word for word in words if len(made) == 1 and _made(word) in made - {None}))


def _made(word: str) -> tuple[str, str] | None:
    """What the first part of a word is, and what joins it to the next; None of a word that is whole."""
    match = _PARTS.match(word)
    return ("digits" if match[1].isdigit() else "letters", match[2]) if match else None


def letters_of_code(code: str) -> str | None:
    """Return the letters of a code that is letters and a number, in capitals; None for another."""
    match = _NUMBERED.fullmatch(code)
    return match[1].upper() if match else None


def _written_as(slot: Slot, code: str) -> str:
    """In capitals or in small letters where all that is shown is; as the documentation asks, too."""
    examples = [str(value) for value in shown_at(slot)]
    code = as_asked(slot, code)
    if examples and all(value.isupper() for value in examples):
        return code.upper()
    return code.lower() if examples and all(value.islower() for value in examples) else code


def as_asked(slot: Slot, code: str) -> str:
    """Return a code as a slot's documentation asks for it: "in capitals, without spaces or dashes"."""
    told = slot.description
    if _UNSPACED.search(told):
        code = _MARKS.sub("", code) if _UNDASHED.search(told) else code.replace(" ", "")
    if _UPPER.search(told):
        return code.upper()
    return code.lower() if _LOWER.search(told) else code
