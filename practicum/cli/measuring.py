"""What every `practicum evaluate` asks for, whatever it measures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.language_models import BaseChatModel

    from practicum.evaluation.ladder import Ladder
    from practicum.evaluation.runs.record import EvaluationRequest
    from practicum.evaluation.suites.port import Suite
    from practicum.models.budget import Budget
    from practicum.practice import Practice
    from practicum.records import Item
    from practicum.tools.cassettes import Cassettes
    from practicum.tools.policy import Rules


@dataclass(frozen=True)
class EvaluateOptions:
    """The options that items and benchmarks share."""

    data: str
    arms: str | None
    grounding: str
    limit: int | None
    model: str | None
    concurrency: int
    max_model_calls: int | None
    embedder: str | None
    home: Path | None
    as_json: bool
    max_cost: float | None = None
    prices: tuple[str, ...] = ()
    max_seconds: float | None = None

    def names(self, usual: str) -> list[str]:
        """Return the arms; refused before a home is made and a model loaded.

        Raises:
            SetupError: an arm or the grounding is unknown.
        """
        from practicum.evaluation.arms import plan_arms

        chosen = usual if self.arms is None else self.arms
        names = [name.strip() for name in chosen.split(",") if name.strip()]
        plan_arms(names, self.grounding)
        return names

    @cached_property
    def budget(self) -> Budget:
        """Limits on what all arms may use together.

        Raises:
            SetupError: a price has another form.
        """
        from practicum.cli.budgets import open_budget
        from practicum.cli.wiring import read_settings

        return open_budget(
            self.model or read_settings().model,
            max_cost=self.max_cost,
            prices=self.prices,
            max_model_calls=self.max_model_calls,
            max_seconds=self.max_seconds,
        )

    def opened(self) -> tuple[BaseChatModel, str]:
        """Return the model and its spec.

        Raises:
            SetupError: it can't be used, or there is a limit on money and its price is not known.
        """
        from practicum.cli.budgets import require_known_price
        from practicum.cli.wiring import open_model

        model, spec = open_model(self.model)
        require_known_price(self.budget, model, spec)
        return model, spec

    def asked(self, names: list[str], *, judged_by: str = "", **more: Any) -> EvaluationRequest:
        """Return what the kept run says it was asked for."""
        from practicum.evaluation.runs.record import EvaluationRequest

        options = {"with": names, "grounding": self.grounding, "limit": self.limit}
        limits: dict[str, Any] = {"max_model_calls": self.max_model_calls}
        limits |= {} if self.max_cost is None else {"max_cost": self.max_cost}
        options = {**options, **limits, **more}
        return EvaluationRequest(data=self.data, options=options, judged_by=judged_by)


@dataclass(frozen=True)
class Running:
    """The options that say what runs while measuring, and where its results go or come from."""

    execute: bool
    allow: tuple[str, ...]
    record: Path | None
    replay: Path | None

    @cached_property
    def cassettes(self) -> Cassettes | None:
        """The cassettes, opened once.

        Raises:
            SetupError: two folders are named, or there is nothing to replay.
            DataError: a line of a file is broken.
        """
        from practicum.cli.places import maybe_meant
        from practicum.tools.cassettes import open_cassettes

        return open_cassettes(maybe_meant(self.record), maybe_meant(self.replay))

    @property
    def rules(self) -> Rules:
        """What is decided by for each tool."""
        from practicum.tools.policy import Rules, Taping

        taping = self.cassettes.taping if self.cassettes is not None else Taping.NOT
        return Rules(frozenset(self.allow), taping=taping)

    @property
    def asked(self) -> dict[str, Any]:
        """What a kept run says of it: what was not asked for is left out."""
        named = {"allow": list(self.allow), "replay": str(self.replay or "")}
        return {"execute": self.execute, **{name: value for name, value in named.items() if value}}


def leaks(practice: Practice, items: Sequence[Item], *, as_json: bool, suite: Suite | None = None) -> int:
    """Print what of these items was tried or learned; exit status 1 if anything was.

    ``suite`` is the benchmark that the items are turns of: it is also told how many of its tasks have one.
    """
    from practicum.cli.opening import tell_unread
    from practicum.cli.wiring import console, print_json
    from practicum.report.tables import leak_table, leaked_tasks

    tell_unread(practice.home)
    report = practice.find_leaks(items)
    having = suite.having(report.ids) if suite is not None else frozenset()
    if as_json:
        tasks = {} if suite is None else {"tasks": len(suite.tasks), "leaked_tasks": sorted(having)}
        print_json({**report.as_dict(), **tasks})
        return 1 if report.ids else 0
    console().print(leak_table(report))
    if suite is not None:
        console().print(leaked_tasks(len(having), len(suite.tasks), len(items)), markup=False)
    return 1 if report.ids else 0


def print_ladder(ladder: Ladder, *, as_json: bool, judged_by: str = "") -> int:
    """Print the arms side by side, and under which id the run is kept; return the exit status.

    ``judged_by`` names the checker of a benchmark: its verdict has no levels. What broke is told beside
    JSON, too.
    """
    from practicum.cli.wiring import console, print_json
    from practicum.report.levels import (
        all_items_broke,
        broken_items_notes,
        leak_notes,
        levels_notes,
        levels_table,
    )
    from practicum.report.tables import ladder_table

    out = console()
    if as_json:
        print_json(ladder.figures())
    else:
        out.print(ladder_table(ladder, judged_by=judged_by))
    if not as_json and not judged_by:
        out.print(levels_table(ladder))
    if not as_json:
        notes = leak_notes(ladder.arms[0].scores.leaked) if judged_by else levels_notes(ladder)
        for note in notes:
            out.print(note, markup=False, emoji=False, soft_wrap=True)
    for note in broken_items_notes(ladder):
        console(stderr=as_json).print(note, markup=False, emoji=False, soft_wrap=True)
    tell_kept(ladder.run, as_json=as_json)
    return int(all_items_broke(ladder))


def tell_kept(run: str | None, *, as_json: bool) -> None:
    """Print under which id a run is kept, beside the figures where those are JSON."""
    from practicum.cli.wiring import console

    if run:
        console(stderr=as_json).print(f"kept as {run}", markup=False)
