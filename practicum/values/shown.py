"""What a description shows: the values that it gives as examples, such as ORD-10423."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from practicum.records import JsonObject
from practicum.values.registry import remembered
from practicum.values.slots import Slot, fits, slot_of
from practicum.values.spans import MAX_CHARS

_MOST = 8
_OPENING = re.compile(
    r"\b(?:such as|e\.g\.?|for example|for instance|examples?)(?:\s*[,:=]\s*|\s+)\[?(.{1,200})", re.IGNORECASE
)
_LIKE = re.compile(
    r"(?:\b(?:like|looks? like|formatted as|in the form(?: of)?|shaped like)\s+(?P<after>.{1,200})"
    r"|(?<![\w'`\"#])(?P<before>['`\"]?#?[A-Za-z]{1,8}[-_/]?\d[\w/-]{0,20}['`\"]?)"
    r"[ -](?:style|format|form)\b)",
    re.IGNORECASE,
)
"""What shows a code and, unlike "such as", no name: "like AD-50012", "T-07 style"."""
_MARKED = re.compile(
    r"[`'\"](#?[A-Za-z]*[-_/]?\d[\w/.-]{0,30}|[A-Za-z]{1,8}[-_/]?[\w-]{0,20}\d[\w/-]{0,20})[`'\"]"
)
"""A code in quotes or backticks."""
_STANDARD = re.compile(r"(?:ISO|UTF|RFC|BCP|IEEE|IEC|DIN|SHA|MD|BASE|EAN|CP|LATIN|E)[-_.]?\d+", re.IGNORECASE)
"""What looks like a code and names a way of writing: "in ISO-8601 format"."""
_CODE = re.compile(r"#?(?=\S*\d)(?=\S*[A-Za-z-])[\w][\w/.-]*")
_END = re.compile(r"[;()\[\]\n]|[.!?](?:\s|$)")
_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_PART = re.compile(
    rf"\s*(?:,|\bor\b|\band\b)?\s*(?:[{_QUOTES}]([^{_QUOTES}]{{1,60}})[{_QUOTES}]|([^,]{{1,60}}?))"
    r"\s*(?=,|$|\bor\b|\band\b)"
)
_NAME = re.compile(r"[A-Z]\w*(?: [A-Z]\w*){0,3}|(?=\S*[\w][\d_./@:-]|\d)[\w#][\w./@:+#-]*")
_PLACEHOLDER = re.compile(r"[Xx]{3,}|N{3,}|#{2,}|YYYY|MM|HH|\.\.\.|[<>{}]")
"""What tells a way of writing and is no value: ORD-XXXXX."""


def shown(parameter: str, schema: JsonObject) -> tuple[Any, ...]:
    """Return the values that a parameter's description gives as examples; of an array, of its items.

    Only what is quoted or plainly a name or a code, so that "such as the capital of a country" shows nothing.
    """
    return shown_at(slot_of(parameter, schema))


@remembered(1024)
def shown_at(slot: Slot) -> tuple[Any, ...]:
    """Return the same for a slot."""
    items = slot.schema.get("items")
    schema = items if "array" in slot.types and isinstance(items, dict) else slot.schema
    description = slot.description[:MAX_CHARS].replace("``", "`")  # as reStructuredText marks what is literal
    found = (_END.split(each[1], maxsplit=1)[0] for each in _OPENING.finditer(description))
    values = dict.fromkeys(value for listing in found for value in _listed(listing))
    values |= dict.fromkeys(_codes(description))
    return tuple(value for value in values if fits(schema, value))[:_MOST]


def _codes(description: str) -> Iterator[str]:
    """The codes that a description shows in other words than an example's."""
    for like in _LIKE.finditer(description):
        after = _END.split(like["after"], maxsplit=1)[0] if like["after"] else like["before"]
        for value in _listed(after):
            if _CODE.fullmatch(value) and _is_value(value):
                yield value
    yield from (marked[1] for marked in _MARKED.finditer(description) if _is_value(marked[1]))


def _is_value(code: str) -> bool:
    return not _PLACEHOLDER.search(code) and not _STANDARD.match(code)


def _listed(listing: str) -> list[str]:
    """The values of a list, up to the first part that is none."""
    values: list[str] = []
    position = 0
    while part := _PART.match(listing, position):
        quoted, bare = part[1], (part[2] or "").strip()
        if quoted is None and (not _NAME.fullmatch(bare) or _PLACEHOLDER.search(bare)):
            break
        values.append(quoted if quoted is not None else bare)
        position = part.end()
        if position >= len(listing):
            break
    return values
