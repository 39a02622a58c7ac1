"""The standard streams of the command: closed ones are stood in for, and output can always be written."""

from __future__ import annotations

import io
import os
import sys

_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}
_CLOSED: set[str] = set()


def prepare() -> None:
    """Make the standard streams usable, whoever started the command.

    One that is closed reads as empty and drops what it is given; its number is taken, so that no file that is
    opened later gets what libraries print there.
    """
    for name, mode in _MODES.items():
        if getattr(sys, name) is None:
            _CLOSED.add(name)
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A model may write half a surrogate pair; escaped it is still JSON, and no traceback.
            stream.reconfigure(errors="backslashreplace")


def was_closed(name: str) -> bool:
    """Whether a standard stream, such as "stdout", was closed when the command began."""
    return name in _CLOSED
