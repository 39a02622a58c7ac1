"""The runs of a home: one file each, numbered, written whole or not at all."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from practicum.errors import DataError, JournalError, SetupError
from practicum.evaluation.data import writable
from practicum.evaluation.runs.record import RUN_SCHEMA, Run
from practicum.hostile import redact_as
from practicum.whole_files import beside, to_disk

FOLDER = "evaluations"
"""Within a home; also of the attempts of unfinished evaluations."""

_ID = re.compile(r"run-([1-9][0-9]*)")
_NAMED = 5
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
"""What file systems say that know no second name of a file."""


class RunStore:
    """Kept runs in the folder of a home. Reading needs no lock; any number of processes may write."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def keep(self, run: Run) -> Run:
        """Write a run under the next free number, and return it with its id.

        A run whose every answer was there before, because a kill came between its record and the end of its
        evaluation, is the run that was recorded then.

        Raises:
            JournalError: it can't be written.
        """
        nothing_new = all(arm.resumed == len(arm.answers) for arm in run.arms)
        if nothing_new and (found := self._recorded(run.key)):
            return found
        number = max(self._numbers(), default=0) + 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while True:
                numbered = run.model_copy(update={"id": f"run-{number}"})
                if _write_new(self._path(number), _spelled(numbered)):
                    return numbered
                number += 1  # another process took it
        except OSError as error:
            fix = "free some space or check the permissions, and run the same command again"
            raise JournalError(f"{self.folder} can't keep the run: {error.strerror or error}", fix) from error

    def load(self, name: str) -> Run:
        """Return the run of an id such as ``run-7``, or of a file.

        Raises:
            SetupError: there is none, it is damaged, or a newer practicum wrote it.
        """
        match = _ID.fullmatch(name)
        file = self._path(int(match[1])) if match else Path(name)
        if not file.is_file():
            raise SetupError(f"there is no run {name!r}", self._advice())
        return read_run(file)

    def find(self, name: str) -> tuple[Run, str | None]:
        """Return the run of a name such as ``run-7`` or ``run-7:demos``, with the arm that is named.

        Raises:
            SetupError: as `load`; whether there is such an arm is for whoever asks for it.
        """
        whole, colon, arm = name.rpartition(":")
        if not colon or Path(name).is_file():
            return self.load(name), None
        return self.load(whole), arm.strip()

    def runs(self) -> Iterator[Run]:
        """Yield the runs that can be read, the newest first."""
        for number in reversed(self._numbers()):
            try:
                yield read_run(self._path(number))
            except SetupError:  # one file that is damaged or newer hides no other
                continue

    def unreadable(self) -> list[SetupError]:
        """Return what is wrong with the runs that can't be read."""
        found = []
        for number in self._numbers():
            try:
                read_run(self._path(number))
            except SetupError as error:
                found.append(error)
        return found

    def _recorded(self, key: str) -> Run | None:
        return next((run for run in self.runs() if run.key == key), None)

    def _advice(self) -> str:
        newest = [f"run-{number}" for number in self._numbers()[-_NAMED:]]
        if not newest:
            return f"`practicum evaluate` keeps one; {self.folder} has none yet"
        return f"name one of the last: {', '.join(newest)} (`practicum evaluate --runs` lists all), or a file"

    def _numbers(self) -> list[int]:
        files = self.folder.glob("run-*.json") if self.folder.is_dir() else ()
        return sorted(int(match[1]) for file in files if (match := _ID.fullmatch(file.stem)))

    def _path(self, number: int) -> Path:
        return self.folder / f"run-{number}.json"


def read_run(path: Path) -> Run:
    """Return the run in a file.

    Raises:
        SetupError: it is no run, it is damaged, or a newer practicum wrote it.
    """
    try:
        data = json.loads(path.read_bytes())
        version = data["schema_version"] if isinstance(data, dict) else None
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}", "name a file that can be read") from error
    except (ValueError, KeyError, RecursionError):
        version = None
    if type(version) is not int:
        raise DataError(f"{path} is no kept run", "name a file of the folder `evaluations` in a home")
    if version > RUN_SCHEMA:
        message = f"{path} has schema version {version}; this practicum reads versions up to {RUN_SCHEMA}"
        raise SetupError(message, "upgrade practicum")
    try:
        return Run.from_dict(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DataError(f"{path} is damaged: {where}: {first['msg']}", "evaluate again") from error


def _write_new(path: Path, content: bytes) -> bool:
    """Write a file that is there whole or not at all; False if there is one of that name."""
    with beside(path) as aside:
        aside.write_bytes(content)
        to_disk(aside)
        return _moved(aside, path)


def _moved(aside: Path, path: Path) -> bool:
    try:
        path.hardlink_to(aside)  # unlike a rename it fails where the name is taken
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            return False
        aside.replace(path)
    return True


def _spelled(run: Run) -> bytes:
    """The run as JSON in ASCII, without secrets: text that a model wrote may be no UTF-8."""
    plain = redact_as(Run, writable(run.model_dump()))
    return json.dumps(plain, indent=1, default=datetime.isoformat).encode("ascii")
