"""Values of BFCL's Java and JavaScript items as source text, as its checker reads them.

The benchmark lists the values of a right answer as they are after reading: a list, a number, the name of a
variable. A model answers in source text, and so does a right answer that is played back.

Source: ``java_type_converter`` and ``js_type_converter`` of its ``ast_eval.type_convertor``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from practicum.records import JsonObject

_JAVA_ELEMENTS = {"integer": "int", "long": "long", "char": "char", "any": "Object"}
"""How an element's type is written in front of an array; others by their own name."""
_JAVA_SUFFIX = {"long": "L", "float": "f"}


def as_source(value: Any, node: JsonObject, language: str) -> str:
    """Return a listed value as source text.

    Args:
        value: As the benchmark lists it; a text where a list or a number is wanted names a variable.
        node: The parameter's documentation, with its ``type`` and, of lists, the type of ``items``.
        language: Java or JavaScript.
    """
    spell = {"Java": _java, "JavaScript": _javascript}[language]
    return spell(value, str(node["type"]), str((node.get("items") or {}).get("type", "any")))


def _java(value: Any, kind: str, of: str) -> str:
    if isinstance(value, str):
        return value  # texts are compared as they are, and so are names
    if isinstance(value, list):
        # The checker leaves the quotes of an array's texts in place, and would compare those, too.
        quote = _quoted if kind == "ArrayList" or of != "String" else str
        elements = ", ".join(_plain(each, quote) + _JAVA_SUFFIX.get(of, "") for each in value)
        if kind == "ArrayList":
            return f"new ArrayList<>(Arrays.asList({elements}))"
        return f"new {_JAVA_ELEMENTS.get(of, of)}[]{{{elements}}}"
    if isinstance(value, dict):
        puts = " ".join(f"put({_quoted(key)}, {_plain(each, _quoted)});" for key, each in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts} }}}}"
    return _plain(value, str) + _JAVA_SUFFIX.get(kind, "")


def _javascript(value: Any, kind: str, of: str) -> str:
    del of
    if isinstance(value, str):
        return _quoted(value) if kind == "String" else value
    return _plain(value, _quoted)


def _plain(value: Any, quote: Callable[[str], str]) -> str:
    """Spell what both languages spell alike, texts by ``quote``."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return f"[{', '.join(_plain(each, quote) for each in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {_plain(each, quote)}" for key, each in value.items()) + "}"
    return json.dumps(value)


def _quoted(text: str) -> str:
    return f'"{text}"'  # the checker knows no escapes
