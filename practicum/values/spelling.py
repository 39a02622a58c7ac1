"""How a schema wants a value spelled: alpha-2 or alpha-3, symbol or name, int or string."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from practicum.records import canonical_json
from practicum.values.registry import ValueFormat, get, remembered
from practicum.values.slots import Slot, fits

_SHOWN = re.compile(
    r"(?:such as|e\.g\.?,?|for example,?|like|examples?:?|:)\s+([^.;)\n]{1,120})", re.IGNORECASE
)
_TOKEN = re.compile(r"[\"'`\u201c\u2018]([^\"'`\u201d\u2019]{1,40})[\"'`\u201d\u2019]|([^\s,\"'`()]{1,40})")


def spell(slot: Slot, form: ValueFormat, value: Any) -> Any | None:
    """Return ``value`` as the slot's schema spells it, None when it can't be spelled so.

    Args:
        slot: Where the value goes.
        form: The format of the value.
        value: A value in canonical form, or one that its format knows.
    """
    if slot.enum:
        return members(slot, form.name).get(meaning(form, value))
    forms = form.forms(value, slot)
    if not forms:
        return None
    preferred = style(slot, form.name)
    ordered = [*forms[preferred : preferred + 1], *forms]
    return next((f for f in ordered if f is not None and fits(slot.schema, f)), None)


def meaning(form: ValueFormat, value: Any) -> str:
    """Return one hashable spelling per meaning."""
    canonical = form.canonical(value)
    folds = isinstance(canonical, str) and not form.exact(canonical)
    return canonical_json(canonical.casefold() if folds else canonical)


def told_apart(form: ValueFormat, one: Any, other: Any) -> bool | None:
    """Whether two values that are of a format beyond doubt differ, as 5 mW and 5 MW do; None of others."""
    if not all(form.exact(form.canonical(value)) for value in (one, other)):
        return None
    return meaning(form, one) != meaning(form, other)


@remembered(512)
def members(slot: Slot, format_name: str) -> dict[str, Any]:
    """Return the slot's enumerated members by meaning, the first of equals; not to be changed."""
    form = get(format_name)
    found: dict[str, Any] = {}
    for member in slot.enum:
        found.setdefault(meaning(form, member), member)
    return found


@remembered(1024)
def style(slot: Slot, format_name: str) -> int:
    """Return which of a format's forms the schema's examples or description show."""
    form = get(format_name)
    for shown in (slot.examples, _shown_in(slot.description)):
        votes = Counter(i for value in shown if (i := _position(form, slot, value)) is not None)
        if votes:
            return votes.most_common(1)[0][0]
    about = f"{slot.description} {' '.join(slot.name_words)}"
    asked = (
        i for i, pattern in enumerate(form.styles) if pattern and re.search(pattern, about, re.IGNORECASE)
    )
    return next(asked, 0)


def _position(form: ValueFormat, slot: Slot, value: Any) -> int | None:
    if not form.verbalise(value):
        return None
    forms = form.forms(form.canonical(value), slot)
    named = [i for i, spelled in enumerate(forms[: len(form.styles)]) if spelled == value]
    # "de-DE" is both the tag and the locale: the more telling of equal spellings comes last.
    return named[-1] if named else (forms.index(value) if value in forms else None)


def _shown_in(description: str) -> tuple[str, ...]:
    """Return the words that a description gives as examples."""
    found = []
    for match in _SHOWN.finditer(description):
        found += [quoted or bare for quoted, bare in _TOKEN.findall(match[1])][:8]
    return tuple(found)
