"""What a home knows, gathered for the page: the journal, the newest demonstrations, the last evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version

from practicum.evaluation.ladder import Arm, Ladder, build_ladder
from practicum.evaluation.runs.record import Run
from practicum.evaluation.runs.store import RunStore
from practicum.evaluation.scores import score
from practicum.evaluation.wrong import where_to_look, wrong_items
from practicum.memory_store.entries import ModelUsage
from practicum.memory_store.home import Home
from practicum.records import Outcome, Trial, Usage, utc_now
from practicum.report.data import DroppedTrials, GateDecision, ReportData, ToolExploration
from practicum.report.exploration import FITS_NO_TOOL
from practicum.training.registry import RegistryStatus, status


def gather(home: Home) -> ReportData:
    """Return what the page shows of a home; it is only read.

    The evaluation is the newest one whose calls we compared ourselves: a benchmark's own verdicts have
    other figures.
    """
    standing = status(home)
    newest = home.journal.demonstration_set()
    run = next((each for each in RunStore(home.path).runs() if not each.judged_by), None)
    ladder = ladder_of(run) if run is not None else None
    shown = ladder.arms[-1] if ladder is not None else None
    trials = list(home.journal.trials())
    return ReportData(
        created_at=utc_now(),
        about=tuple(_about(trials, standing, run)),
        explored=tuple(_explored(trials, home.journal.usage_by_model())),
        notes=tuple(home.journal.notes()),
        demonstrations=newest.demonstrations[: _kept(newest.meta)] if newest is not None else (),
        dropped=tuple(_dropped(newest.meta)) if newest is not None else (),
        ladder=ladder,
        decisions=tuple(_decisions(standing)),
        wrong=wrong_items(run.items, shown.attempts, shown.scores) if run is not None and shown else (),
        next_steps=tuple(_next_steps(standing, trials, newest is not None, shown)),
    )


def ladder_of(run: Run) -> Ladder:
    """Return a kept evaluation's arms side by side, their answers compared again as they are compared now."""
    arms = [
        Arm(
            name=arm.name,
            about=arm.about,
            scores=score(run.items, [answer.attempted for answer in arm.answers], run.tools),
            attempts=tuple(answer.attempted for answer in arm.answers),
        )
        for arm in run.arms
    ]
    return build_ladder(arms).model_copy(update={"run": run.id})


def _about(trials: Sequence[Trial], standing: RegistryStatus, run: Run | None) -> Iterator[tuple[str, str]]:
    if trials:
        yield "practised by", ", ".join(sorted({trial.model for trial in trials}))
    yield "serves", str(standing.champion) if standing.champion else "base, nothing learned"
    if run is not None:
        yield "measured", f"{run.data}, {run.n} queries, {run.model}, {run.finished_at:%Y-%m-%d} ({run.id})"
    yield "version", f"practicum {version('practicum')}"


def _explored(trials: Sequence[Trial], used: Sequence[ModelUsage]) -> Iterator[ToolExploration]:
    by_tool: dict[str, list[Trial]] = {}
    calls: Counter[str] = Counter()
    for trial in trials:
        by_tool.setdefault(trial.tool, []).append(trial)
        # Of an episode of several tools, each call is its own tool's.
        calls.update(
            step.call.name if step.call.name in trial.others else trial.tool
            for step in (*trial.probes, *trial.steps)
            if step.call is not None and step.observation.real and step.observation.error not in FITS_NO_TOOL
        )
    for tool, found in sorted(by_tool.items()):
        ended = [trial.outcome for trial in found]
        yield ToolExploration(
            tool=tool,
            trials=len(found),
            solved=ended.count(Outcome.SOLVED),
            unsolved=ended.count(Outcome.UNSOLVED),
            broken=ended.count(Outcome.BROKEN),
            distinct_queries=len({trial.query for trial in found if trial.query}),
            tool_calls=calls[tool],
            of_several=sum(bool(trial.others) for trial in found),
            usage=sum((each.usage for each in used if each.tool == tool), Usage()),
            seconds=sum(trial.seconds for trial in found),
        )


def _kept(meta: Mapping[str, object]) -> int | None:
    """Return how many demonstrations of a set are trials; the others are their calls in other words."""
    kept = meta.get("kept")
    return kept if isinstance(kept, int) else None


def _dropped(meta: Mapping[str, object]) -> Iterator[DroppedTrials]:
    dropped = meta.get("dropped")
    if isinstance(dropped, Mapping):
        for reason, count in sorted(dropped.items(), key=lambda each: -each[1]):
            yield DroppedTrials(reason=reason, count=count)


def _decisions(standing: RegistryStatus) -> Iterator[GateDecision]:
    for each in standing.standings:
        if each.decision is not None:
            promoted = each.decision.action == "promote"
            yield GateDecision(candidate=each.candidate.name, promoted=promoted, reason=each.decision.reason)


def _next_steps(
    standing: RegistryStatus, trials: Sequence[Trial], curated: bool, shown: Arm | None
) -> Iterator[str]:
    if not trials:
        yield "practise: practicum explore --tools SOURCE"
    elif not curated:
        yield "keep what was solved: practicum curate --tools SOURCE"
    elif shown is None:
        yield "measure it: practicum evaluate --data FILE --tools SOURCE --with base,demos"
    undecided = [each.candidate.name for each in standing.standings if each.decision is None]
    if undecided:
        yield f"let it prove itself: practicum promote {undecided[0]} --tools SOURCE"
    if shown is not None:
        yield from where_to_look(shown.scores)
