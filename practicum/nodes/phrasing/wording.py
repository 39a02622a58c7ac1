"""The verb, the noun and the sentence of a tool, read from its name and description.

``Convert a quantity from one unit to another.`` becomes the verb ``convert`` and a template in
which the mentions of parameters are slots: ``{value}[ from {from_unit}][ to {to_unit}]``.
A part in brackets is left out when its parameter is not said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from practicum.nodes.phrasing.english import (
    acronyms,
    answers,
    base_form,
    is_plural,
    lexicon,
    retrieves,
    singular,
    split_name,
)
from practicum.nodes.phrasing.mentions import DETERMINERS, SLOT, fill_parts, slotted
from practicum.nodes.phrasing.request import QUESTION_WORDS, cut, request, split_verb
from practicum.nodes.phrasing.roles import Parameter, heads
from practicum.records import ToolSpec

__all__ = ["Wording", "fill_parts", "read"]

_ANY_SLOT = re.compile(r"\[|\{")
_INDEFINITE = re.compile(r"(an?|all|every|any|some|both|more|details|information)\b")
_ASKING = frozenset({"is", "has", "are", "can", "does", "should"})
_ASKING |= {"who", "what", "where", "when", "why", "how", "which"}
"""Words that a name begins with which is a question, and names nothing."""
_VAGUE_NOUNS = frozenset({"it", "something", "anything", "this", "things"})


@dataclass(frozen=True)
class Wording:
    """How to speak of what a tool does."""

    verb: str
    """Base form; ``get`` when neither name nor description has one."""
    noun: str
    """What the user wants to know, with its article; empty when the tool does something instead."""
    action: str
    """Verb phrase without parameters: ``book a table``."""
    template: str
    """The description's sentence after the verb, with slots; empty when it mentions no parameter."""
    clause: str
    """The same when it is an embedded question (``how many days lie between {start} and {end}``)."""
    words: frozenset[str]
    """Every word of verb, noun and sentence, in the singular: what frames may ask about."""

    @property
    def retrieves(self) -> bool:
        """Whether the verb asks to know something."""
        return retrieves(self.verb)

    @property
    def plural(self) -> bool:
        """Whether the noun takes ``are``."""
        return is_plural(re.split(r" (?:of|for|in|on|at|between|from|about|with|by|to)\b", self.noun)[0])

    @property
    def definite(self) -> bool:
        """Whether ``what is`` may stand before the noun."""
        return bool(self.noun) and not _INDEFINITE.match(self.noun)


def read(spec: ToolSpec, parameters: Mapping[str, Parameter]) -> Wording:
    """Read the wording of a tool."""
    verb, rest = split_verb(request(spec.description))
    if not verb:
        verb, rest = _from_name(spec.name, cut(rest))
    question = bool(QUESTION_WORDS.match(rest))
    sentence = slotted(rest, parameters, result_first=retrieves(verb))
    usable = SLOT.search(sentence) and not re.search(r"\b(or|etc)\b|\.\.", _ANY_SLOT.sub("", sentence))
    bare = "" if question else _bare(sentence)
    named = _named(spec.name, parameters)
    led = _verb_of(spec.name)
    makes = verb in lexicon()["verbs"]["make"] and not led
    asks = retrieves(verb) and not (question and led and not retrieves(led))
    noun = _noun(verb, bare, named) if asks else f"the {named}" if makes and named else ""
    return Wording(
        verb="find" if answers(verb) else verb,
        noun=noun,
        action=_action(verb, led, bare, noun, named),
        template=_without_rest(sentence) if usable and not question else "",
        clause=sentence if usable and question else "",
        words=frozenset(
            singular(word)
            for word in re.findall(r"[a-z]+", f"{verb} {rest} {' '.join(split_name(spec.name))}".lower())
        ),
    )


def _from_name(name: str, noun: str) -> tuple[str, str]:
    """Verb and object from the name; a description that is a mere noun phrase is the object."""
    words = split_name(name) or (name,)
    verb = base_form(words[0]) if len(words) > 1 else None
    if noun:
        return (verb if verb and retrieves(verb) else "get"), noun
    rest = " ".join(words[1:] if verb else words)
    return (verb or "get"), rest


def _named(name: str, parameters: Mapping[str, Parameter]) -> str:
    """What the name says is asked for, without what the call gives: ``currency_of_country``: currency."""
    words = split_name(name) or (name,)
    if words[0] in _ASKING:
        return ""
    if base_form(words[0]) and len(words) > 1:
        words = words[1:]
    text = re.split(r" (?:of|for|by|in|on|at|from|to|between|with)\b", " ".join(words))[0]
    given = frozenset().union(*(heads(one) for one in parameters.values())) if parameters else frozenset()
    return "" if all(singular(word) in given for word in text.split()) else acronyms(text)


def _noun(verb: str, bare: str, named: str) -> str:
    """What is asked for, with its article: from the sentence, or from the name where that says less."""
    bare = re.sub(r"^an? \w+'s ", "the ", bare)
    if verb == "count" and bare:
        return f"the number of {re.sub(r'^(?:the|all) ', '', bare)}"
    says_more = bool(set(named.split()) - set(bare.split()))
    if (not bare or _INDEFINITE.match(bare) or bare in _VAGUE_NOUNS) and named and says_more:
        return f"the {named}"
    first = bare.split(" ", 1)[0]
    if not bare or first in DETERMINERS or _INDEFINITE.match(bare):
        return bare
    return f"the {bare}"


def _action(verb: str, led: str, bare: str, noun: str, named: str) -> str:
    """The verb phrase without parameters; empty when there is nothing to name."""
    if retrieves(verb):
        shown = "find" if answers(verb) or verb == "get" else verb
        return f"{shown} {noun}" if noun else ""
    if bare:
        return f"{verb} {bare}"
    return f"{led or verb} the {named}" if named else ""


def _verb_of(name: str) -> str:
    """The verb that the name begins with, empty when it is a noun."""
    first, *others = split_name(name) or (name,)
    return (base_form(first) or "") if others else ""


def _without_rest(sentence: str) -> str:
    """Leave out what follows the last slot and mentions something that no parameter is for."""
    sentence = re.sub(r"^an? \w+'s ", "the ", sentence)
    return re.sub(
        r"(?<=[\]}]) (?:at|in|on|by|for|with|of|from|to) (?:an?|one|another|the) [^\[\]{}]*$", "", sentence
    )


def _bare(sentence: str) -> str:
    """The object before the first slot, without a dangling preposition or an unmatched mention."""
    text = _ANY_SLOT.split(sentence, maxsplit=1)[0].strip()
    preps = "|".join(lexicon()["prepositions"]["all"])
    text = re.sub(rf"\s(?:{preps})\s(?:an?|one|two|any|each|another|its)\b.*$", "", text)
    text = re.sub(rf"(?:\s(?:{preps}|which))+$", "", text)
    return "" if re.fullmatch(rf"(?:{preps}|an?|the)?", text) or ".." in text else text
