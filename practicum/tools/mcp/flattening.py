"""The result of an MCP tool as text: the same for equal results, and nothing in it but what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from practicum.records import JsonObject, canonical_json

MOST_LEAVES = 200
"""Values that are looked for in a text one by one; of more it is not asked whether the text says them all."""
MOST_SEARCHED = 20_000
"""Characters of a text that they are looked for in."""
TOO_DEEP = "[structured content, nested too deeply to be read]"


def flatten_result(result: JsonObject) -> str:
    """Return the text of a tool's result.

    Texts come one after the other; of images, sounds and files only their kind and size is told. What
    is structured is added as JSON, unless the texts say all of it already.

    Args:
        result: As the protocol has it: ``content`` is a list of blocks, ``structuredContent`` an object.
    """
    content = result.get("content")
    blocks = content if isinstance(content, list) else [] if content is None else [content]
    text = "\n".join(_text(block) for block in blocks)
    structured = result.get("structuredContent")
    try:
        if structured is None or (text and _says(text, structured)):
            return text
        added = canonical_json(structured)
    except RecursionError:
        added = TOO_DEEP
    return "\n".join(part for part in (text, added) if part)


def _text(block: Any) -> str:
    if not isinstance(block, dict):
        return canonical_json(block)
    kind = block.get("type")
    if kind == "text":
        return str(block.get("text", ""))
    if kind in {"image", "audio"}:
        return _placeholder(kind, block.get("mimeType"), _size(block.get("data")))
    if kind == "resource_link":
        size = block.get("size")
        told = f"{size} bytes" if isinstance(size, int) else ""
        return _placeholder("resource", block.get("uri"), block.get("mimeType"), told)
    if kind == "resource" and isinstance(block.get("resource"), dict):
        return _resource(block["resource"])
    return canonical_json(block)


def _resource(resource: JsonObject) -> str:
    if isinstance(resource.get("text"), str):
        return str(resource["text"])
    return _placeholder(
        "resource", resource.get("uri"), resource.get("mimeType"), _size(resource.get("blob"))
    )


def _placeholder(*parts: Any) -> str:
    return f"[{', '.join(str(part) for part in parts if part)}]"


def _size(encoded: Any) -> str:
    """The size of what is written in base64."""
    if not isinstance(encoded, str):
        return ""
    return f"{len(encoded) * 3 // 4 - encoded[-2:].count('=')} bytes"


def _says(text: str, structured: Any) -> bool:
    """Whether the text is this JSON, or holds every value of it.

    Raises:
        RecursionError: it is nested too deeply.
    """
    try:
        if json.loads(text) == structured:
            return True
    except (ValueError, RecursionError):
        pass
    leaves = list(islice(_leaves(structured), MOST_LEAVES + 1))
    few = len(leaves) <= MOST_LEAVES and len(text) <= MOST_SEARCHED
    return few and all(_holds(text, leaf) for leaf in leaves)


def _holds(text: str, leaf: Any) -> bool:
    if isinstance(leaf, str):
        return leaf in text
    return re.search(rf"(?<![\w.]){re.escape(json.dumps(leaf))}(?!\w|\.\d)", text) is not None


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    else:
        yield value
