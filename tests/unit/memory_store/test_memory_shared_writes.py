"""Writes of several threads share transactions; what one of them fails at is nothing to the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from practicum.errors import JournalError
from practicum.memory_store.journal import Journal
from practicum.memory_store.shared_writes import SharedWrites, _Write


class File:
    """A file whose first transaction ends when it is let, so that others come meanwhile."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.commits = 0
        self.busy, self.let = threading.Event(), threading.Event()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = len(self.rows)
        try:
            yield
        except BaseException:
            del self.rows[before:]
            raise
        self.commits += 1
        self.busy.set()
        self.let.wait(timeout=10)

    def row(self, text: str) -> Callable[[], str]:
        def write() -> str:
            self.rows.append(text)
            return text

        return write

    def failing(self, text: str, error: BaseException) -> Callable[[], str]:
        def write() -> str:
            self.rows.append(text)
            raise error

        return write


def waiting(writes: SharedWrites, count: int) -> None:
    """Wait until so many writes stand in line."""
    for _ in range(1000):
        if len(writes._waiting) == count:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{len(writes._waiting)} of {count} writes stand in line")


def test_those_that_come_while_the_disk_is_busy_are_written_in_one_transaction() -> None:
    file = File()
    writes = SharedWrites(threading.RLock(), file.transaction)
    with ThreadPoolExecutor(9) as threads:
        first = threads.submit(writes.run, file.row("first"))
        file.busy.wait(timeout=10)
        others = [threads.submit(writes.run, file.row(f"{number}")) for number in range(8)]
        waiting(writes, 8)
        file.let.set()
        assert [first.result(), *(each.result() for each in others)] == ["first", *map(str, range(8))]
    assert sorted(file.rows) == sorted(["first", *map(str, range(8))])
    assert file.commits == 2


def test_what_one_fails_at_is_raised_to_it_alone_and_nothing_is_written_twice() -> None:
    file = File()
    writes = SharedWrites(threading.RLock(), file.transaction)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(writes.run, file.row("first"))
        file.busy.wait(timeout=10)
        good = [threads.submit(writes.run, file.row("good")), threads.submit(writes.run, file.row("too"))]
        bad = threads.submit(writes.run, file.failing("bad", ValueError("no room for it")))
        waiting(writes, 3)
        file.let.set()
        assert first.result() == "first"
        assert [each.result() for each in good] == ["good", "too"]
        with pytest.raises(ValueError, match="no room for it"):
            bad.result()
    assert sorted(file.rows) == ["first", "good", "too"]


def test_an_interruption_ends_its_own_thread_and_the_others_write_for_themselves() -> None:
    file = File()
    file.let.set()
    writes = SharedWrites(threading.RLock(), file.transaction)
    turns = iter([KeyboardInterrupt(), None])

    def write() -> None:
        file.rows.append("interrupted")
        if error := next(turns):
            raise error

    writes._waiting.append(_Write(write))
    other = _Write(file.row("other"))
    writes._waiting.append(other)
    with pytest.raises(KeyboardInterrupt):
        writes.run(file.row("mine"))
    assert (file.rows, other.done) == ([], False)
    assert writes.run(file.row("later")) == "later"
    assert sorted(file.rows) == ["interrupted", "later", "other"]
    assert other.done


def test_a_journal_keeps_what_many_threads_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with Journal.open(path, write=True) as journal, ThreadPoolExecutor(16) as threads:
        made = [
            threads.submit(journal.remember_reply, f"key {n % 100}", {"text": f"{n}"}) for n in range(400)
        ]
        for each in made:
            each.result()
    with Journal.open(path, write=False) as journal:
        assert len(journal.replies("key ")) == 100


def test_within_a_transaction_of_its_own_a_write_is_part_of_that(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.sqlite", write=True) as journal:
        with suppress(ZeroDivisionError), journal.atomically():
            journal.remember_reply("taken back", {})
            raise ZeroDivisionError
        assert journal.reply("taken back") is None
        journal.remember_reply("kept", {"text": "first"})
        journal.remember_reply("kept", {"text": "second"})
        assert journal.reply("kept") == {"text": "first"}


def test_what_was_opened_for_reading_says_so_to_each(tmp_path: Path) -> None:
    Journal.open(tmp_path / "journal.sqlite", write=True).close()
    with Journal.open(tmp_path / "journal.sqlite", write=False) as journal, ThreadPoolExecutor(4) as threads:
        made = [threads.submit(journal.remember_reply, f"{number}", {}) for number in range(4)]
        for each in made:
            with pytest.raises(JournalError, match="opened for reading"):
                each.result()
