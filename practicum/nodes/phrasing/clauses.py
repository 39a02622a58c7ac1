"""From the arguments to be said to one clause: by the description, by a frame, or by labels."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from practicum.nodes.phrasing import frames
from practicum.nodes.phrasing.english import is_plural, listing, singular
from practicum.nodes.phrasing.frames import GAP, Frame
from practicum.nodes.phrasing.mentions import SLOT, fill_parts
from practicum.nodes.phrasing.roles import TOPICS, Role
from practicum.nodes.phrasing.saying import SaidArgument
from practicum.nodes.phrasing.scene import Clause, Scene, implied_unit, label_of, measures, offsets, span_of
from practicum.nodes.phrasing.style import is_mark
from practicum.nodes.phrasing.tails import add_tails

_KIND_WEIGHTS = {"q": 5.0, "wh": 3.0, "np": 3.0, "vp": 3.0, "s": 2.5, "frag": 2.5}
_FROM_DESCRIPTION = 0.28
_FROM_LABELS = 0.04
_YES_NO = re.compile(r"(?:whether|if) (.+?) (is|are|can|was) (.+)")
_SUBJECT_QUESTION = re.compile(r"(?:how (?:many|much) \w+|which \w+|what \w+) (?:lie|are|is|exist)\b.*")
_COUNTABLE = re.compile(r"\b(?:next|first|last|top|latest|nearest|upcoming)(?= [a-z]+s\b)")
_MERE_NUMBERS = frozenset({"number", "value", "integer", "n", "x", "num", "amount", "quantity", "numeral"})
"""Names of numbers that say nothing of what they number or count."""
_ARTICLES = frozenset({"a", "an", "the", "all", "every", "each", "some", "information", "details"})


_NO_TAILS = frozenset(
    {
        Role.OFFSET,
        Role.OFFSET_UNIT,
        Role.QUANTITY,
        Role.SOURCE,
        Role.MEASURE,
        Role.DURATION,
        Role.ORDINAL,
        Role.PROPERTY,
        Role.TEXT,
    }
)
"""Roles that are awkward to add at the end of a sentence that does not say them."""


def draw_clause(scene: Scene, rng: random.Random) -> Clause:
    """Draw a clause that says every argument of the scene."""
    drawn = rng.random()
    clause = None
    if drawn < _FROM_DESCRIPTION:
        clause = _by_description(scene, rng)
    if clause is None and drawn < 1 - _FROM_LABELS:
        clause = _by_frame(scene, rng) or _by_description(scene, rng)
    if clause is None:
        clause = _by_labels(scene, rng)
    _count_in(scene, clause, rng)
    left = [one for name, one in scene.arguments.items() if name not in clause.done]
    rng.shuffle(left)
    add_tails(left, clause, rng)
    return clause


def _count_in(scene: Scene, clause: Clause, rng: random.Random) -> None:
    """Put a count where it belongs: ``the next 3 runs``."""
    counts = [one for one in scene.of(Role.COUNT) if one.parameter.name not in clause.done]
    place = _COUNTABLE.search(clause.text)
    if counts and place and rng.random() < 0.7:
        clause.text = f"{clause.text[: place.end()]} {clause.say(counts[0], rng)}{clause.text[place.end() :]}"


def _by_description(scene: Scene, rng: random.Random) -> Clause | None:
    """Fill the mentions of parameters in the tool's own description."""
    wording, clause = scene.sketch.wording, Clause(kind="np")
    sayable = {name for name, one in scene.arguments.items() if not isinstance(one.value, bool)}
    template = fill_parts(wording.template or wording.clause, frozenset(sayable))
    left = sayable - set(SLOT.findall(template or ""))
    moving = scene.roles & {Role.OFFSET, Role.DURATION}
    needed = _NO_TAILS | {Role.DATE, Role.TIME, Role.MOMENT} if moving else _NO_TAILS
    if not template or any(scene.arguments[name].parameter.role in needed for name in left):
        return None
    first = SLOT.match(template)
    if first and scene.arguments[first[1]].parameter.role is Role.PROPERTY:
        template = "the " + template.replace(" about ", " of ")
    text = SLOT.sub(lambda gap: _mentioned(scene.arguments[gap[1]], scene, clause, rng), template)
    text = re.sub(
        r"\b(\w+) in \1\b", r"\1", text
    )  # the unit of a number may be in its name and in the sentence
    if wording.clause:
        clause.kind, clause.text = _asked(text, rng)
    elif wording.retrieves and not is_mark(text[:1]) and rng.random() < 0.7:
        clause.kind, clause.about_noun = "np", True
        clause.text = text if text.split(" ")[0] in _ARTICLES else f"the {text}"
    else:
        clause.kind, clause.text = "vp", f"{wording.verb} {text}"
    return clause


def _mentioned(one: SaidArgument, scene: Scene, clause: Clause, rng: random.Random) -> str:
    """What takes the place of a mention: units of a quantity in the plural."""
    if one.parameter.role is Role.NUMBER:
        return _numbered(one, clause, rng)
    counted = (
        one.parameter.role in {Role.SOURCE, Role.TARGET} and _counts(one.parameter.role, scene) is not None
    )
    return clause.say(one, rng, single=False if counted else None)


def _numbered(one: SaidArgument, clause: Clause, rng: random.Random) -> str:
    """A number with the noun that it numbers or counts: ``week 12``, ``4 replicas``."""
    noun, said = one.parameter.words[-1], clause.say(one, rng)
    if noun in _MERE_NUMBERS or one.parameter.unit or implied_unit(one):
        return said
    return f"{said} {singular(noun) if one.is_one else noun}" if is_plural(noun) else f"{noun} {said}"


def _asked(clause: str, rng: random.Random) -> tuple[str, str]:
    """An embedded question as it stands, or turned into a direct one where that is simple."""
    yes_no = _YES_NO.fullmatch(clause)
    if yes_no and rng.random() < 0.6:
        return "q", f"{yes_no[2]} {yes_no[1]} {yes_no[3]}"
    return ("q" if _SUBJECT_QUESTION.fullmatch(clause) and rng.random() < 0.6 else "wh"), clause


def _by_frame(scene: Scene, rng: random.Random) -> Clause | None:
    """Fill a frame for the roles: those that say more of them are drawn more often."""
    roles = scene.roles
    fitting = [frame for frame in scene.sketch.frames(roles) if frame.roles or not roles]
    if not fitting:
        return None
    unsaid = [len((roles - frame.says(roles)) & _NO_TAILS) for frame in fitting]
    fitting = [frame for frame, count in zip(fitting, unsaid, strict=True) if count == min(unsaid)]
    weights = [8.0 ** len(frame.roles) * (2 if frame.about else 1) for frame in fitting]
    frame = rng.choices(fitting, weights)[0]
    if "offset" in frame.roles and len({one.negative for one in scene.of(Role.OFFSET)}) != 1:
        return None
    sentences = _usable(frame, scene.sketch.gaps)
    if not sentences:
        return None
    kind = rng.choices(list(sentences), [_KIND_WEIGHTS[one] for one in sentences])[0]
    sentence = rng.choice(sentences[kind])
    clause = Clause(kind=kind, about_noun=kind == "np" and ("{noun}" in sentence or "{bare}" in sentence))
    clause.text = _filled(sentence, scene, frame, clause, rng)
    return clause


def _usable(frame: Frame, gaps: Mapping[str, str]) -> dict[str, list[str]]:
    """The sentences whose words the tool has, by kind."""
    known = frozenset(gaps) | {"label"}
    found = {
        kind: [one for one in sentences if frames.word_gaps(one) <= known and not _repeats(one, gaps)]
        for kind, sentences in frame.sentences.items()
    }
    return {kind: sentences for kind, sentences in found.items() if sentences}


def _repeats(sentence: str, gaps: Mapping[str, str]) -> bool:
    """Whether the sentence would say ``the rate of the euro of``, or ``carbon's mass and the share``."""
    noun = gaps.get("bare", "")
    if "'s {bare}" in sentence and re.search(r" (?:the|of) ", noun):
        return True
    after = re.search(r"\{(?:noun|bare|action)\} (of|for|in|on|from|between) ", sentence)
    return bool(after) and f" {after[1]} " in f"{noun} " if after else False


def _filled(sentence: str, scene: Scene, frame: Frame, clause: Clause, rng: random.Random) -> str:
    words = {**scene.sketch.gaps, "label": _label(scene, frame)}
    topic = frames.topic_of(scene.roles)

    def filled(gap: re.Match[str]) -> str:
        name = gap["name"]
        if name in words:
            return words[name]
        if name == "measures":
            return measures(scene.of(Role.MEASURE), clause, rng)
        return _played(topic if name == "topic" and topic else Role(name), gap, scene, sentence, clause, rng)

    return GAP.sub(filled, sentence)


def _played(
    role: Role, gap: re.Match[str], scene: Scene, sentence: str, clause: Clause, rng: random.Random
) -> str:
    """What stands in the gap of a role: its value, or the word that its value decides on."""
    one = next(iter(scene.of(role)), None)
    if one is None:  # the unit is in the name of the offset's parameter
        return span_of(scene.of(Role.OFFSET)[-1])
    if gap["test"]:
        return _chosen(gap, one, clause, [other.parameter.name for other in scene.of(role)])
    if role is Role.OFFSET:
        return offsets(scene.of(role), clause, rng)
    if role is Role.NUMBER and "{label}" not in sentence:
        return _numbered(one, clause, rng)
    signed = f"{{{role.value}>0" in sentence
    return clause.say(one, rng, unsigned=signed, single=_counts(role, scene))


def _chosen(gap: re.Match[str], one: SaidArgument, clause: Clause, owners: list[str]) -> str:
    """The word that a value decides on; a word that says a minus is part of how the value is said."""
    if gap["test"] == "=":
        return str(gap["yes"] if one.is_one else gap["no"])
    return clause.put(gap["no"], *owners) if one.negative else clause.put(gap["yes"])


def _counts(role: Role, scene: Scene) -> bool | None:
    """Whether a unit follows exactly one; None for what is not counted."""
    if role not in {Role.SOURCE, Role.TARGET, Role.OFFSET_UNIT}:
        return None
    counts = [one for kind in (Role.QUANTITY, Role.NUMBER, Role.OFFSET) for one in scene.of(kind)]
    if not counts:
        return {Role.SOURCE: True, Role.TARGET: False}.get(role)
    return counts[-1].is_one and role is not Role.TARGET


def _label(scene: Scene, frame: Frame) -> str:
    said = frame.says(scene.roles)
    role = next((role for role in (*TOPICS, Role.TEXT, Role.TARGET) if role in said), None)
    played = scene.of(role) if role else []
    return label_of(played[0]) if played else scene.sketch.spoken_name


def _by_labels(scene: Scene, rng: random.Random) -> Clause:
    """Say any call of any tool: the verb phrase or the name, then each value with its label."""
    clause = Clause()
    told = [one for one in scene.arguments.values() if not isinstance(one.value, bool)]
    pairs = [(label_of(one), clause.say(one, rng)) for one in told]
    action = scene.sketch.action
    if not pairs:
        clause.kind, clause.text = rng.choice([("vp", action), ("s", f"I need to {action}.")])
        return clause
    spoken = listing([f"{label} {value}" for label, value in pairs])
    listed = ", ".join(f"{label}: {value}" for label, value in pairs)
    clause.kind, clause.text = rng.choice(
        [
            ("vp", f"{action} for {spoken}"),
            ("vp", f"{action} with {spoken}"),
            ("s", f"I need to {action}. {listed[:1].upper()}{listed[1:]}"),
            ("frag", f"{scene.sketch.spoken_name}: {listed}"),
            ("frag", f"{action} ({listed})"),
        ]
    )
    return clause
