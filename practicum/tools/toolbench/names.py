"""Names as ToolBench's server looks them up: it derives them from the documentation by these rules."""

from __future__ import annotations

import re

_REFUSED = re.compile(r"[^\u4e00-\u9fa5^a-zA-Z0-9_]")
_WORDS_OF_PYTHON = ("from", "class", "return", "false", "true", "id", "and")
"""They could not name a function or a parameter of the server's code, or were thought not to."""


def server_name(name: str) -> str:
    """Return a tool's name, an API's or a parameter's as the server knows it.

    Lower case and underscores, single and inside only; a name that begins with a digit gets ``get_``
    before it, one that Python keeps for itself ``is_``.
    """
    made = re.sub(r"_{2,}", "_", _REFUSED.sub("_", name)).lower().strip("_")
    if made[:1].isdigit():
        return f"get_{made}"
    return f"is_{made}" if made in _WORDS_OF_PYTHON else made


def category_name(folder: str) -> str:
    """Return a category as the server writes it."""
    return re.sub(r"[ ,/]", "_", folder).replace("__", "_")
