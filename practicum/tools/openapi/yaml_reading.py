"""YAML as JSON knows it: no dates, no tags, keys are strings; keys that stand twice are noticed."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

import yaml

_TAG = "tag:yaml.org,2002:"
_RESOLVED = (
    ("null", r"null|Null|NULL|~|", ("n", "N", "~", "")),
    ("bool", r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", tuple("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", tuple("-+0123456789")),
)
"""What unquoted words mean: the JSON schema of YAML 1.2, where ``no`` and ``2024-01-01`` are words."""
_KEPT = ("null", "bool", "int", "float", "str", "seq", "map")


class JsonLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """Loads what JSON could say, and lists the keys that stand twice in a mapping."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}
    yaml_constructors: ClassVar[dict[Any, Any]] = {
        tag: make
        for tag, make in yaml.SafeLoader.yaml_constructors.items()
        if tag is None or tag.removeprefix(_TAG) in _KEPT
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.repeated: list[str] = []

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        """Return the mapping with its keys as JSON would spell them; of a repeated key the last counts."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value == "<<":
                continue
            if isinstance(key.value, str) and key.value in seen:
                self.repeated.append(f"line {key.start_mark.line + 1}: the key {key.value!r} stands twice")
            seen.add(str(key.value))
        made = super().construct_mapping(node, deep=deep)
        return {key if isinstance(key, str) else json.dumps(key): value for key, value in made.items()}


for _name, _pattern, _first in _RESOLVED:
    JsonLoader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(rf"(?:{_pattern})\Z"), list(_first))
JsonLoader.add_implicit_resolver(f"{_TAG}merge", re.compile(r"<<\Z"), ["<"])


def read_yaml(text: str) -> tuple[Any, tuple[str, ...]]:
    """Return what the text says, and its repeated keys in words.

    Raises:
        yaml.YAMLError: it is no YAML, or says what JSON can't; the error has a mark with the line.
        RecursionError: it is nested too deeply.
    """
    loader = JsonLoader(text)
    try:
        return loader.get_single_data(), tuple(loader.repeated)
    finally:
        loader.dispose()
