"""Evaluation by execution: whether the calls of a reply return what the expected calls return.

Only tools that change nothing are ever executed, and only those count whose expected calls return the same
when they are executed again a little later.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from practicum.evaluation.arms import SANDBOX_SEED
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.figures import Execution, Scores, summarise
from practicum.evaluation.results import ItemResult, ItemStatus
from practicum.evaluation.returned import same_returned, tells_the_time
from practicum.graph.executing import make_executor
from practicum.records import ABSENT, Item, Observation, ToolCall
from practicum.tools.cassettes import Cassettes
from practicum.tools.catalog import Catalog
from practicum.tools.do_all import do_all
from practicum.tools.effects import Effect
from practicum.tools.executor import ExecutionLimits
from practicum.tools.policy import Rules, Taping
from practicum.tools.sandbox import Sandbox
from practicum.tools.turns import Turns

MAX_CHARACTERS = 200_000
"""Of an observation: what lies beyond is not compared, and nothing is said of such items."""
PAUSE_S = 1.1
"""Between the two executions of expected calls: a clock that counts seconds has moved on."""
SIDE_BY_SIDE = 8

NO_CALL = "no call is expected"
NOT_READ_ONLY = "a tool may change something"
FAILED = "an expected call returns an error"
UNREACHED = "a tool is out of reach"
TOO_LONG = "an expected call returns too much to compare"
CHANGING = "a tool does not return the same again"


class Execute:
    """Executes calls and compares what they return; remembers every result and each tool's nature."""

    def __init__(
        self,
        catalog: Catalog,
        *,
        pause_s: float = PAUSE_S,
        taping: Taping = Taping.NOT,
        cassettes: Cassettes | None = None,
    ) -> None:
        """Take the tools.

        Args:
            catalog: The tools.
            pause_s: Between the two executions of expected calls.
            taping: What the cassettes are for. Where all calls are answered from them nothing can change,
                so that calls of any tool are compared.
            cassettes: Where results are recorded or come from.
        """
        rules = Rules(taping=taping)
        self._tools = catalog.tools
        self._harmless = {
            tool.name for tool in catalog if rules.nothing_runs or tool.effect is Effect.READ_ONLY
        }
        limits = ExecutionLimits(max_characters=MAX_CHARACTERS)
        self._executor = make_executor(catalog.tools, rules, limits=limits, cassettes=cassettes)
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)
        self._turns = Turns()
        self._pause_s = 0.0 if rules.nothing_runs else pause_s
        self._returned: dict[str, Observation] = {}
        self._again: dict[str, Observation] = {}
        self._why_not: dict[str, str] = {}
        """Why items can't be compared, by their ids; empty where they can."""

    async def __call__(self, items: Sequence[Item], attempts: Sequence[Attempted], scores: Scores) -> Scores:
        """Return the scores with `same_result`: of the items that could be executed, whose calls agree.

        A call of a tool that may change something is not executed, and its item not the same; neither is one
        that returns an error, or that has no prediction.
        """
        await self._check(items)
        made = {attempt.id: attempt.prediction.calls for attempt in attempts}
        runnable = [item for item in items if not self._why_not[item.id]]
        allowed = [calls for item in runnable if self._may_run(calls := made.get(item.id, ()))]
        await self._execute([call for calls in allowed for call in calls], self._returned)
        asked = {item.id: item for item in items}
        results = [self._compared(asked[each.id], each, made) for each in scores.results]
        left = Counter(why for item in items if (why := self._why_not[item.id]))
        left.update(UNREACHED for calls in allowed if self._unreached(calls))
        return summarise(
            results,
            judging=scores.judging,
            execution=Execution(
                executed=sum(each.same_result is not None for each in results), left_out=dict(left)
            ),
        )

    def _compared(self, item: Item, result: ItemResult, made: Mapping[str, Sequence[ToolCall]]) -> ItemResult:
        if self._why_not[item.id] or result.status is ItemStatus.BROKEN:
            return result
        calls = made.get(item.id, ())
        if self._unreached(calls):
            return result
        same = self._may_run(calls) and same_returned(self._results(item.expected), self._results(calls))
        return result.model_copy(update={"same_result": same})

    async def _check(self, items: Sequence[Item]) -> None:
        """Find out which items can be compared, once for all arms."""
        unknown = [item for item in items if item.id not in self._why_not]
        candidates = [item for item in unknown if item.expected and self._may_run(item.expected)]
        expected = [call for item in candidates for call in item.expected]
        if expected:
            await self._execute(expected, self._returned)
            await asyncio.sleep(self._pause_s)
            await self._execute(expected, self._again)
            gone = {signature: each for signature, each in self._again.items() if _is_missing(each)}
            self._returned.update(gone)  # whether it returns the same again is not known
        changing = {call.name for call in expected if self._changes(call)}
        for item in unknown:
            self._why_not[item.id] = self._reason(item, changing)

    def _reason(self, item: Item, changing: set[str]) -> str:
        if not item.expected:
            return NO_CALL
        if not self._may_run(item.expected):
            return NOT_READ_ONLY
        if self._unreached(item.expected):
            return UNREACHED
        if changing & {call.name for call in item.expected}:
            return CHANGING
        results = self._results(item.expected)
        if not all(each.ok for each in results):
            return FAILED
        return TOO_LONG if any(each.truncated for each in results) else ""

    def _changes(self, call: ToolCall) -> bool:
        """Whether a call returned something else the second time, or tells the time."""
        first, again = self._returned[call.signature], self._again[call.signature]
        if _is_missing(first) or _is_missing(again):
            return False  # nothing is known of it
        if first.ok != again.ok:
            return True
        if not first.ok or first.truncated:
            return False
        # Exactly: of a clock in seconds since 1970, the tolerance between results is worth a second.
        return tells_the_time([call], [first]) or not same_returned([first], [again], tolerance=0)

    def _results(self, calls: Sequence[ToolCall]) -> list[Observation]:
        return [self._returned[call.signature] for call in calls]

    def _unreached(self, calls: Sequence[ToolCall]) -> bool:
        """Whether a tool was not there when one of these calls was executed: nothing is known of it."""
        return self._may_run(calls) and any(_is_missing(self._returned[call.signature]) for call in calls)

    def _may_run(self, calls: Sequence[ToolCall]) -> bool:
        """Whether nothing can change by these calls; a tool that does not exist only returns an error."""
        return bool(calls) and all(call.name in self._harmless for call in calls)

    def _sandboxes(self, call: ToolCall) -> tuple[Sandbox[Any], ...]:
        return self._executor.sandboxes([tool for tool in self._tools if tool.name == call.name])

    async def _execute(self, calls: Sequence[ToolCall], known: dict[str, Observation]) -> None:
        """Execute each distinct call that is not known yet, or whose tool was out of reach."""

        async def one(signature: str, call: ToolCall) -> None:
            async with self._slots, self._turns.episode(self._sandboxes(call), SANDBOX_SEED):
                known[signature] = await self._executor.execute(call)

        new = {call.signature: call for call in calls if _is_missing(known.get(call.signature))}
        await do_all([one(signature, call) for signature, call in new.items()])


def _is_missing(observation: Observation | None) -> bool:
    """Whether the call has no result yet: it was not executed, or its tool was out of reach."""
    return observation is None or observation.error in ABSENT
