"""Arms: the same items answered with and without what was learned, grounded and not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from practicum.errors import SetupError
from practicum.evaluation.attempt_log import AttemptLog
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.checks import check_items
from practicum.evaluation.ladder import Arm, Ladder, build_ladder
from practicum.evaluation.predict import make_predict
from practicum.evaluation.runner import Predict, run
from practicum.evaluation.scores import Addition, score
from practicum.nodes.decide import Decide
from practicum.nodes.recollect import Recollect
from practicum.records import Item
from practicum.tools.catalog import Catalog, in_fresh_sandboxes
from practicum.tools.executor import Executor

_PART = r"(?:base|(?:demos|notes|lora)(?:@[0-9]+)?)"
_ARM = re.compile(rf"champion|{_PART}(?: ?\+ ?{_PART})*")
SANDBOX_SEED = 0
"""Of the state that a tool with a sandbox starts each item with."""
GROUNDINGS = {"off": (False,), "on": (True,), "both": (False, True)}


@dataclass(frozen=True)
class ArmPlan:
    """One way to answer, before it is measured."""

    learned: str
    """What serves, as it was asked for: ``base``, ``demos@2``, ``demos+lora`` ..."""
    grounding: bool

    @property
    def name(self) -> str:
        """Unique in a ladder."""
        return f"{self.learned}, grounded" if self.grounding else self.learned

    @property
    def about(self) -> str:
        """The arm in words."""
        shown = "tool documentation" if self.learned == "base" else self.learned.replace("+", " and ")
        offered = "values offered from the query" if self.grounding else "values free under the schema"
        return f"{shown}; {offered}"


def plan_arms(learned: Sequence[str], grounding: str) -> list[ArmPlan]:
    """Return the arms in the order they are shown: all without grounding, then all with it.

    Raises:
        SetupError: an arm or a grounding is unknown.
    """
    if grounding not in GROUNDINGS:
        raise SetupError(f"there is no grounding {grounding!r}", "use on, off or both")
    for name in learned:
        if not _ARM.fullmatch(name):
            fix = "use base, demos, notes, lora, champion, a version such as demos@2, or demos+lora"
            raise SetupError(f"there is no arm {name!r}", fix)
    if not learned:
        raise SetupError("there is no arm to measure", "use --with base,demos")
    return [ArmPlan(name, grounded) for grounded in GROUNDINGS[grounding] for name in dict.fromkeys(learned)]


async def measure(
    items: Sequence[Item],
    catalog: Catalog,
    plans: Sequence[ArmPlan],
    agent_for: Callable[[ArmPlan], tuple[Decide, Recollect]],
    *,
    concurrency: int,
    log_for: Callable[[ArmPlan], AttemptLog] | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
    leaked: Collection[str] | None = None,
    additions: Sequence[Addition] = (),
) -> Ladder:
    """Run every arm on the same items and compare; with ``log_for``, go on where it was interrupted.

    The logs are left: whoever keeps the result forgets them after that. ``leaked`` are the ids of items that
    something learned contains, None where nobody looked; ``additions`` look at each arm's answers once they
    are scored.

    Raises:
        SetupError: an item expects a tool that is not there, or arguments that don't fit it.
    """
    check_items(items, catalog.specs)
    executor = Executor(catalog.tools)
    arms = []
    for plan in plans:
        predict = _in_sandboxes(make_predict(*agent_for(plan), executor), catalog)
        if log_for is not None:
            predict = log_for(plan).resuming(predict)

        def tell(done: int, of: int, _: Attempted, name: str = plan.name) -> None:
            if on_progress is not None:
                on_progress(name, done, of)

        results = await run(items, predict, concurrency=concurrency, on_progress=tell)
        scores = score(items, results.attempts, catalog.specs, leaked=leaked)
        for add in additions:
            scores = await add(items, results.attempts, scores)
        arms.append(Arm(name=plan.name, scores=scores, about=plan.about, attempts=results.attempts))
    return build_ladder(arms)


def _in_sandboxes(predict: Predict, catalog: Catalog) -> Predict:
    """Let each item's calls work on a state of its own, where tools have one."""

    async def sandboxed(item: Item) -> Attempted:
        with in_fresh_sandboxes(catalog.tools, SANDBOX_SEED):
            return await predict(item)

    return sandboxed
