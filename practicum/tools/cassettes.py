"""Cassettes: what tools returned, recorded by tool, schema and arguments, to be answered from later.

A folder holds one file of JSON lines for each tool and schema hash, ``NAME-HASH.jsonl``; a tool that changed
has another hash, so that nothing recorded before answers for it. Lines are only ever added, under a lock.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practicum.errors import DataError, SetupError
from practicum.hostile import redact_value
from practicum.records import JsonObject, Observation, Record, ToolCall, ToolSpec, canonical_json
from practicum.tools.policy import Taping

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK_WAIT_S = 30.0


class Recorded(Record):
    """One line of a cassette."""

    arguments: JsonObject
    observation: Observation


class Cassettes:
    """A folder of cassettes, read as a whole, so that what is broken is told before anything runs.

    The n-th call with the same arguments is answered by its n-th recording, and by the last one when they
    are used up. That is the order of one run: tools whose answers depend on other tools' calls are answered
    as they were in the run that was recorded, whatever came before. What is recorded now answers nothing
    before the folder is opened again.
    """

    def __init__(self, folder: Path, taping: Taping) -> None:
        """Open the folder; it is made where something is to be recorded.

        Raises:
            SetupError: there is no folder to replay from, or it can't be made.
            DataError: a line of a file is broken, or a file can't be read; names both.
        """
        self.folder = folder.absolute()  # a tool may leave the working directory
        self.taping = taping
        if taping is Taping.REPLAY and not folder.is_dir():
            raise SetupError(f"there are no cassettes in {str(folder)!r}", "record some first: --record DIR")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"{folder} can't be made: {error.strerror}", "name another folder") from error
        self._recorded: dict[str, dict[str, list[Observation]]] = {
            file.name: _by_call(file) for file in sorted(folder.glob("*.jsonl"))
        }
        self._given: Counter[tuple[str, str]] = Counter()
        self._mutex = threading.Lock()
        """Taken before the file's lock, which looks again only now and then."""

    def has(self, spec: ToolSpec) -> bool:
        """Whether anything was recorded of the tool as it is now."""
        return bool(self._recorded.get(file_name(spec)))

    def missing(self, specs: Iterable[ToolSpec]) -> tuple[str, ...]:
        """Return the names of the tools that nothing was recorded of as they are now."""
        return tuple(spec.name for spec in specs if not self.has(spec))

    def answer(self, spec: ToolSpec, call: ToolCall) -> Observation | None:
        """Return the next recording of this call, as it was recorded; None where there is none."""
        name, asked = file_name(spec), _key(call.arguments)
        takes = self._recorded.get(name, {}).get(asked, [])
        if not takes:
            return None
        given = self._given[name, asked]
        self._given[name, asked] += 1
        return takes[min(given, len(takes) - 1)]

    def add(self, spec: ToolSpec, call: ToolCall, observation: Observation) -> None:
        """Record what a call returned; when this returns, it is in the file.

        Raises:
            SetupError: the file can't be written.
        """
        name, arguments = file_name(spec), redact_value(call.arguments)
        line = json.dumps(Recorded(arguments=arguments, observation=observation).as_dict())
        try:
            with self._mutex, self._lock():
                _append(self.folder / name, line)
        except OSError as error:
            raise SetupError(
                f"{self.folder / name} can't be written: {error.strerror or error}",
                "make room, or name another --record folder",
            ) from error

    def _lock(self) -> BaseFileLock:
        from filelock import FileLock

        return FileLock(self.folder / ".lock", timeout=LOCK_WAIT_S)


def file_name(spec: ToolSpec) -> str:
    """Return the name of a tool's cassette."""
    return f"{re.sub(r'[^A-Za-z0-9_.-]', '_', spec.name)}-{spec.schema_hash}.jsonl"


def open_cassettes(record: Path | None, replay: Path | None) -> Cassettes | None:
    """Return the cassettes that ``--record`` and ``--replay`` name; None where neither is given.

    Raises:
        SetupError: they name two folders, or there is nothing to replay.
        DataError: a line of a file is broken.
    """
    if record is None and replay is None:
        return None
    if record is None or replay is None:
        taping = Taping.REPLAY if replay is not None else Taping.RECORD
        return Cassettes(replay or record or Path(), taping)
    if record.resolve() != replay.resolve():
        raise SetupError(
            "--record and --replay name two folders",
            "name one folder with both: what it lacks runs and is recorded; or leave one of them out",
        )
    return Cassettes(record, Taping.BOTH)


def _append(file: Path, line: str) -> None:
    with file.open("a+b") as opened:
        end = opened.seek(0, 2)
        opened.truncate(_whole(opened, end))  # what a kill cut short would spoil the next line, too
        opened.write(f"{line}\n".encode())


def _whole(opened: Any, end: int) -> int:
    """Return where the last whole line of a file ends."""
    if end == 0:
        return 0
    opened.seek(end - 1)
    if opened.read(1) == b"\n":
        return end
    opened.seek(0)
    return int(opened.read().rfind(b"\n")) + 1


def _by_call(file: Path) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        fix = "mend or remove it, or name another folder"
        raise DataError(f"{file} can't be read: {error.strerror or error}", fix) from error
    for number, line in enumerate(lines[:-1], start=1):  # what follows the last line's end is torn
        if line.strip():
            recorded = _read(file, number, line)
            found.setdefault(_key(recorded.arguments), []).append(recorded.observation)
    return found


def _read(file: Path, number: int, line: bytes) -> Recorded:
    from pydantic import ValidationError

    fix = "remove the line, or record the tool anew in another folder"
    try:
        return Recorded.from_dict(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{file}, line {number}: {where}: {first['msg']}", fix) from error
    except RecursionError as error:
        raise DataError(f"{file}, line {number}: it is nested too deeply", fix) from error
    except (ValueError, TypeError) as error:
        raise DataError(f"{file}, line {number}: not JSON: {error}", fix) from error


def _key(arguments: JsonObject) -> str:
    return canonical_json(redact_value(arguments))
