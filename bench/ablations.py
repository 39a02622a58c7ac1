"""What each part of the method is worth: the ablations of section 4.4 of the STE paper.

Each variant explores a home of its own with an equal number of trials, as `practicum explore
--without PART` does, curates it, and answers the held-out queries of its tools with the
demonstrations that came of it. Nothing learned (``base``) is measured once.

*Without execution* no call runs, neither those tried while imagining nor the attempts: each is
noted, and counts as accepted. Curation keeps only what was executed live, so for this variant
alone the trials are copied into a second home as if they had been; otherwise nothing would be
left to measure. A variant that keeps nothing answers as the base does.

Finished variants are read from their JSON, unfinished ones go on in their homes; what other code
would find other figures for (retrieval, say) is to be deleted by hand.

    python -m bench.ablations --episodes 5 --grounding both --log docs/log.md
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

import practicum
from bench.ablation_settings import GROUNDED, OUT, Settings, read
from bench.ablation_table import BASE, FULL, Variant, markdown
from bench.diversity import distinct_shares
from bench.log_entry import insert_entry, machine_line
from practicum.cli.progress import watch_evaluation, watch_exploration
from practicum.errors import SetupError
from practicum.evaluation.held_out import almanac_items
from practicum.evaluation.scores import Scores
from practicum.graph.options import PARTS
from practicum.graph.planning import make_plan
from practicum.memory_store.upkeep import sync
from practicum.models import load_chat_model
from practicum.practice import Practice
from practicum.records import Item, Mode, Outcome, Step, Trial, Usage, digest
from practicum.tools.catalog import Catalog
from practicum.training.learn import SET_APART

WITHOUT: dict[str, tuple[str, ...]] = {FULL: (), **{f"without {part}": (part,) for part in PARTS}}
"""What each variant leaves out."""


def measure(settings: Settings, out: Path, variants: Sequence[str] = tuple(WITHOUT)) -> list[Variant]:
    """Measure what is not measured yet; return the figures in the order of `WITHOUT`, the base first.

    Args:
        settings: What to measure.
        out: Holds a folder for each exploration that differs.
        variants: Those of `WITHOUT` to measure.
    """
    catalog = settings.catalog()
    items = settings.items(catalog)
    folder = out / settings.exploring(catalog)
    bench = _Bench(settings, catalog, items, folder, load_chat_model(settings.model))
    return asyncio.run(bench.all([name for name in WITHOUT if name in variants]))


@dataclass(frozen=True)
class _Bench:
    settings: Settings
    catalog: Catalog
    items: list[Item]
    folder: Path
    model: BaseChatModel

    async def all(self, names: Sequence[str]) -> list[Variant]:
        found: list[Variant] = []
        for number, name in enumerate([BASE, *names], start=1):
            print(f"{number}/{len(names) + 1} {name} ...", file=sys.stderr, flush=True)
            file = self.folder / name.replace(" ", "-") / "result.json"
            known = Variant.from_dict(json.loads(file.read_text("utf-8"))) if file.exists() else None
            if known is None or known.measured != self.measured:
                known = await (
                    self.base(file.parent) if name == BASE else self.variant(name, file.parent, found[0])
                )
                whole = file.with_suffix(".new")  # half a file would be taken for a result
                whole.write_text(json.dumps(known.as_dict()), "utf-8")
                whole.replace(file)
            found.append(known)
        return found

    @property
    def measured(self) -> str:
        """What tells measurements of the same exploration apart."""
        return digest([item.as_dict() for item in self.items], self.settings.grounding)

    async def base(self, folder: Path) -> Variant:
        """Answer with nothing learned."""
        with _timed(folder, "measuring", self.measured) as seconds, self.open(folder / "home") as practice:
            scores = await self.scores(practice, "base")
        return Variant(name=BASE, measured=self.measured, scores=scores, seconds=seconds)

    async def variant(self, name: str, folder: Path, base: Variant) -> Variant:
        """Explore without a part of the method, curate, and answer."""
        with self.open(folder / "home") as practice:
            with _timed(folder, "exploring") as exploring:
                trials = await self.explore(practice, WITHOUT[name])
            figures = self.figures(practice, trials)
            if "execution" not in WITHOUT[name]:
                return await self.taught(name, practice, folder, base, figures, exploring)
            with self.open(folder / "taught") as second:
                _copy_as_if_executed(practice, second)
                return await self.taught(name, second, folder, base, figures, exploring)

    async def explore(self, practice: Practice, without: Sequence[str]) -> list[Trial]:
        settings = self.settings
        plan = make_plan(
            self.catalog,
            self.model,
            model_name=settings.model,
            episodes=settings.episodes,
            trials=settings.trials,
            strategy=settings.strategy,
            seed=settings.seed,
            without=without,
        )
        with watch_exploration(plan.total, plan.total - practice.left(plan)) as watch:
            await practice.run(plan, self.model, watch=watch)
        return practice.trials_of(plan)

    def figures(self, practice: Practice, made: Sequence[Trial]) -> dict[str, Any]:
        trials = [trial for trial in made if trial.outcome is not Outcome.BROKEN]
        usage = sum((trial.usage for trial in made), Usage())
        return {
            "trials": len(trials),
            "broken": len(made) - len(trials),
            "solved": sum(trial.outcome is Outcome.SOLVED for trial in trials),
            "distinct": distinct_shares(trials, practice.home.embedder) if trials else {},
            "prompt_tokens": usage.prompt_tokens,
        }

    async def taught(
        self,
        name: str,
        practice: Practice,
        folder: Path,
        base: Variant,
        figures: Mapping[str, Any],
        exploring: dict[str, float],
    ) -> Variant:
        kept = self.curate(practice)
        with _timed(folder, "measuring", self.measured) as measuring:
            scores = await self.scores(practice, "demos") if kept else base.scores
        return Variant(
            name=name,
            measured=self.measured,
            scores=scores,
            seconds={**exploring, **measuring},
            **figures,
            **kept,
        )

    def curate(self, practice: Practice) -> dict[str, int]:
        """Return how many were kept, set apart and added in other words; nothing if none passed."""
        held_out = [*almanac_items(), *self.items]
        try:
            curated, _ = practice.curate(tools=self.catalog, held_out=held_out)
        except SetupError as error:
            print(f"nothing kept: {error.message}", file=sys.stderr)
            return {}
        kept, apart = len(curated.kept), curated.dropped[SET_APART]
        return {"kept": kept, "set_apart": apart, "rephrased": len(curated.rephrased)}

    async def scores(self, practice: Practice, learned: str) -> dict[str, Scores]:
        """Return the scores of what was learned, by what is said of grounding in an arm's name."""
        with watch_evaluation() as watch:
            ladder = await practice.evaluate(
                self.items,
                self.catalog,
                model=self.model,
                model_name=self.settings.model,
                arms=(learned,),
                grounding=self.settings.grounding,
                on_progress=watch,
            )
        return {
            suffix: ladder.arm(f"{learned}{suffix}").scores for suffix in GROUNDED[self.settings.grounding]
        }

    def open(self, home: Path) -> Practice:
        return practicum.open(home, embedder=self.settings.embedder)


def _copy_as_if_executed(source: Practice, target: Practice) -> None:
    for trial in source.home.journal.trials():
        if not target.home.journal.has_trial(trial.id):
            target.home.journal.record_trial(as_if_executed(trial))
    sync(target.home.journal, target.home.index)


def as_if_executed(trial: Trial) -> Trial:
    """Return a trial in which what was only noted counts as executed."""

    def live(step: Step) -> Step:
        return step.model_copy(
            update={"observation": step.observation.model_copy(update={"mode": Mode.LIVE})}
        )

    changed = {"probes": tuple(map(live, trial.probes)), "steps": tuple(map(live, trial.steps))}
    return trial.model_copy(update=changed)


@contextmanager
def _timed(folder: Path, what: str, key: str = "") -> Iterator[dict[str, float]]:
    """Add up wall-clock seconds of ``what``, over interruptions, in a file; filled in at the end."""
    file = folder / f"{what}{key}-seconds"
    folder.mkdir(parents=True, exist_ok=True)
    before = float(file.read_text("utf-8")) if file.exists() else 0.0
    started = time.perf_counter()
    seconds: dict[str, float] = {}
    try:
        yield seconds
    finally:
        seconds[what] = round(before + time.perf_counter() - started, 1)
        file.write_text(str(seconds[what]), "utf-8")


def run(quick: bool = False) -> dict[str, Any]:
    """Measure with the embedded model, for `python -m bench --only ablations`; hours unless quick."""
    few = Settings(tool=("convert_units", "public_holidays"), episodes=1, trials=2, limit=6, grounding="on")
    settings = few if quick else Settings(episodes=5)
    found = measure(settings, OUT)
    return {"table": markdown(found), "variants": [each.figures() for each in found]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table; with ``--log`` it becomes an entry of the log."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    settings, options = read(given, WITHOUT)
    if options.log is not None and not options.log.is_file():
        print(f"error: there is no log {options.log}\nfix: name one that is there", file=sys.stderr)
        return 2
    try:
        found = measure(settings, options.out, options.variant or tuple(WITHOUT))
    except KeyboardInterrupt:
        print("interrupted: the same command goes on from here", file=sys.stderr)
        return 130
    except SetupError as error:
        print(f"error: {error.message}\nfix: {error.fix}", file=sys.stderr)
        return 2
    table = markdown(found)
    print(table)
    if options.log is not None:
        title = f"ablations of the method, model {settings.model}"
        added = insert_entry(options.log, title, f"{machine_line('bench.ablations', given)}\n\n{table}")
        print(f"{'added to' if added else 'already in'} {options.log}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
