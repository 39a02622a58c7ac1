"""Tool output is hostile text: bounded, free of control characters and half characters, secrets redacted."""

from __future__ import annotations

from collections.abc import Callable

from practicum.hostile.clean import visible, whole
from practicum.hostile.redaction import redact

__all__ = ["MAX_CHARACTERS", "redact", "sanitize"]

MAX_CHARACTERS = 4000
"""Default bound of an observation; the middle of a longer text is cut out."""
MARGIN = 20_000
"""Characters beyond the bound that are searched for secrets, at either end: one that the cut would halve is
whole there, and the middle of megabytes is not read for nothing."""


def sanitize(
    text: str, *, limit: int = MAX_CHARACTERS, redacted: Callable[[str], str] = redact
) -> tuple[str, bool]:
    """Return ``text`` fit to be stored and shown, and whether it was cut to ``limit`` characters.

    Args:
        text: What a tool said.
        limit: Characters that are kept, at least 40.
        redacted: Blanks what must not be kept.
    """
    window = limit + MARGIN
    between = max(0, len(text) - 2 * window)
    if between:
        head, tail = redacted(_clean(text[:window])), redacted(_clean(text[-window:]))
    else:
        head = tail = redacted(_clean(text))
        if len(head) <= limit:
            return head, False
    half = max(1, (limit - 40) // 2)
    left_out = between + len(head) + len(tail) - 2 * half if between else len(head) - 2 * half
    return f"{head[:half]}\n... ({left_out} characters left out) ...\n{tail[-half:]}", True


def _clean(text: str) -> str:
    return visible(whole(text))
