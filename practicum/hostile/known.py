"""Secrets that are known by their value: given to a tool, of the environment, or met before."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from practicum.hostile.lines import Offsets
from practicum.hostile.marks import holds_redacted

SHORTEST = 6
"""A shorter value would be found in harmless words."""
SHORTEST_OF_ENVIRONMENT = 8
LONGEST_WORD = 15
"""Letters; so many are in words of nearly all texts, and sixteen in passwords that are made of letters."""
_UNSPOKEN = re.compile("[b-df-hj-np-tv-xz]{5}", re.IGNORECASE)
"""So many consonants in a row are in no word but a few, and in most texts that were drawn by chance."""
MOST_MET = 2000
"""Values met in results that are remembered, the newest."""
TELLING = re.compile(
    r"(?:API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|AUTHORIZATION|COOKIE"
    r"|(?:ACCESS|SECRET|PRIVATE|AUTH|ACCOUNT|SIGNING|ENCRYPTION|SERVICE|CLIENT|LICEN[CS]E)_?KEY|_PAT)$"
)
"""Names of variables and headers that say their value is a secret; dashes count as underscores."""
_LONGEST_END = 64
"""Characters at the end of a name that tell: more than any of those words has."""

_registered: dict[str, None] = {}
_met: OrderedDict[str, tuple[str, ...]] = OrderedDict()
"""Values met, the newest last, with how they may be spelled."""
_heads: dict[str, list[str]] = {}
"""The spellings of all values met by their first characters: a text need not be searched for each of them."""
_changes = 0
"""How often what is registered or met changed."""
_lock = threading.Lock()
_environment: tuple[dict[Any, Any] | None, tuple[str, ...]] = (None, ())
"""The environment when it was last searched, and the secrets found in it."""


def register_secrets(values: Iterable[str]) -> None:
    """Blank these exact values from now on, wherever they turn up, and in the usual encodings.

    Args:
        values: Secrets that a tool is given: of its environment, its headers, its keys. Those of fewer than
            six characters are left out. `secrets_of` picks them out of a mapping.
    """
    global _changes  # noqa: PLW0603 - one process, one set of secrets
    with _lock:
        _registered.update((value, None) for value in values if len(value) >= SHORTEST)
        _changes += 1


def is_telling(name: str) -> bool:
    """Whether a variable, a header or a field of this name holds a secret."""
    return _ends_telling(name[-_LONGEST_END:])


@lru_cache(maxsize=4096)
def _ends_telling(end: str) -> bool:
    return TELLING.search(end.upper().replace("-", "_")) is not None


def secrets_of(configuration: Mapping[str, str]) -> list[str]:
    """Return the values of an environment, or of headers, that are secrets: by their name or their form.

    Of a header such as ``Authorization: Bearer abc`` what follows the scheme is one, too.
    """
    from practicum.hostile.forms import find_forms

    found: list[str] = []
    for name, value in configuration.items():
        if is_telling(name):
            found += [value, value.rpartition(" ")[2]]
        found += [value[start:end] for start, end in find_forms(value)]
    return list(dict.fromkeys(found))


def remember_met(value: str) -> None:
    """Blank a value that was found in a result from now on: a model may repeat it without its form.

    Not what may be a word: blanked wherever it is said, it would spoil what has nothing to do with it.
    """
    if len(value) < SHORTEST or holds_redacted(value) or is_word(value):
        return
    global _changes  # noqa: PLW0603 - one process, one set of secrets
    with _lock:
        if value not in _met:
            _changes += 1
            _met[value] = tuple(dict.fromkeys((value, _in_json(value))))
            for spelling in _met[value]:
                _heads.setdefault(spelling[:SHORTEST], []).append(spelling)
        _met.move_to_end(value)
        while len(_met) > MOST_MET:
            _, gone = _met.popitem(last=False)
            for spelling in gone:
                _forget_head(spelling)


def _forget_head(spelling: str) -> None:
    # A new list: another thread may be reading the old one.
    left = list(_heads[spelling[:SHORTEST]])
    left.remove(spelling)
    if left:
        _heads[spelling[:SHORTEST]] = left
    else:
        del _heads[spelling[:SHORTEST]]


def is_word(value: str) -> bool:
    """Whether a value may be a word, or the name of a tool or a field: letters that can be spoken.

    What has a digit, a sign or letters of both cases amid it is none, nor are sixteen letters or more: keys
    are drawn so.
    """
    return all(_is_spoken(part) for part in value.split("_"))


def _is_spoken(part: str) -> bool:
    if not part.isalpha() or part not in {part.lower(), part.upper(), part.capitalize()}:
        return not part
    return len(part) <= LONGEST_WORD and not _UNSPOKEN.search(part)


def forget() -> None:
    """Forget what was registered and met, so that one test is not in another's way."""
    global _changes  # noqa: PLW0603 - one process, one set of secrets
    with _lock:
        _registered.clear()
        _met.clear()
        _heads.clear()
        _changes += 1


def known_now() -> tuple[int, tuple[str, ...]]:
    """Return what is equal as long as the same secrets are known."""
    return _changes, _of_environment()


def is_name(value: str) -> bool:
    """Whether a value may be the name of a tool or a choice: words, with dashes between them."""
    return all(map(is_word, value.split("-")))


def find_configured(text: str, spared: Callable[[str], bool] = is_word) -> Iterator[Offsets]:
    """Yield where a secret stands that was registered, or is of the environment, and is no word."""
    for value in (*_registered, *_of_environment()):
        if not spared(value):
            for spelling in spellings(value):
                yield from _places(text, spelling)


def find_known(text: str) -> Iterator[Offsets]:
    """Yield where a known secret stands, plain or encoded."""
    for value in (*_registered, *_of_environment()):
        for spelling in spellings(value):
            yield from _places(text, spelling)
    yield from _find_met(text)


def _find_met(text: str) -> Iterator[Offsets]:
    if not _heads:
        return
    for head in {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}:
        for spelling in tuple(_heads.get(head, ())):
            yield from _places(text, spelling)


@lru_cache(maxsize=512)
def spellings(value: str) -> tuple[str, ...]:
    """Return a secret as JSON, HTML, addresses, base64 (amid other bytes, too) and hexadecimal spell it."""
    raw = value.encode("utf-8", "surrogatepass")
    quoted = quote(value, safe="", errors="replace")
    found = [
        value,
        _in_json(value),
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        quoted,
        re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), quoted),
        quote_plus(value, errors="replace"),
        raw.hex(),
        raw.hex().upper(),
    ]
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        # The first and the last characters also depend on the bytes around the secret.
        core = encoded[(0, 2, 3)[before] : len(encoded) - ((before + len(raw)) % 3 > 0)]
        found += [core, core.translate(str.maketrans("+/", "-_"))]
    return tuple(dict.fromkeys(each for each in found if len(each) >= SHORTEST))


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _of_environment() -> tuple[str, ...]:
    global _environment  # noqa: PLW0603 - a cache
    # What the mapping holds is compared as it is: to decode every name and value took longer than all else.
    held = getattr(os.environ, "_data", None)
    seen, found = _environment
    if held is None or held != seen:
        found = tuple(
            value
            for name, value in os.environ.items()
            if len(value) >= SHORTEST_OF_ENVIRONMENT and TELLING.search(name.upper())
        )
        _environment = (None if held is None else dict(held), found)
    return found


def _places(text: str, wanted: str) -> Iterator[Offsets]:
    at = text.find(wanted)
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))
