"""Trials that were read from the journal lately, decoded."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from practicum.memory_store import reading
from practicum.memory_store.ledger import Ledger
from practicum.records import Trial

AT_ONCE = 900
"""Rows in one question: SQLite allows 999 gaps where it was built long ago."""
MOST_KEPT = 2500
"""The newest 120 of some twenty tools that are practised side by side; some ten megabytes."""


class ReadTrials:
    """Trials that were read lately, by their rows: what is recorded never changes.

    Every trial that begins looks at the newest ones; decoding them took longer than all else of recalling.
    """

    def __init__(self) -> None:
        self._known: dict[int, Trial] = {}
        self._mutex = threading.Lock()

    def of(self, rows: Sequence[int], ledger: Ledger) -> list[Trial]:
        """Return the trials in these rows, in their order."""
        with self._mutex:
            found = {row: self._known[row] for row in rows if row in self._known}
        missing = [row for row in rows if row not in found]
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT row, body FROM trials WHERE row IN ({marks})"  # noqa: S608 - marks only
            found |= {
                row: reading.decoded(ledger, Trial, "trials", row, body)
                for row, body in ledger.rows(sql, *some)
            }
        with self._mutex:
            self._known |= {row: found[row] for row in missing}
            for oldest in list(self._known)[: max(0, len(self._known) - MOST_KEPT)]:
                del self._known[oldest]
        return [found[row] for row in rows]
