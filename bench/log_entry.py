"""Entries of docs/log.md: dated, newest first, with the machine and the command."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import machine

WIDTH = 118
"""Characters a line."""


def insert_entry(file: Path, title: str, body: str) -> bool:
    """Put an entry under the head of the log; False if the log has this body already.

    Args:
        file: A log whose entries begin with ``## ``, the newest first.
        title: Of the entry, without its date.
        body: Markdown.
    """
    text = file.read_text("utf-8")
    if body.strip() in text:
        return False
    head, mark, entries = text.partition("\n## ")
    today = datetime.now(UTC).date().isoformat()
    entry = f"\n## {today}: {title}\n\n{body.strip()}\n"
    # Not in place, so that a full disk leaves the old log.
    new = file.with_name(f".{file.name}.new")
    new.write_text(f"{head.rstrip()}\n{entry}{mark}{entries}", "utf-8")
    new.replace(file)
    return True


def machine_line(module: str, arguments: Sequence[str]) -> str:
    """Return what a log entry says of where and how it was measured."""
    about = machine()
    said = (
        f"Machine: {about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB,"
        f" Python {about['python']}, load {about['load']} at the end."
        f" Command: `{shlex.join(['python', '-m', module, *arguments])}`."
    )
    return textwrap.fill(said, WIDTH, break_long_words=False, break_on_hyphens=False)
