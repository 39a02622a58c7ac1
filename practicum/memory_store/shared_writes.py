"""Writes of several threads share a transaction, and so one wait for the disk.

A disk takes some milliseconds to say that a row is on it, whether it is one row or ten. Of the threads that
come to write while another one waits for the disk, the first takes the writes of all of them along. Many
episodes side by side record three hundred rows a second, and would else stand in line for the disk.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

T = TypeVar("T")


class _Write:
    """One of them, and what came of it."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self.write = write
        self.written: Any = None
        self.error: BaseException | None = None
        self.done = False


class SharedWrites:
    """Writes waiting for their turn; each is on the disk, or has failed, when `run` returns."""

    def __init__(
        self,
        turn: AbstractContextManager[Any],
        transaction: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Take what gives the turn, to one thread at a time, and what is durable together or not at all."""
        self._turn = turn
        self._transaction = transaction
        self._waiting: deque[_Write] = deque()
        self._adding = threading.Lock()

    def run(self, write: Callable[[], T]) -> T:
        """Return what ``write`` returns, or raise what it raises.

        Args:
            write: Changes nothing but the file: where another write of its transaction fails, it is made
                again in one of its own.
        """
        mine = _Write(write)
        with self._adding:
            self._waiting.append(mine)
        with self._turn:
            while not mine.done:
                self._write_together(self._taken(), mine)
        if mine.error is not None:
            raise mine.error
        written: T = mine.written
        return written

    def _taken(self) -> Sequence[_Write]:
        with self._adding:
            taken = tuple(self._waiting)
            self._waiting.clear()
        return taken

    def _write_together(self, writes: Sequence[_Write], mine: _Write) -> None:
        try:
            self._write_all(writes)
        except Exception:  # noqa: BLE001 - whatever it is, it belongs to one of them
            for each in writes:
                self._write_alone(each)
        finally:
            left = [each for each in writes if not each.done and each is not mine]
            if left:  # something ended this thread, such as Ctrl-C: the others write for themselves
                with self._adding:
                    self._waiting.extendleft(reversed(left))

    def _write_alone(self, write: _Write) -> None:
        try:
            self._write_all([write])
        except Exception as error:  # noqa: BLE001 - raised by whoever waits for it
            write.error, write.done = error, True

    def _write_all(self, writes: Sequence[_Write]) -> None:
        with self._transaction():
            for each in writes:
                each.written = each.write()
        for each in writes:
            each.done = True
