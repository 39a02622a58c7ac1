"""What docstrings say of parameters: in sections as Google and NumPy write them, and in fields.

Servers write descriptions in these forms, too: each line is read once, however strange it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

TITLES = frozenset(
    {
        "Args",
        "Arguments",
        "Attributes",
        "Keyword Args",
        "Keyword Arguments",
        "Other Parameters",
        "Parameters",
        "Params",
    }
)
"""Headings: with a colon in Google's form, underlined in NumPy's."""
OF_PARAMETERS = frozenset(
    {"param", "parameter", "arg", "argument", "key", "keyword", "kwarg", "kwparam", "var", "ivar", "cvar"}
)
OF_OTHERS = frozenset(
    {"type", "kwtype", "vartype", "return", "returns", "rtype", "yield", "yields", "ytype"}
    | {"raise", "raises", "except", "exception"}
)
"""Kinds of fields."""
_ENTRY = re.compile(r"(\s*)(?:[-*+] )?[*`]{0,2}([\w.$-]+)`{0,2}(?:\s*\(.*?\))?\s*:(?:\s+(.*))?")
"""What is said of a parameter; the name is whatever servers call one, the type may have brackets."""
_FIELD = re.compile(r"\s*[:@](\w+)\b([^:]*?)(?::|\s-\s)(.*)")
"""Its kind, what it is of, what it says."""
_MARKUP = " \t*`\\"
_TYPE = re.compile(
    r"(?:(?:str(?:ing)?|int(?:eger)?|float|number|bool(?:ean)?|dict|list|tuple|set|date|datetime|any|array(?:-like)?"
    r"|object|optional|none|or|of|default\S*|literal|\{[^}]*\}|\[[^]]*\])[,\s|]*)+",
    re.IGNORECASE,
)
"""What says nothing of a parameter but its type, which the schema tells."""


class Section(NamedTuple):
    """Lines of a docstring that say something of parameters."""

    start: int
    end: int
    """The line after the last."""
    said: dict[str, str]
    """What is said of each parameter, in one line."""


def google_sections(lines: list[str], names: Container[str]) -> Iterator[Section]:
    """Yield the sections below headings such as ``Args:``: what is indented, and lists that are not."""
    for start, heading in enumerate(lines):
        title, colon, rest = heading.partition(":")
        if title not in TITLES or not colon or rest.strip():
            continue
        end = start + 1
        while end < len(lines) and (
            not lines[end].strip() or _indent(lines[end]) or _item(lines[end], names)
        ):
            end += 1
        yield Section(start, end, dict(_entries(lines[start + 1 : end], names)))


def numpy_sections(lines: list[str], names: Container[str]) -> Iterator[Section]:
    """Yield the sections below underlined headings."""
    starts = [place for place in range(len(lines)) if underlined(lines, place)]
    for start, end in pairwise([*starts, len(lines)]):
        if underlined(lines, start) in TITLES:
            said = _definitions(lines[start + 2 : end], names, _indent(lines[start]))
            yield Section(start, end, dict(said))


def field_sections(lines: list[str], names: Container[str]) -> Iterator[Section]:
    """Yield each field: ``:param int x: words`` of Sphinx, ``@param x: words`` of epydoc, and JSDoc's."""
    end = 0
    for start, line in enumerate(lines):
        name = _field_name(line)
        if name is None or start < end:
            continue
        end = _end_of_field(lines, start, names)
        text = _one_line([_FIELD.sub(r"\3", line), *lines[start + 1 : end]])
        yield Section(start, end, {name: text} if text and name in names else {})


def underlined(lines: list[str], place: int) -> str:
    """Return the heading on a line, in capitals, if the next line underlines it; an empty text otherwise."""
    if place + 1 >= len(lines) or _indent(lines[place]) != _indent(lines[place + 1]):
        return ""
    rule = lines[place + 1].strip()
    is_rule = len(rule) >= len("---") and rule in {"-" * len(rule), "=" * len(rule)}
    return lines[place].strip().removesuffix(":").title() if is_rule else ""


def _entries(lines: list[str], names: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the name of each of these parameters that something is said of, and that as one line."""
    name, words, margin = "", [""], 0
    for line in lines:
        entry = _ENTRY.fullmatch(line)
        indent = _indent(line)
        if entry is not None and (entry[2] in names or (name and indent <= margin)):
            if name in names:
                yield name, " ".join(words).strip()
            margin, name, words = indent, entry[2], [(entry[3] or "").strip()]
        elif line.strip():
            words.append(line.strip())
    if name in names:
        yield name, " ".join(words).strip()


def _item(line: str, names: Container[str]) -> bool:
    """Whether the line is an item of a list that says something of a parameter."""
    entry = _ENTRY.fullmatch(line) if line.startswith(("- ", "* ", "+ ")) else None
    return entry is not None and entry[2] in names


def _definitions(lines: list[str], names: Container[str], margin: int) -> Iterator[tuple[str, str]]:
    """Yield the same where it stands below the names: ``x, y : int``, or beside them if nothing is below.

    Of a name that stands there twice the first counts.
    """
    first = next(filter(str.strip, lines), "")
    if _indent(first) > margin and " : " not in first:
        yield from _entries(lines, names)  # Google's form below a heading of NumPy's
        return
    margin = max(margin, _indent(first))
    below: list[str] = []
    for line in reversed(lines):
        if not line.strip() or _indent(line) > margin:
            below.append(line)
            continue
        before, _, beside = line.partition(":")
        text = _one_line(reversed(below)) or ("" if _TYPE.fullmatch(beside.strip()) else beside.strip())
        terms = (term.strip(_MARKUP) for term in before.split(","))
        yield from ((term, text) for term in terms if text and term in names)
        below = []


def _field_name(line: str) -> str | None:
    """Return the name of the parameter that a field is of; an empty one of other fields, None of no field."""
    field = _FIELD.match(line)
    if field is None or field[1] not in OF_PARAMETERS:
        return "" if field is not None and field[1] in OF_OTHERS else None
    return field[2].split()[-1].strip(_MARKUP) if field[2].strip() else None


def _end_of_field(lines: list[str], start: int, names: Container[str]) -> int:
    """The line after a field's last: it goes on where indented, and to the end of its paragraph."""
    end, in_paragraph = start + 1, True
    for place in range(start + 1, len(lines)):
        line = lines[place]
        if not line.strip():
            in_paragraph = False
            continue
        entry = _ENTRY.fullmatch(line)
        is_other = line.lstrip().startswith((":", "@", ">>>")) or (entry is not None and entry[2] in names)
        if _indent(line) <= _indent(lines[start]) and (is_other or not in_paragraph):
            break
        end = place + 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _one_line(lines: Iterable[str]) -> str:
    kept = (line.strip() for line in lines)
    return " ".join(line for line in kept if line and not line.startswith(".. versionadded::"))
