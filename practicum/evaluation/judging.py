"""A judge: a model that is asked where the deterministic levels of matching are unsure, and only there.

Nothing is known of how right it is: its verdicts are counted apart, beside strict and lenient.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from langchain_core.messages import HumanMessage

from practicum.errors import BudgetSpent, ProviderError
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.figures import Judging, Scores, summarise
from practicum.evaluation.results import ItemResult
from practicum.evaluation.verdict_log import VerdictKey, VerdictLog
from practicum.models.caller import ChatModel
from practicum.nodes.conversation import clip
from practicum.nodes.prompting import render
from practicum.records import Item, JsonObject, ToolCall, ToolSpec, canonical_json

REASON_CHARACTERS = 300
SHOWN_CHARACTERS = 2000
"""Of each part of what a judge is shown: a reply can be as long as a model cares to write."""
SCHEMA: JsonObject = {
    "title": "SameCall",
    "description": "Whether two calls do the same for a request, and why.",
    "type": "object",
    "properties": {
        "reason": {"type": "string", "maxLength": REASON_CHARACTERS},
        "same": {"type": "boolean"},
    },
    "required": ["reason", "same"],
    "additionalProperties": False,
}


class Judge:
    """Asks a model whether calls say the same; remembers its verdicts, so that arms share them."""

    def __init__(
        self, model: ChatModel, specs: Sequence[ToolSpec], verdicts: VerdictLog | None = None
    ) -> None:
        """Make a judge of calls of these tools; ``verdicts`` are those that it gave before."""
        self._model = model
        self._described = {spec.name: spec.description for spec in specs}
        self._verdicts = verdicts or VerdictLog()

    async def __call__(self, items: Sequence[Item], attempts: Sequence[Attempted], scores: Scores) -> Scores:
        """Return the scores with a verdict on each unsure item.

        A judge that fails or whose reply can't be read is never held against an item: the item is then in
        none of the judged figures.

        Raises:
            BudgetSpent: there are items left to judge; the verdicts on the others are kept.
            SetupError: the judge model can't be used at all.
        """
        asked = {item.id: item for item in items}
        made = {attempt.id: attempt.prediction.calls for attempt in attempts}
        unsure = [each for each in scores.results if each.unsure]
        try:
            await self._ask_all([(asked[each.id], made[each.id]) for each in unsure])
        except BudgetSpent as error:
            # Ended as if it were done, the items without a verdict could be judged by no later run.
            message = f"{len(unsure)} items wait for a judge, and the budget was spent before it had seen all"
            fix = "run the same command again with a larger limit: it asks for no answer and no verdict twice"
            raise BudgetSpent(message, fix) from error
        verdicts = {each.id: self._verdicts.get(_question(each.id, made[each.id])) for each in unsure}
        results = [_with_verdict(each, verdicts) for each in scores.results]
        said = list(verdicts.values())
        judging = Judging(
            judge=self._model.name,
            asked=len(said),
            same=said.count(True),
            different=said.count(False),
            not_judged=said.count(None),
        )
        return summarise(results, judging=judging, execution=scores.execution)

    async def _ask_all(self, doubts: Sequence[tuple[Item, tuple[ToolCall, ...]]]) -> None:
        """Ask about all of them side by side; the first error that is the user's ends the others."""
        tasks = [asyncio.ensure_future(self._ask(item, calls)) for item, calls in doubts]
        try:
            await asyncio.gather(*tasks)
        except BudgetSpent:
            # What is in flight is paid for; whatever is not refuses at once.
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, item: Item, calls: tuple[ToolCall, ...]) -> None:
        question = _question(item.id, calls)
        if question in self._verdicts:
            return
        prompt = HumanMessage(content=self._prompt(item, calls))
        try:
            reply = await self._model.ask([prompt], SCHEMA, temperature=0.0)
        except ProviderError:
            return
        same = (reply.structured or {}).get("same")
        if isinstance(same, bool):
            self._verdicts.add(question, same=same)

    def _prompt(self, item: Item, calls: Sequence[ToolCall]) -> str:
        tools = {call.name: self._described.get(call.name, "") for call in item.expected}
        return render(
            "same_call",
            request=_shown(item.query),
            tools=_shown(tools),
            expected=_shown([call.as_dict() for call in item.expected]),
            given=_shown([call.as_dict() for call in calls]),
        )


def _with_verdict(result: ItemResult, verdicts: dict[str, bool | None]) -> ItemResult:
    if result.id not in verdicts:
        return result
    return result.model_copy(update={"verdict": verdicts[result.id]})


def _question(name: str, calls: Sequence[ToolCall]) -> VerdictKey:
    return name, tuple(call.signature for call in calls)


def _shown(value: object) -> str:
    """As JSON on one line, bounded: no text of a stranger can look like the end of the evidence."""
    return clip(canonical_json(value), SHOWN_CHARACTERS)
