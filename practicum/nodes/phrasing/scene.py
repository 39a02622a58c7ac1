"""What is to be said, by role, and the clause that takes it in piece by piece."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from practicum.nodes.phrasing import saying
from practicum.nodes.phrasing.english import acronyms, lexicon, listing, plural, singular
from practicum.nodes.phrasing.roles import Role
from practicum.nodes.phrasing.saying import SaidArgument
from practicum.nodes.phrasing.sketch import Sketch
from practicum.nodes.phrasing.style import mark

_SPAN = re.compile(r"\b((?:business |working |work)?(?:day|week|month|year|hour|minute|second)s?)$")
_PERCENT = ("%", "percent", "per cent")
_UNFRAMED = frozenset({Role.SWITCH, Role.OTHER, Role.ITEMS, Role.RECORD})


_ALONE = frozenset({Role.SUBJECT, Role.WEEKDAY, Role.PLACE})
"""Roles whose units and weekdays are not counted, and stand in the singular."""


@dataclass
class Clause:
    """A clause being built: its text with marks, and what each mark stands for."""

    kind: str = "frag"
    """One of `frames.KINDS`."""
    text: str = ""
    spoken: list[str] = field(default_factory=list)
    owners: list[tuple[str, ...]] = field(default_factory=list)
    """Per mark the parameters whose values it says; none for words that only stay as they are."""
    done: set[str] = field(default_factory=set)
    """Parameters said so far."""
    about_noun: bool = False
    """Whether the clause is the tool's noun, which then decides on ``is`` and articles."""

    def put(self, words: str, *owners: str) -> str:
        """Take in words that style must not touch; returns their mark."""
        self.spoken.append(words)
        self.owners.append(owners)
        return mark(len(self.spoken) - 1)

    def say(
        self, one: SaidArgument, rng: random.Random, *, unsigned: bool = False, single: bool | None = None
    ) -> str:
        """Say an argument; returns the marks that stand for it, in quotation marks where it needs them.

        Args:
            one: The argument.
            rng: Source of the choices.
            unsigned: Leave out the minus, which the frame says in words.
            single: For units, whether one or several are counted; None when nothing is.
        """
        self.done.add(one.parameter.name)
        if one.parameter.role is Role.MEASURE and one.parts:
            number, unit = one.parts[0], one.parts[1]
            return f"{self.say(number, rng)} {self.say(unit, rng, single=number.is_one)}"
        text = saying.choose(one, rng)
        if unsigned:
            text = saying.magnitude(text)
        if single is None and one.parameter.role in _ALONE and one.parameter.format != "currency":
            single = True
        if single is not None:
            text = saying.counted(text, one.parameter, one.spellings, one=single)
        owners = [part.parameter.name for part in one.parts] or [one.parameter.name]
        value = self.put(text, *owners)
        if self.kind != "frag" and saying.takes_the(one.parameter, text):
            return f"the {value}"
        if one.parameter.unit and one.is_number:
            return f"{value} {_said_unit(one, rng)}"
        if implied_unit(one) and not text.endswith(_PERCENT):
            return f"{value} {implied_unit(one)}"
        return saying.quoted(value, text, rng) if saying.needs_quotes(one.parameter, text) else value


@dataclass(frozen=True)
class Scene:
    """The arguments to be said, for one tool."""

    sketch: Sketch
    arguments: dict[str, SaidArgument]
    """By parameter, in the order of declaration."""

    @property
    def roles(self) -> frozenset[Role]:
        """Roles that frames may say."""
        found = {one.parameter.role for one in self.arguments.values()}
        if any(span_of(one) for one in self.of(Role.OFFSET)):
            found.add(Role.OFFSET_UNIT)
        return frozenset(found - _UNFRAMED)

    def of(self, role: Role) -> list[SaidArgument]:
        """Return the arguments that play ``role``."""
        return [one for one in self.arguments.values() if one.parameter.role is role]


def span_of(one: SaidArgument) -> str:
    """Return the unit of time in a parameter's name (``days``), in the number of its value."""
    found = _SPAN.search(one.parameter.label)
    if found is None or not one.is_number:
        return ""
    return singular(found[1]) if one.is_one else plural(found[1])


def _said_unit(one: SaidArgument, rng: random.Random) -> str:
    """Say the unit that was in a number's name (``volume_l``): its symbol, or its name."""
    from practicum.values.unit_table import units

    unit = units()[one.parameter.unit]
    symbol = next((each for each in unit.symbols if not each.isascii() and len(each) < 3), unit.symbol)
    name = unit.names[0] if one.is_one else unit.names[1]
    return rng.choice((symbol, name))


def implied_unit(one: SaidArgument) -> str:
    """Return the unit in a number's name (``size_bytes``), empty when it has none of its own."""
    last = one.parameter.words[-1]
    if (
        one.parameter.role not in {Role.NUMBER, Role.OTHER}
        or not one.is_number
        or len(one.parameter.words) < 2
    ):
        return ""
    if last not in lexicon()["roles"]["implied_units"]:
        return ""
    return singular(last) if one.is_one else last


def offsets(played: list[SaidArgument], clause: Clause, rng: random.Random) -> str:
    """Say offsets up to the last one's unit: ``2 weeks and 3``."""
    texts = [clause.say(one, rng, unsigned=True) for one in played]
    whole = [f"{text} {span_of(one)}" for text, one in zip(texts, played, strict=True)]
    return listing([*whole[:-1], texts[-1]])


def measures(played: list[SaidArgument], clause: Clause, rng: random.Random) -> str:
    """Say numbers with their units, with or without what they measure."""
    units = {one.parts[1].value for one in played if one.parts}
    bare = len(units) == len(played) and rng.random() < 0.3
    pattern = "{value}" if bare else rng.choice(("a(n) {label} of {value}", "{label} {value}"))
    said = [(label_of(one), clause.say(one, rng)) for one in played]
    return listing([pattern.replace("{label}", label).replace("{value}", value) for label, value in said])


def label_of(one: SaidArgument) -> str:
    """Return the words for a parameter; names of well-known codes in capitals."""
    unit = implied_unit(one)
    return acronyms(
        one.parameter.label.removesuffix(f" {one.parameter.words[-1]}") if unit else one.parameter.label
    )
