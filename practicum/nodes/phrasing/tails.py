"""What a frame leaves unsaid is added at the end of its clause."""

from __future__ import annotations

import random
import re

from practicum.nodes.phrasing import frames
from practicum.nodes.phrasing.english import is_plural, listing, plural, singular
from practicum.nodes.phrasing.frames import GAP
from practicum.nodes.phrasing.roles import Role
from practicum.nodes.phrasing.saying import SaidArgument
from practicum.nodes.phrasing.scene import Clause, label_of, span_of

_OPENINGS = re.compile(
    r"^(?:include|including|exclude|with|is|use|show|only|enable|has|should|want|allow|add|return|as|no|without|skip|"
    r"ignore|disable|hide) "
)
_ADJECTIVE = re.compile(
    r"(?:ive|ent|ant|ed|able|ible|al|ous|ful|ic|less|verbose|private|public|exact|strict)$"
)
_BOUNDS = {"max": "at most", "maximum": "at most", "min": "at least", "minimum": "at least"}
_NEGATIONS = ("exclude ", "no ", "without ", "skip ", "ignore ", "disable ", "hide ")
_PREPOSITIONS = frozenset(
    {"after", "before", "since", "until", "from", "to", "near", "by", "about", "for", "with", "between"}
)
_WHO = frozenset({"adults", "children", "kids", "infants", "babies", "seniors", "students", "teenagers"})
"""Those who are counted beside others: two people may be two adults or two children."""
_BODY = re.compile(r"(.*?)([.?!]?)", re.DOTALL)


def add_tails(left: list[SaidArgument], clause: Clause, rng: random.Random) -> None:
    """Say ``left`` at the end of the clause, before its full stop or question mark."""
    additions = []
    for one in left:
        if one.parameter.name in clause.done:
            continue
        additions.append(
            switch(one, clause, rng) if isinstance(one.value, bool) else _tail(one, left, clause, rng)
        )
    parts = _BODY.fullmatch(clause.text)
    if additions and parts:
        clause.text = f"{parts[1]} {_joined(additions)}{parts[2]}"


def switch(one: SaidArgument, clause: Clause, rng: random.Random) -> str:
    """Say that something is on or off."""
    words = label_of(one)
    bare = _OPENINGS.sub("", words)
    wanted = bool(one.value) is not words.startswith(_NEGATIONS)
    adjective = words == bare and " " not in bare and _ADJECTIVE.search(bare)
    patterns = frames.switches()[("adjective_" if adjective else "") + ("on" if wanted else "off")]
    clause.done.add(one.parameter.name)
    return clause.put(rng.choice(patterns).replace("{label}", bare), one.parameter.name)


def _tail(one: SaidArgument, left: list[SaidArgument], clause: Clause, rng: random.Random) -> str:
    if one.parameter.label in _PREPOSITIONS:
        return f"{one.parameter.label} {clause.say(one, rng)}"
    bound = _BOUNDS.get(one.parameter.words[0])
    if bound and one.is_number and len(one.parameter.words) > 1:
        noun = label_of(one).partition(" ")[2]
        if not is_plural(noun):  # max_price has a bound, max_results are counted
            return f"with a(n) {noun} of {bound} {clause.say(one, rng)}"
        return f"with {bound} {clause.say(one, rng)} {singular(noun) if one.is_one else plural(noun)}"
    if one.parameter.role is Role.PEOPLE and one.is_number and label_of(one) in _WHO:
        return f"for {clause.say(one, rng)} {singular(label_of(one)) if one.is_one else label_of(one)}"
    named = frames.named_tails().get(one.parameter.label)
    if named is not None:
        return rng.choice(named).replace("{x}", clause.say(one, rng))
    return _by_role(one, left, clause, rng)


def _by_role(one: SaidArgument, left: list[SaidArgument], clause: Clause, rng: random.Random) -> str:
    table = frames.tails()
    pattern = rng.choice(table.get(one.parameter.role.value, table["other"]))
    open_units = [
        u for u in left if u.parameter.role is Role.OFFSET_UNIT and u.parameter.name not in clause.done
    ]

    def filled(gap: re.Match[str]) -> str:
        if gap["name"] == "label":
            return label_of(one)
        if gap["name"] == "span":
            return clause.say(open_units[0], rng, single=one.is_one) if open_units else span_of(one)
        if gap["test"] == "=":
            return gap["yes"] if one.is_one else gap["no"]
        return clause.say(one, rng)

    return re.sub(r"\s+", " ", GAP.sub(filled, pattern)).strip()


def _joined(additions: list[str]) -> str:
    """Join tails: several that begin with ``with`` share one, brackets come last."""
    withs = [tail.removeprefix("with ") for tail in additions if tail.startswith("with ")]
    brackets = [tail for tail in additions if tail.startswith("(")]
    plain = [tail for tail in additions if not tail.startswith(("with ", "("))]
    shared = [f"with {listing(withs)}"] if withs else []
    return " ".join([*plain, *shared, *brackets])
