"""The part of the journal that holds trials."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from practicum.errors import JournalError
from practicum.memory_store import reading
from practicum.memory_store.entries import ModelUsage
from practicum.memory_store.ledger import Ledger
from practicum.memory_store.read_trials import ReadTrials
from practicum.records import SERVICE, Outcome, Trial, Usage

AMBIGUOUS_SHOWN = 5
"""How many ids an ambiguous prefix is answered with."""
MOST_NAMES = 900
"""Tools in one question: SQLite allows 999 gaps where it was built long ago."""
_NAMES_OTHERS = "instr(body, '\"others\":') > 0"
"""What only few rows are: those alone are read as JSON."""


class TrialRows:
    """Trials: recorded once, found by id, tool, outcome or episode."""

    _ledger: Ledger
    _read: ReadTrials

    def record_trial(self, trial: Trial) -> None:
        """Append a trial; when this returns, it is on the disk.

        Raises:
            JournalError: The id was recorded before, even if the trial is equal.
        """

        def write() -> None:
            if self.has_trial(trial.id):
                raise JournalError(
                    f"trial {trial.id} is recorded already", "ask `has_trial` first: a trial is recorded once"
                )
            self._ledger.append(
                "trials",
                Trial,
                trial.as_dict(),
                id=trial.id,
                episode_id=trial.episode_id,
                tool=trial.tool,
                outcome=trial.outcome.value,
            )

        self._ledger.together(write)

    def has_trial(self, trial_id: str) -> bool:
        """Whether a trial of this id was recorded."""
        return bool(self._ledger.rows("SELECT 1 FROM trials WHERE id = ?", trial_id))

    def trial(self, trial_id: str) -> Trial | None:
        """Return the trial of this id, or None."""
        return reading.one(self._ledger, Trial, "trials", "id = ?", trial_id)

    def find(self, id_prefix: str) -> Trial:
        """Return the one trial whose id starts with ``id_prefix``; a whole id always matches.

        Raises:
            JournalError: None or several match.
        """
        exact = self.trial(id_prefix)
        if exact is not None:
            return exact
        sql = "SELECT id, row, body FROM trials WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT ?"
        found = self._ledger.rows(sql, len(id_prefix), id_prefix, AMBIGUOUS_SHOWN + 1)
        if not found:
            raise JournalError(
                f"no trial's id starts with {id_prefix!r}", "`practicum memory list` shows the ids"
            )
        if len(found) > 1:
            shown = ", ".join(row[0] for row in found[:AMBIGUOUS_SHOWN])
            more = ", ..." if len(found) > AMBIGUOUS_SHOWN else ""
            raise JournalError(
                f"several trials' ids start with {id_prefix!r}: {shown}{more}", "give more of the id"
            )
        return reading.decoded(self._ledger, Trial, "trials", *found[0][1:])

    def trials(
        self, tool: str | None = None, *, outcome: Outcome | None = None, since_rowid: int = 0
    ) -> Iterator[Trial]:
        """Yield trials in the order of recording, those that are recorded meanwhile included.

        Args:
            tool: Only this tool's.
            outcome: Only these.
            since_rowid: Only what was recorded after `last_rowid` returned this.
        """
        where = {"tool": tool, "outcome": outcome}
        yield from reading.several(self._ledger, Trial, "trials", where, after=since_rowid)

    def trials_with(self, tool: str) -> list[Trial]:
        """Return the trials of a tool, and those of several tools that it was one of, oldest first."""
        sql = (
            f"SELECT row, body FROM trials WHERE tool = ? OR ({_NAMES_OTHERS}"  # noqa: S608 - own text
            " AND EXISTS (SELECT 1 FROM json_each(body, '$.others') WHERE key = ?)) ORDER BY row"
        )
        found = self._ledger.rows(sql, tool, tool)
        return [reading.decoded(self._ledger, Trial, "trials", *each) for each in found]

    def newest_trials(self, tool: str, most: int) -> list[Trial]:
        """Return at most ``most`` of a tool's newest trials, oldest first."""
        return self.newest_of([tool], most)

    def newest_of(self, tools: Collection[str], most: int) -> list[Trial]:
        """Return at most ``most`` of the newest trials of these tools together, oldest first."""
        names = sorted(tools)[:MOST_NAMES]
        marks = ", ".join("?" * len(names))
        sql = f"SELECT row FROM trials WHERE tool IN ({marks}) ORDER BY row DESC LIMIT ?"  # noqa: S608 - marks only
        return self._read.of([row for (row,) in reversed(self._ledger.rows(sql, *names, most))], self._ledger)

    def last_rowid(self) -> int:
        """Return the number of the newest trial's row, 0 without trials; see `trials`."""
        return int(self._ledger.rows("SELECT coalesce(max(row), 0) FROM trials")[0][0])

    def count_trials(self, tool: str | None = None, outcome: Outcome | None = None) -> int:
        """Return how many trials there are, of one tool or outcome if given."""
        return sum(
            count
            for (name, result), count in self.count_by_tool().items()
            if tool in (None, name) and outcome in (None, result)
        )

    def count_of_several(self) -> int:
        """Return how many trials are of several tools."""
        found = "json_extract(body, '$.others') IS NOT NULL"
        sql = f"SELECT count(*) FROM trials WHERE {_NAMES_OTHERS} AND {found}"  # noqa: S608 - own text
        return int(self._ledger.rows(sql)[0][0])

    def trial_ids(self, episode_id: str) -> list[str]:
        """Return the ids of an episode's trials in the order of recording."""
        sql = "SELECT id FROM trials WHERE episode_id = ? ORDER BY row"
        return [row[0] for row in self._ledger.rows(sql, episode_id)]

    def tools(self) -> list[str]:
        """Return the names of the tools that have trials, sorted."""
        return sorted({tool for tool, _ in self.count_by_tool()})

    def usage_by_model(self) -> tuple[ModelUsage, ...]:
        """Return what exploring took, by tool and model: trials, and the lessons of their episodes.

        Turns of service, which the deployed agent paid for, are not among them.
        """
        tokens = ", ".join(f"sum(json_extract(body, '$.usage.{name}'))" for name in Usage.model_fields)
        sql = (
            "SELECT tool, json_extract(body, '$.model') AS model, count(*), sum(outcome = ?),"  # noqa: S608 - own names
            f" {tokens} FROM trials WHERE json_extract(body, '$.origin') IS NOT ?"
            " GROUP BY tool, model ORDER BY tool, model"
        )
        lessons = self._lessons_by_model(tokens)
        return tuple(
            ModelUsage(
                tool=tool,
                model=model,
                trials=count,
                solved=solved,
                usage=_usage(used) + lessons.get((tool, model), Usage()),
            )
            for tool, model, count, solved, *used in self._ledger.rows(sql, Outcome.SOLVED.value, SERVICE)
        )

    def _lessons_by_model(self, tokens: str) -> dict[tuple[str, str], Usage]:
        if not self._ledger.has_table("summaries"):
            return {}
        sql = (
            "SELECT json_extract(body, '$.tool') AS tool, json_extract(body, '$.model') AS model,"  # noqa: S608 - own names
            f" {tokens} FROM summaries GROUP BY 1, 2"
        )
        return {(tool, model): _usage(used) for tool, model, *used in self._ledger.rows(sql)}

    def count_by_origin(self) -> dict[str, int]:
        """Return the number of trials by where they come from."""
        origin = "coalesce(json_extract(body, '$.origin'), 'exploration')"
        sql = f"SELECT {origin} AS origin, count(*) FROM trials GROUP BY origin"  # noqa: S608 - own names
        return dict(self._ledger.rows(sql))

    def count_by_tool(self) -> dict[tuple[str, Outcome], int]:
        """Return the number of trials by tool and outcome; absent where there are none."""
        sql = "SELECT tool, outcome, count(*) FROM trials GROUP BY tool, outcome"
        return {(tool, Outcome(outcome)): count for tool, outcome, count in self._ledger.rows(sql)}


def _usage(sums: Sequence[int | None]) -> Usage:
    """Return the sums of a question as usage, in the order of its fields."""
    return Usage(**dict(zip(Usage.model_fields, (count or 0 for count in sums), strict=True)))
