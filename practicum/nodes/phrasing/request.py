"""The part of a description that says what is asked for: its first sentence, without the rest."""

from __future__ import annotations

import re

from practicum.nodes.phrasing.english import base_form, lexicon

QUESTION_WORDS = re.compile(
    r"(?:(?:at|in|on|from|to|for|by|with) (?:what|which)|how|which|what|whether|if|when|where|who|why)\b"
)
"""What an embedded question begins with."""

_SENTENCE_END = re.compile(r"(?<=[a-z0-9)])[.!?:;](?:\s|$)|\n\s*\n|\n(?=\s*[-*A-Z])")
_ENUMERATION = re.compile(
    r"\w+(?:, (?!(?:with|by|for|in|from|including)\b)[\w ]{1,24}?)+,? (?:and|or) (?:other )?\w+"
)
_SOME = re.compile(r"\b(?:one|an?) or (?:more|several|many) (?=\w)")
_SECOND_REQUEST = re.compile(r"\s(?:and|or) (?:also )?(?:what|whether|how|which|when|where|go)\b")


def request(description: str) -> str:
    """Return the first sentence, without openings such as ``This tool`` and without brackets."""
    text = re.sub(r"[`*#]{1,3}|(?<!\w)_+|_+(?!\w)", "", description.strip())
    text = re.sub(r"\s*\([^)]*\)", "", text)
    text = _SENTENCE_END.split(text, maxsplit=1)[0]
    text = re.sub(r"\s+", " ", text).strip(" .,")
    openings = "|".join(lexicon()["strip"]["openings"])
    for _ in range(3):
        text = re.sub(rf"^(?:{openings})\s+", "", text, flags=re.IGNORECASE)
    first, space, rest = text.partition(" ")
    return (first.lower() if first[1:].islower() or len(first) == 1 else first) + space + rest


def split_verb(sentence: str) -> tuple[str, str]:
    """Return the verb in its base form and what follows; no verb when the sentence has none."""
    first, _, rest = sentence.partition(" ")
    verb = base_form(first)
    if verb is None or not rest or re.match(r"(of|for|between)\b", rest):
        return ("search", cut(rest[4:])) if verb == "search" and rest.startswith("for ") else ("", sentence)
    if verb in {"look", "work", "find", "write"}:
        rest = re.sub(r"^(?:up|out|down) ", "", rest)
    if verb in {"say", "tell"}:
        rest = re.sub(r"^(?:in (?:plain )?\w+|you|the user) ", "", rest)
    if verb in {"look", "work", "lookup", "resolve", "query"}:
        verb = "find"
    second = re.match(r"(?:and|or) (\w+) (.+)", rest)
    if second and base_form(second[1]):
        rest = second[2]
    return verb, cut(rest)


def cut(rest: str) -> str:
    """Stop where the sentence no longer says what is asked for."""
    vague = "|".join(lexicon()["strip"]["vague"])
    rest = re.sub(rf"\b(an?|the|any|each) (?:{vague}) ", lambda m: "a " if m[1] != "the" else "the ", rest)
    head, _, tail = _SOME.sub("", rest).partition(" ")
    if head.endswith(",") and not _ENUMERATION.match(f"{head} {tail}"):
        return head[:-1]
    if "..." in tail:  # an enumeration of examples: stop before the phrase it stands in
        tail = re.sub(r"\s(?:of|for|from|to|in|on|at|with)\s[^,.]*(?:,.*)?\.\.\..*$", "", tail)
    tail = _until_comma(tail)
    stops = "|".join(lexicon()["strip"]["stops"])
    tail = re.split(rf"\s[-\u2013]\s|;|\s(?:{stops})\b|(?<!at)(?<!in)(?<!on)\swhich\b", tail, maxsplit=1)[0]
    tail = _SECOND_REQUEST.split(tail, maxsplit=1)[0]
    return _without_second_verb(f"{head} {tail}".strip())


def _until_comma(text: str) -> str:
    """Cut at the first comma that is not part of an enumeration."""
    kept = [(found.start(), found.end()) for found in _ENUMERATION.finditer(text)]
    for comma in re.finditer(",", text):
        if not any(start < comma.start() < end for start, end in kept):
            return text[: comma.start()]
    return text


def _without_second_verb(text: str) -> str:
    """``check a number and tell which bank`` asks for the number to be checked."""
    for found in re.finditer(r"\s(?:and|or|then) (\w+)\b", text):
        word = found[1]
        if base_form(word) in {"tell", "give", "return", "report", "show", "say", "list", "get", "provide"}:
            return text[: found.start()]
    return text
