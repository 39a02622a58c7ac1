"""What the user should know of the operations of a document that can be used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from practicum.tools.catalog import Notice
from practicum.tools.openapi.bodies import SENDABLE
from practicum.tools.openapi.shortening import MAX_CHARACTERS, Shortened

SHOWN = 3
"""Operations that are named of those that a notice is about."""


class Notices:
    """Collects what is to be said of operations; what holds for several is said once."""

    def __init__(self) -> None:
        self._missing: dict[str, list[str]] = {}
        self._left_out: dict[str, list[str]] = {}
        self._cut: dict[int, list[str]] = {}
        self._long: dict[str, int] = {}

    def missing(self, variable: str, name: str) -> None:
        """Note that an operation can't be called until a variable of the environment is set."""
        self._missing.setdefault(variable, []).append(name)

    def left_out(self, what: str, name: str) -> None:
        """Note that a part of an operation's body is not sent."""
        self._left_out.setdefault(what, []).append(name)

    def length(self, shown: Shortened, name: str) -> None:
        """Note how long an operation's schema is, and that its descriptions were cut, where that is so."""
        if shown.is_long:
            self._long[name] = shown.characters
        elif shown.most is not None:
            self._cut.setdefault(shown.most, []).append(name)

    def made(self) -> Iterator[Notice]:
        """Go through the notices."""
        for variable, names in self._missing.items():
            said = f"{variable} is not set: {_listed(names)} can't be called without it"
            yield Notice(said, tuple(names))
        for what, names in self._left_out.items():
            yield Notice(f"left out of {_listed(names)}: {what}; {SENDABLE}", tuple(names))
        for most, names in self._cut.items():
            cut = f"descriptions in the schema of {_listed(names)} are cut to {most} characters each"
            said = f"{cut}: whole, it would be longer than {MAX_CHARACTERS:,}"
            yield Notice(said, tuple(names))
        if self._long:
            yield Notice(_long_in_words(self._long), tuple(self._long))


def _long_in_words(long: dict[str, int]) -> str:
    sizes = [f"{name} ({long[name]:,})" for name in sorted(long, key=lambda name: -long[name])]
    return (
        f"the schema of {_listed(sizes)} is longer than {MAX_CHARACTERS:,} characters, its descriptions cut"
        " short: each model call that shows it pays for that; choose other tools with --tool, or take what"
        " you need of it into a smaller document"
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
