"""Whether the calls of a reply are the calls a right answer makes.

*Strict*: arguments are equal as JSON numbers, texts, lists and objects. *Lenient*:
they mean the same under the parameter's format (codes and names, spellings of units
and dates, case and punctuation), free texts have the same words, of which long ones may
lack some, and what is empty counts as left out. *Unsure*: only free texts differ, and a reader must tell
(`practicum.evaluation.judging`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from practicum.evaluation.matching.comparing import MISSING, Comparison, effective, equal
from practicum.evaluation.matching.meaning import Meanings
from practicum.evaluation.matching.schemas import ToolSchemas
from practicum.evaluation.matching.texts import Likeness
from practicum.records import Item, JsonObject, Record, ToolCall, ToolSpec, canonical_json

_SHOWN = 60
_SAID = {
    Likeness.DIFFERENT: "",
    Likeness.UNSURE: " (perhaps the same)",
    Likeness.NEAR: " (same meaning)",
    Likeness.SAME: " (same meaning)",
}


class Match(Record):
    """How the calls of a reply compare with an item's expected calls."""

    tool: bool
    """The right tools in the right order; for an item without calls: none was made."""
    strict: bool
    """... and the arguments are equal as JSON."""
    lenient: bool
    """... and the arguments mean the same. Whatever is strict is lenient too."""
    why: str = ""
    """What differs, in words; empty when strict."""
    wrong: tuple[str, ...] = ()
    """``tool.argument`` for each argument whose meaning differs."""
    unsure: bool = False
    """Not lenient, but whatever differs in meaning is free text that may say the same."""


class Difference(Record):
    """One argument that is not equal to the expected one."""

    argument: str
    words: str
    likeness: Likeness
    """`Likeness.NEAR` at least where the meaning is the same."""

    @property
    def same_meaning(self) -> bool:
        """Whether the argument is right in meaning."""
        return self.likeness >= Likeness.NEAR


def match_item(item: Item, calls: Sequence[ToolCall], specs: Iterable[ToolSpec]) -> Match:
    """Compare the calls of a reply with those of ``item``; see `Matcher` for many items."""
    return Matcher(specs).match(item, calls)


class Matcher:
    """Compares calls under the schemas of ``specs``, and remembers what means the same.

    An argument is right when it equals the expected value, or a value that the item's
    ``accept`` lists for an argument of the first call. A null argument counts as left
    out, and an optional argument left out as its schema's default; both also hold for
    properties that a nested object schema declares. An argument that neither the
    expected call nor a default explains makes the call wrong, strict and lenient.
    Lists are compared in order.
    """

    def __init__(self, specs: Iterable[ToolSpec]) -> None:
        self.schemas = ToolSchemas(specs)
        self._meanings = Meanings()

    def match(self, item: Item, calls: Sequence[ToolCall]) -> Match:
        """Compare the calls of a reply with those of ``item``."""
        if why := _other_tools(item.expected, calls):
            return Match(tool=False, strict=False, lenient=False, why=why)
        try:
            found = [
                (place, call.name, difference)
                for place, (expected, call) in enumerate(zip(item.expected, calls, strict=True))
                for difference in self._differences(expected, call, item.accept if place == 0 else {})
            ]
        except RecursionError:
            return Match(tool=True, strict=False, lenient=False, why="arguments are nested too deeply")
        several = len(calls) > 1
        return Match(
            tool=True,
            strict=not found,
            lenient=all(difference.same_meaning for _, _, difference in found),
            why="; ".join(f"call {at + 1}, {d.words}" if several else d.words for at, _, d in found),
            wrong=tuple(f"{tool}.{d.argument}" for _, tool, d in found if not d.same_meaning),
            unsure=min((d.likeness for _, _, d in found), default=Likeness.SAME) is Likeness.UNSURE,
        )

    def _differences(
        self, expected: ToolCall, given: ToolCall, accept: dict[str, tuple[Any, ...]]
    ) -> list[Difference]:
        spec = self.schemas.by_name.get(expected.name)
        root: JsonObject = spec.parameters if spec else {}
        left = {name: value for name, value in expected.arguments.items() if value is not None}
        right = {name: value for name, value in given.arguments.items() if value is not None}
        names = dict.fromkeys([*root.get("properties", {}), *left, *right])
        found = (self._difference(name, left, right, root, accept.get(name, ())) for name in names)
        return [difference for difference in found if difference is not None]

    def _difference(
        self, name: str, left: JsonObject, right: JsonObject, root: JsonObject, accept: Sequence[Any]
    ) -> Difference | None:
        expected, given = (effective(arguments, name, root, root) for arguments in (left, right))
        if expected is MISSING and given is MISSING:
            return None
        schema = root.get("properties", {}).get(name, {})
        rights = [value for value in (expected, *accept) if value is not MISSING and given is not MISSING]
        if any(Comparison(root, _equal_leaf).same(name, schema, value, given) for value in rights):
            return None
        found = self._likeness(name, schema, rights, given, root)
        if not rights and self._at_least(Likeness.NEAR, root).left_out(
            name, root, given if expected is MISSING else expected
        ):
            found = Likeness.SAME
        return Difference(argument=name, words=_words(name, expected, given, found), likeness=found)

    def _likeness(
        self, name: str, schema: JsonObject, rights: Sequence[Any], given: Any, root: JsonObject
    ) -> Likeness:
        """Return the highest level at which ``given`` is one of the right values."""
        for level in (Likeness.NEAR, Likeness.UNSURE):
            comparison = self._at_least(level, root)
            if any(comparison.same(name, schema, value, given) for value in rights):
                return level
        return Likeness.DIFFERENT

    def _at_least(self, level: Likeness, root: JsonObject) -> Comparison:
        def leaf(name: str, schema: JsonObject, expected: Any, given: Any) -> bool:
            return self._meanings.likeness(name, schema, expected, given) >= level

        return Comparison(root, leaf, empty_is_missing=True)


def _equal_leaf(_name: str, _schema: JsonObject, expected: Any, given: Any) -> bool:
    return equal(expected, given)


def _other_tools(expected: Sequence[ToolCall], calls: Sequence[ToolCall]) -> str:
    wanted, made = [call.name for call in expected], [call.name for call in calls]
    if wanted == made:
        return ""
    if not wanted:
        return f"called {_listed(made)}, no call was expected"
    if not made:
        return f"no call, {_listed(wanted)} was expected"
    return f"called {_listed(made)} instead of {_listed(wanted)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name[:_SHOWN] for name in names[:5]) + (
        f" and {len(names) - 5} more" if len(names) > 5 else ""
    )


def _words(name: str, expected: Any, given: Any, found: Likeness) -> str:
    if given is MISSING:
        said = f"{name}: missing, {_shown(expected)} was expected"
    elif expected is MISSING:
        said = f"{name}: {_shown(given)} was not asked for"
    else:
        said = f"{name}: {_shown(given)} instead of {_shown(expected)}"
    return said + _SAID[found]


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else canonical_json(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
