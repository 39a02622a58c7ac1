"""Forms: how a refusal says that a text is written: "must look like 2025-04", "dates go in as DD/MM/YYYY".

What stands in a message could as well stand in the documentation of the argument that it is about. It is put
there, in words of our own, for whoever samples values, finds them in queries, or says them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from practicum.nodes.harvest import blamed
from practicum.nodes.moments import STYLES
from practicum.nodes.quarantine import clean
from practicum.nodes.schema_parts import is_open_text
from practicum.records import ErrorKind, Mode, Step, ToolCall, ToolSpec

MOST_CHARACTERS = 2_000
"""What is read of a message."""
MOST_EXAMPLES = 3
_STYLE = re.compile(
    r"(?<![A-Za-z])(?:YYYY|YY|DD|MM|HH)(?:[-/.: T]?(?:YYYY|YY|DD|MM|HH|hh|mm|SS|ss)){1,5}(?![-/.:]?[A-Za-z])"
)
_NOT = re.compile(
    r"\b(?:not|no longer|instead of|rather than|never|wrong)\b[^.;,]{0,20}$|n['\u2019]t\b[^.;,]{0,20}$", re.I
)
_UNLIKE = re.compile(
    r"(?:\b(?:not|never|no longer|instead of|rather than)|n['\u2019]t)"
    r"(?:\s(?:write|use|give|send|enter)\b[^.;,]{0,20})?\s$",
    re.IGNORECASE,
)
"""Before "like 31/12/2025": so it is not written. What "does not look" like an example is to look like it."""
_SHAPE = r"[A-Za-z]{0,4}(?:[-_/.:]?\d{1,8}){1,4}"
"""An example is digits, with few letters before them: nothing that can be read."""
_BRACKETED = re.compile(
    rf"\b(?:digits|characters|letters|format|look|numbers?)\b[^.;()]{{0,60}}\(\s?({_SHAPE})(?=[\s),])",
    re.ASCII,
)
"""A code that is shown in brackets, behind words that say how codes are made."""
_LOOKS_LIKE = re.compile(
    rf"\b(?:like|such as|e\.g\.?|for example|as in)[ \t]{{0,3}}[,:]?[ \t]{{0,3}}['\"`]?({_SHAPE})"
    r"(?![\w-]|[/.:+@#]\w)",
    re.ASCII,
)
_NO_EXAMPLE = re.compile(r"(?:ERR|ERROR|HTTP|ISO|RFC|UTF|E)?[-_]?\d+|.*/.*/.*/.*", re.IGNORECASE)
"""Numbers, errors and standards."""
_DAYS = frozenset({*STYLES, "YYYY-MM-DD", "YYYYMMDD"})
_STYLES_OF_EXAMPLES = (
    (re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-\d\d"), "YYYY-MM-DD"),
    (re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])"), "YYYY-MM"),
    (re.compile(r"(?:1[3-9]|2\d|3[01])/\d\d/(?:19|20)\d\d"), "DD/MM/YYYY"),
    (re.compile(r"\d\d/(?:1[3-9]|2\d|3[01])/(?:19|20)\d\d"), "MM/DD/YYYY"),
    (re.compile(r"\d\d\.\d\d\.(?:19|20)\d\d"), "DD.MM.YYYY"),
    (re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"), "HH:MM"),
)
_MOMENTS = frozenset({"date", "time", "date-time", "year-month"})


def told_forms(spec: ToolSpec, steps: Iterable[Step]) -> dict[str, str]:
    """Return what refusals of a tool's calls say of how its texts are written, by parameter.

    Args:
        spec: The tool.
        steps: Calls with what came of them, the newest last: its word counts.

    Returns:
        Words for the documentation of a parameter, such as "As DD/MM/YYYY." or "Such as WO-25-0104."
    """
    found: dict[str, str] = {}
    for step in steps:
        refused = step.observation.error is ErrorKind.RAISED and step.observation.mode is not Mode.SIMULATED
        if step.call is None or step.call.name != spec.name or not refused or not clean(step):
            continue
        message = _without_given(step.observation.text[:MOST_CHARACTERS], step.call)
        form = _form(message)
        about = [
            name
            for name in blamed(spec, step.call, step.observation.text)
            if is_open_text(spec.properties[name])
        ]
        if form and len(about) == 1 and (form.startswith("As ") or _takes_codes(spec, about[0])):
            alike = _of_one_kind(spec, about[0]) if form[3:-1] in _DAYS else ()
            found |= dict.fromkeys([about[0], *alike], form)
    return found


def with_forms(spec: ToolSpec, forms: Mapping[str, str]) -> ToolSpec:
    """Return a tool whose documentation says how its texts are written, where it does not by itself."""
    properties = dict(spec.properties)
    for name, form in forms.items():
        schema = properties.get(name)
        if schema is not None and is_open_text(schema) and form not in str(schema.get("description")):
            properties[name] = {**schema, "description": f"{schema.get('description', '')} {form}".strip()}
    if properties == spec.properties:
        return spec
    return spec.model_copy(update={"parameters": {**spec.parameters, "properties": properties}})


def _form(message: str) -> str:
    told = [each for each in _STYLE.finditer(message) if not _NOT.search(message, 0, each.start())]
    styles = list(dict.fromkeys(each.group() for each in told))
    if len(styles) == 1:
        return f"As {styles[0]}."
    like = [each for each in _LOOKS_LIKE.finditer(message) if not _UNLIKE.search(message, 0, each.start())]
    shown = list(dict.fromkeys([*(each[1] for each in like), *_BRACKETED.findall(message)]))
    for pattern, style in _STYLES_OF_EXAMPLES:
        if shown and pattern.fullmatch(shown[0]):
            return f"As {style}."
    codes = [code for code in shown if not _NO_EXAMPLE.fullmatch(code)][:MOST_EXAMPLES]
    return f"Such as {', '.join(codes)}." if codes else ""


def _takes_codes(spec: ToolSpec, parameter: str) -> bool:
    """Whether nothing tells yet what a text is: of a known format an example would say something else."""
    from practicum import values

    return values.detect(parameter, spec.properties[parameter]) in {None, "identifier", "text"}


def _without_given(message: str, call: ToolCall) -> str:
    """The message without what it repeats of the call: "got '2025-02-09'" shows nothing that is right."""
    given = [
        str(each)
        for value in call.arguments.values()
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str | int | float)
    ]
    for text in sorted({each for each in given if len(each) > 2}, key=len, reverse=True):
        whole = rf"(?<![\w./-]){re.escape(text)}(?![\w/-]|\.\d)"  # 104 is not repeated in WO-25-0104
        message = re.sub(whole, " ", message, flags=re.IGNORECASE)
    return message


def _of_one_kind(spec: ToolSpec, parameter: str) -> list[str]:
    """The other texts of the tool that say moments as this one does."""
    from practicum import values

    kind = values.detect(parameter, spec.properties[parameter])
    if kind not in _MOMENTS:
        return []
    return [
        name
        for name, schema in spec.properties.items()
        if name != parameter and is_open_text(schema) and values.detect(name, schema) == kind
    ]
