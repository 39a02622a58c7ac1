"""Registers, politeness, contractions and slips of a query.

Values stand in the text as single private-use characters while it is styled, so that nothing
done here can change one.
"""

from __future__ import annotations

import random
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from practicum.nodes.phrasing.english import article

FIRST_MARK = 0xE000
"""Code point of the first value's mark (Unicode private use area)."""

_MARKS = "\ue000-\uf8ff"
_CONTRACTIONS = (
    (r"\b([Ww])hat is (?=[\w{m}])", r"\1hat's "),
    (r"\bI would (like|love|appreciate|be)\b", r"I'd \1"),
    (r"\bI am\b", "I'm"),
    (r"\b([Ii])t is (?=[\w{m}])", r"\1t's "),
    (r"\b([Hh])ow is (?=[\w{m}])", r"\1ow's "),
    (r"\b([Dd])o not\b", r"\1on't"),
)
_SLIP_RATE = 0.06
"""Share of queries, but for formal ones, that have one typing error."""
_TERSE_ENDINGS = re.compile(r"[.?!]$")


def mark(index: int) -> str:
    """Return the character that stands for value number ``index``."""
    return chr(FIRST_MARK + index)


def is_mark(character: str) -> bool:
    """Say whether a character stands for a value."""
    return "\ue000" <= character <= "\uf8ff"


def draw_register(rng: random.Random) -> str:
    """Draw a register: neutral, terse, chatty or formal."""
    weights: dict[str, int] = _table()["registers"]
    return rng.choices(list(weights), list(weights.values()))[0]


def dress(kind: str, clause: str, copula: str, register: str, rng: random.Random) -> str:
    """Put a clause to somebody.

    Args:
        kind: Kind of the clause, one of `frames.KINDS` or ``np_indefinite``.
        clause: The clause, values as marks.
        copula: ``is`` or ``are``, as the noun asks.
        register: What `draw_register` gave.
        rng: Source of the choices.
    """
    if kind == "s" and clause[-1:] not in ".?!":
        clause += "."
    pattern: str = rng.choice(_table()[kind][register])
    text = pattern.replace("{is}", copula).replace("{x}", clause).replace("{X}", _capital(clause))
    text = re.sub(r"([?.!])[?.]+", r"\1", re.sub(r"\?(\. | thanks)", r"?\1", text))
    return finish(text, register, rng)


def finish(text: str, register: str, rng: random.Random) -> str:
    """Contract, capitalise and slip, as the register allows."""
    if register != "formal" and rng.random() < 0.45:
        for pattern, shorter in _CONTRACTIONS:
            text = re.sub(pattern.replace("{m}", _MARKS), shorter, text)
    if register == "terse" and rng.random() < 0.6:
        text = _TERSE_ENDINGS.sub("", text)
    if register in {"terse", "chatty"} and rng.random() < 0.5:
        text = text.lower()
    elif register != "terse":
        text = _sentence_case(text)
    if register != "formal" and rng.random() < _SLIP_RATE:
        text = _slip(text, rng)
    return text.strip()


def settle(text: str, spoken: list[str]) -> str:
    """Fit the words around values to them: ``a`` or ``an``, and nothing that a value has already.

    ``the`` goes before "the States", and ``time`` after "Paris time".
    """

    def following(position: int) -> str:
        after = text[position:].lstrip()
        return spoken[ord(after[0]) - FIRST_MARK] if after and is_mark(after[0]) else after

    def chosen(found: re.Match[str]) -> str:
        if found[0] == "a(n) ":
            return f"{article(following(found.end()))} "
        return "" if following(found.end()).lower().startswith("the ") else found[0]

    def once(found: re.Match[str]) -> str:
        last = spoken[ord(found[1]) - FIRST_MARK].rpartition(" ")[2]
        return found[1] if last.casefold() == found[2].casefold() else found[0]

    text = re.sub(rf"([{_MARKS}]) (\w+)", once, text)
    return re.sub(r"\ba\(n\) |\b[Tt]he ", chosen, text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence_case(text: str) -> str:
    text = re.sub(r"(?<=[.?!] )([a-z])", lambda found: found[1].upper(), text)
    return text if is_mark(text[:1]) else _capital(text)


def _slip(text: str, rng: random.Random) -> str:
    """One typing error, never in a value, nor in a short word."""
    words = list(re.finditer(r"[a-z]{5,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at] + text[at:]


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("style.toml").read_text("utf-8"))
