"""What earlier versions blanked that a record is read by, restored where the rest of its row tells it.

They redacted the names of fields, ids and closed sets of words like any other text: a tool that returned
``{"auth_token": "observation"}`` had every field of that name blanked from then on. A name is known again by
what fits in its place, an id by the row's column; what else was blanked along with them is told by these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from practicum.hostile import holds_redacted
from practicum.hostile.fields import Visit, visited
from practicum.hostile.marks import MARKED
from practicum.records import JsonObject, Record

FEWEST = 6
"""Characters of what was blanked at least."""


def is_damaged(kind: type[Record], body: Any) -> bool:
    """Whether something is blanked in ``body`` that a record of this kind is read by."""
    found: list[str] = []

    def opened(made: type[Record], fields: JsonObject) -> JsonObject:
        found.extend(key for key in fields if key not in made.model_fields)
        return fields

    def fixed(value: Any, _: Any) -> Any:
        found.append(value if isinstance(value, str) else str(value))
        return value

    visited(kind, body, Visit(fixed=fixed, opened=opened))
    return any(map(holds_redacted, found))


def mended(kind: type[Record], body: JsonObject, columns: Mapping[str, str | int]) -> JsonObject:
    """Return ``body`` with what its row tells of what was blanked; the rest stays as it is.

    Args:
        kind: Of the record.
        body: The dict of a record that `is_damaged`.
        columns: Of its row, by name: those that are named like a field say the same.
    """
    mending = _Mending()
    body = visited(kind, body, Visit(opened=mending.opened))
    for name, value in columns.items():
        if name in kind.model_fields and isinstance(value, str) and _fits(body.get(name), value):
            mending.learn(body[name], value, vouched=True)
            body[name] = value
    visited(kind, body, Visit(fixed=mending.met))
    # Twice: what one field tells may stand in another one before it.
    for _ in range(2):
        body = visited(kind, body, Visit(fixed=mending.fixed))
    return body


@dataclass
class _Mending:
    """What was blanked in a record, as far as it is known."""

    words: set[str] = field(default_factory=set)
    vouched: set[str] = field(default_factory=set)
    """Those of them that were blanked in ids, names of tools and closed sets, which others may resemble."""
    names: set[str] = field(default_factory=set)
    """What is whole of ids, hashes and names of tools."""

    def learn(self, blanked: str, whole: str, *, vouched: bool = False) -> None:
        """Learn what was blanked from a text without and with it."""
        if match := re.fullmatch(_pattern(blanked), whole, re.DOTALL):
            self.words.update(match.groups())
            self.vouched.update(match.groups() if vouched else ())

    def met(self, value: Any, annotation: Any) -> Any:
        """Keep in mind what a field names, where it is whole."""
        if annotation is str and isinstance(value, str) and not holds_redacted(value):
            self.names.add(value)
        return value

    def opened(self, kind: type[Record], fields: JsonObject) -> JsonObject:
        """Give the fields of a record their names again."""
        restored: JsonObject = {}
        for key, value in fields.items():
            name = _named(kind, key, fields) if key not in kind.model_fields else None
            if name is not None and name not in restored:
                self.learn(key, name)
            restored[name or key] = value
        return restored

    def fixed(self, value: Any, annotation: Any) -> Any:
        """Return what a field held, where it is known."""
        if not isinstance(value, str) or not holds_redacted(value) or _is_prose(value):
            return value
        said = {word.join(MARKED.split(value)) for word in self.words}
        if closed := _closed(annotation):
            fitting = [each for each in closed if _fits(value, each)]
            said = set(fitting) if len(fitting) == 1 else said & set(fitting)
        else:
            said = said & self.names or self._alike(value)
        if len(said) != 1:
            return value
        (restored,) = said
        self.learn(value, restored, vouched=True)
        return restored

    def _alike(self, value: str) -> set[str]:
        """Return the names of which one was blanked as another was; of a blank one none."""
        parts = MARKED.split(value)
        return {word.join(parts) for word in self.vouched} if any(parts) else set()


def _named(kind: type[Record], key: str, fields: JsonObject) -> str | None:
    """Return the only field that a blanked key can be: by its letters, else also by its place."""
    names, keys = list(kind.model_fields), list(fields)
    fitting = [name for name in names if name not in fields and _fits(key, name)]
    if len(fitting) > 1:
        at = keys.index(key)
        before = [names.index(each) for each in keys[:at] if each in names]
        after = [names.index(each) for each in keys[at + 1 :] if each in names]
        low, high = max(before, default=-1), min(after, default=len(names))
        fitting = [name for name in fitting if low < names.index(name) < high]
    return fitting[0] if len(fitting) == 1 else None


def _is_prose(value: str) -> bool:
    """Whether a text is no name: what a tool's description held is anything."""
    return " " in MARKED.sub("", value)


def _closed(annotation: Any) -> Iterable[str]:
    """Return the words that a field takes; none where it takes others."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(each.value) for each in annotation]
    return [str(each) for each in get_args(annotation)] if get_origin(annotation) is Literal else []


def _fits(blanked: Any, whole: str) -> bool:
    """Whether a text can be what was blanked in another one."""
    if not isinstance(blanked, str) or not holds_redacted(blanked):
        return False
    return re.fullmatch(_pattern(blanked), whole, re.DOTALL) is not None


def _pattern(blanked: str) -> str:
    # Of two marks in one text the second stands for the same: what was blanked twice was one secret.
    parts = [re.escape(part) for part in MARKED.split(blanked)]
    return f"(.{{{FEWEST},}})".join(parts[:2]) + "".join(rf"\1{part}" for part in parts[2:])
