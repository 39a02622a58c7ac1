"""A home: the folder that holds a journal, the index built from it, and checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from practicum.errors import JournalError, SetupError
from practicum.memory_store.candidates import kind_of
from practicum.memory_store.demonstrations import DemonstrationIndex
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.entries import DemonstrationSet
from practicum.memory_store.index import TrialIndex
from practicum.memory_store.journal import Journal
from practicum.memory_store.long_term import LongTermMemory
from practicum.memory_store.turn_log import TurnLog

NAMESPACE = "practicum"
"""What the names of all our collections begin with."""


class Home:
    """An open home. Close it, or use it as a context, so that another process may write."""

    def __init__(
        self,
        path: Path,
        journal: Journal,
        embedder: Embedder,
        where: Path | str,
        checkpoints: Path | str | None = None,
        *,
        only_writer: bool = False,
    ) -> None:
        self.path = path
        self.checkpoints = checkpoints or path / "checkpoints.sqlite"
        """Where the states of unfinished episodes are kept: a file, or a database's address."""
        self.journal = journal
        self.embedder = embedder
        self._where = where
        self._namespace = _namespace(journal, where)
        self.index = TrialIndex(where, embedder, namespace=self._namespace, only_writer=only_writer)
        self.long_term = LongTermMemory(self.index, embedder)
        self._demonstrations: dict[int, DemonstrationIndex] = {}
        self._turn_log: TurnLog | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        embedder: Embedder,
        *,
        write: bool,
        chroma_url: str | None = None,
        checkpoint_url: str | None = None,
    ) -> Self:
        """Open the home in the folder ``path``; with ``write`` it is made if need be.

        Args:
            path: The folder.
            embedder: Makes the vectors of the index.
            write: Whether anything is to be recorded.
            chroma_url: A Chroma server to use instead of the index in the folder.
            checkpoint_url: A Postgres database to use instead of the checkpoints in the folder.

        Raises:
            JournalError: it can't be used; the message says why and what to do.
        """
        path = require_folder(path).absolute()  # a tool may leave the working directory
        journal = Journal.open(journal_path(path), write=write)
        return cls(path, journal, embedder, chroma_url or path / "index", checkpoint_url, only_writer=write)

    def demonstration_set(self, name: str | None = None) -> DemonstrationSet | None:
        """Return the set called ``demos@N``; the newest without a name; None if there is none.

        Raises:
            SetupError: there is no such set.
        """
        if name is None:
            return self.journal.demonstration_set()
        try:
            number = int(name.partition("@")[2]) if kind_of(name) == "demos" else None
        except ValueError:
            number = None
        found = None if number is None else self.journal.demonstration_set(number)
        if found is None:
            raise SetupError(
                f"this home has no demonstration set {name!r}", "run `practicum curate` to make one"
            )
        return found

    def demonstrations(self, chosen: DemonstrationSet) -> DemonstrationIndex:
        """Return the searchable form of a demonstration set."""
        if chosen.version not in self._demonstrations:
            self._demonstrations[chosen.version] = DemonstrationIndex(
                self._where, self.embedder, chosen, namespace=self._namespace
            )
        return self._demonstrations[chosen.version]

    def turn_log(self) -> TurnLog:
        """Return where this process keeps the turns that it answers; a home opened for reading has it, too.

        Raises:
            JournalError: the home's folder can't be written.
        """
        if self._turn_log is None:
            self._turn_log = TurnLog(self.path)
        return self._turn_log

    def close(self) -> None:
        """Give files and locks back; may be called twice."""
        if self._turn_log is not None:
            self._turn_log.close()
            self._turn_log = None
        for found in self._demonstrations.values():
            found.close()
        self._demonstrations.clear()
        self.index.close()
        self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def open_to_answer(path: Path, embedder: Embedder, *, chroma_url: str | None = None) -> Iterator[Home]:
    """Open a home for reading; an empty one, which is thrown away, where nothing was practised yet.

    Raises:
        JournalError: it can't be used.
    """
    from tempfile import TemporaryDirectory

    if journal_path(require_folder(path)).exists():
        with Home.open(path, embedder, write=False, chroma_url=chroma_url) as opened:
            yield opened
        return
    with (
        TemporaryDirectory(prefix="practicum-") as empty,
        Home.open(Path(empty), embedder, write=True) as opened,
    ):
        yield opened


def require_folder(path: Path) -> Path:
    """Return ``path`` if a home may be there, or be made there.

    Raises:
        JournalError: it is a file.
    """
    if path.exists() and not path.is_dir():
        raise JournalError(f"{path} is a file, not a folder", "name another --home")
    return path


def journal_path(home: Path) -> Path:
    """Where a home keeps its journal."""
    return home / "journal.sqlite"


def _namespace(journal: Journal, where: Path | str) -> str:
    """Return what the home's collections begin with: on a server, which others use too, its id."""
    if isinstance(where, Path) or journal.home_id is None:
        return NAMESPACE
    return f"{NAMESPACE}-{journal.home_id}"
