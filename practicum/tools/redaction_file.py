"""``[redaction]`` of ``practicum.toml``: what is redacted besides secrets.

[redaction]
personal = true            # or false; without it by the tool's source
patterns = ["ACME-[0-9]{6}"]
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from practicum.errors import DataError
from practicum.hostile.patterns import compiled
from practicum.hostile.redaction import Redaction

FILE = Path("practicum.toml")
TABLE = "redaction"
_EXAMPLE = 'write it as in [redaction], personal = true, patterns = ["ACME-[0-9]{6}"]'


def read_redaction(named: Path | None = None, *, start: Path | None = None) -> Redaction:
    """Return what the file's table says; the defaults where there is no file or no table.

    Args:
        named: The file, which then must be there; None: `FILE`.
        start: The directory to look in for it; None: the working directory.

    Other tables are left to those they are for.

    Raises:
        DataError: the file can't be read, or the table holds something else; the message names the line.
    """
    file = (start or Path()) / FILE if named is None else named
    try:
        text = file.read_text("utf-8-sig")
        table = tomllib.loads(text).get(TABLE, {})
    except FileNotFoundError as error:
        if named is not None:
            raise DataError(
                f"there is no file {str(file)!r}", "check PRACTICUM_CONFIG, or unset it"
            ) from error
        return Redaction()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{file} can't be read: {error}", "correct the file; it is TOML in UTF-8") from error
    return _read(file, text, table)


def _read(file: Path, text: str, table: Any) -> Redaction:
    if not isinstance(table, dict):
        raise _wrong(file, text, TABLE, "is no table")
    unknown = [name for name in table if name not in {"personal", "patterns"}]
    if unknown:
        raise _wrong(file, text, unknown[0], "is not known in [redaction]")
    personal, patterns = table.get("personal"), table.get("patterns", [])
    if personal is not None and not isinstance(personal, bool):
        raise _wrong(file, text, "personal", "is neither true nor false")
    if not isinstance(patterns, list) or not all(isinstance(each, str) for each in patterns):
        raise _wrong(file, text, "patterns", "is no list of texts")
    for pattern in patterns:
        try:
            compiled(pattern)
        except ValueError as error:
            raise _wrong(file, text, pattern, f"can't be used as a pattern: {error}") from error
    return Redaction(personal=personal, patterns=tuple(patterns))


def _wrong(file: Path, text: str, said: str, what: str) -> DataError:
    return DataError(f"{file}, line {_line_of(text, said)}: {said!r} {what}", _EXAMPLE)


def _line_of(text: str, said: str) -> int:
    """Return the line of the table that holds ``said``, as it is or as TOML escapes it; else its head."""
    lines = text.splitlines()
    head = next((n for n, line in enumerate(lines, 1) if line.strip().startswith(f"[{TABLE}]")), 1)
    spellings = (said, said.replace("\\", "\\\\").replace('"', '\\"'))
    after = enumerate(lines[head:], head + 1)
    return next((n for n, line in after if any(spelling in line for spelling in spellings)), head)
