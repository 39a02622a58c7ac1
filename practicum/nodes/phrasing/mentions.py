"""Where a sentence mentions parameters: ``from one unit to another`` has two slots."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from practicum.nodes.phrasing.english import base_form, lexicon, singular
from practicum.nodes.phrasing.roles import TOPICS, Parameter, Role, heads

SLOT = re.compile(r"\{(\w+)\}")
DETERMINERS = frozenset(
    {
        "a",
        "an",
        "the",
        "one",
        "another",
        "any",
        "each",
        "this",
        "your",
        "some",
        "its",
        "given",
        "two",
        "other",
    }
)
_PART = re.compile(r"\[([^\[\]]*)\]")
_ENDS = (
    frozenset({Role.START, Role.END}),
    frozenset({Role.ORIGIN, Role.DESTINATION}),
    frozenset({Role.FIRST, Role.SECOND}),
    frozenset({Role.ZONE_FROM, Role.ZONE_TO}),
    frozenset({Role.SOURCE, Role.TARGET}),
)
_NEVER = frozenset({Role.SWITCH, Role.COUNT, Role.RECORD, Role.OFFSET})


@dataclass(frozen=True)
class Mention:
    """Tokens ``start`` to ``end`` (exclusive) of a sentence, and the slots that take their place."""

    start: int
    end: int
    text: str


def fill_parts(template: str, said: frozenset[str]) -> str | None:
    """Drop the optional parts whose parameters are not said; None when another slot stays open."""

    def kept(part: re.Match[str]) -> str:
        return part[1] if set(SLOT.findall(part[1])) <= said else ""

    text = _PART.sub(kept, template)
    return text if set(SLOT.findall(text)) <= said else None


def slotted(sentence: str, parameters: Mapping[str, Parameter], *, result_first: bool) -> str:
    """Put slots where ``sentence`` mentions parameters.

    Args:
        sentence: What follows the verb of a description.
        parameters: The tool's parameters.
        result_first: Whether the first noun is what is asked for, and no mention.
    """
    tokens = sentence.split()
    mentions = _mentions(tokens, parameters, result_first)
    mentions += _unnamed(tokens, parameters, mentions)
    by_start = {one.start: one for one in mentions}
    out: list[str] = []
    index = 0
    while index < len(tokens):
        mention = by_start.get(index)
        out.append(mention.text if mention else tokens[index])
        index = mention.end if mention else index + 1
    return _bracketed(out)


def _bracketed(tokens: list[str]) -> str:
    """Make each ``preposition slot`` an optional part."""
    preps = frozenset(lexicon()["prepositions"]["all"]) - {"is", "are", "and", "or", "between", "than"}
    text = " ".join(tokens)
    text = re.sub(r"\b(of|for) an? (?:[\w-]+ ){1,3}(?:from|by|with) (?:its )?(?=\{)", r"\1 ", text)
    for prep in preps:
        text = re.sub(rf"(?<=\S) {prep} (\{{\w+\}}(?: and \{{\w+\}})?)(?!\w)", rf"[ {prep} \1]", text)
    return text


def _mentions(tokens: list[str], parameters: Mapping[str, Parameter], result_first: bool) -> list[Mention]:
    """Every mention in order, each parameter once."""
    found: list[Mention] = []
    still_open = dict(parameters)
    last: Parameter | None = None
    for index in range(len(tokens)):
        start = _start_of_phrase(tokens, index)
        if start is None or (found and start < found[-1].end) or not _ends_phrase(tokens, index):
            continue
        if (
            result_first
            and start == 0
            and (tokens[0].lower() not in {"a", "an", "one"} or _is_sought(tokens, index))
        ):
            continue
        names = _meant(tokens, start, index, still_open, last)
        if names:
            last = parameters[names[-1]]
            still_open = {name: one for name, one in still_open.items() if name not in names}
            text = " and ".join(f"{{{name}}}" for name in names)
            found.append(
                Mention(
                    start, _swallowed(tokens, index + 1, still_open), _with_label(tokens, start, index, text)
                )
            )
    return found


def _unnamed(
    tokens: list[str], parameters: Mapping[str, Parameter], mentions: list[Mention]
) -> list[Mention]:
    """``the price of a stock`` mentions the only topic, though it is called ``symbol``."""
    taken = {name for one in mentions for name in SLOT.findall(one.text)}
    topics = [name for name, one in parameters.items() if one.role in TOPICS and name not in taken]
    for index in range(len(tokens) - 2):
        start, head = index + 1, index + 2
        free = not any(one.start <= start < one.end for one in mentions)
        if (
            tokens[index] in {"of", "for"}
            and tokens[start] in {"a", "an"}
            and free
            and _ends_phrase(tokens, head)
        ):
            return [Mention(start, head + 1, f"{{{topics[0]}}}")] if len(topics) == 1 else []
    return []


def _meant(
    tokens: list[str], start: int, index: int, still_open: Mapping[str, Parameter], last: Parameter | None
) -> list[str]:
    """Names of the parameters that the noun phrase mentions: none, one, or the two of a pair."""
    word = singular(re.sub(r"\W", "", tokens[index].lower()))
    if word in {"another", "other"} and last is not None:
        return [name for name, one in still_open.items() if _alike(one, last)][:1]
    if "two" in {tokens[start].lower(), tokens[index - 1].lower()}:
        return _two(word, still_open)
    matching = [name for name, one in still_open.items() if _is_called(word, one)]
    later = {
        tokens[i + 1].lower().strip(",") for i in range(index, len(tokens) - 1) if tokens[i] == "another"
    }
    if len(matching) < 2 and word in {singular(one) for one in later} and tokens[start] != "another":
        return []
    return (
        matching[:1]
        or [name for name, one in still_open.items() if word in heads(one) and one.role not in _NEVER][:1]
    )


def _is_called(word: str, parameter: Parameter) -> bool:
    return word == singular(parameter.words[-1]) and parameter.role not in {Role.SWITCH, Role.OFFSET}


def _alike(one: Parameter, other: Parameter) -> bool:
    return one.format == other.format and bool(heads(one) & heads(other))


def _two(word: str, still_open: Mapping[str, Parameter]) -> list[str]:
    named = [name for name, one in still_open.items() if word in heads(one)]
    if len(named) == 2:
        return named
    pairs = ([name for name, one in still_open.items() if one.role in ends] for ends in _ENDS)
    return next((pair for pair in pairs if len(pair) == 2), [])


def _with_label(tokens: list[str], start: int, index: int, slot: str) -> str:
    """``an airport by its ICAO code`` is said as ``an airport with ICAO code {code}``."""
    if tokens[start].lower() != "its" or start == 0 or tokens[start - 1] != "by" or start + 1 > index:
        return slot
    return f"the {' '.join(tokens[start + 1 : index + 1])} {slot}"


def _swallowed(tokens: list[str], after: int, still_open: Mapping[str, Parameter]) -> int:
    """Take in what only explains the noun: ``unit of measurement``, ``a BIC or SWIFT code``."""
    rest = tokens[after : after + 3]
    if len(rest) >= 2 and rest[0] == "of" and rest[1].isalpha() and rest[1] not in DETERMINERS:
        known = any(singular(rest[1]) in heads(one) for one in still_open.values())
        return after if known else after + 2
    if len(rest) >= 2 and rest[0] in {"or", "and"}:
        for length in (2, 3):
            last = tokens[after + length - 1 : after + length]
            ends = last and _ends_phrase(tokens, after + length - 1) and rest[1] not in DETERMINERS
            if ends and not any(singular(last[0]) in heads(one) for one in still_open.values()):
                return after + length
    return after


def _is_sought(tokens: list[str], index: int) -> bool:
    """Whether ``a user by id`` says that the first noun is what is found, not what is given."""
    return tokens[index + 1 : index + 2] in (["by"], ["from"], ["with"], ["given"], ["of"], ["for"], ["in"])


def _start_of_phrase(tokens: list[str], index: int) -> int | None:
    """Where the noun phrase that ends at ``index`` begins; None when there is none."""
    preps = frozenset(lexicon()["prepositions"]["all"])
    for start in range(index, max(-1, index - 4), -1):
        word = tokens[start].lower()
        if word in DETERMINERS:
            return start
        if word in preps:
            return start + 1 if start != index else None
    return 0 if index < 3 else None


def _ends_phrase(tokens: list[str], index: int) -> bool:
    if index + 1 == len(tokens) or tokens[index].endswith(","):
        return True
    following = tokens[index + 1].lower()
    return following in lexicon()["prepositions"]["all"] or base_form(following) is not None
