"""Failures that a tool tells of in its result: nothing may be learned from them as if the call had worked."""

from __future__ import annotations

_BEGINS = "Error:"
"""As LangChain's own tools begin what they say of an error which they caught."""
_LONGEST = 1_000
"""Characters of such a message; a longer text that begins so is data, a log for instance."""


def tells_error(text: str) -> bool:
    """Whether a result is the message of an error that the tool caught."""
    return text.startswith(_BEGINS) and len(text) <= _LONGEST
