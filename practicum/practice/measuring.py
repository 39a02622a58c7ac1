"""What it is worth, and what serves because of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from practicum.graph.planning import Tools, as_catalog, name_of
from practicum.models.budget import Budget
from practicum.practice.evaluating import Evaluating
from practicum.records import Item
from practicum.tools.threads import to_the_end

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.evaluation.gate import GateVerdict
    from practicum.evaluation.validation import Validation
    from practicum.tools.policy_file import PolicyFile
    from practicum.training.registry import RegistryStatus, Serving


class Measuring(Evaluating):
    """What it is worth, and what serves because of it."""

    async def promote(
        self,
        candidate: str,
        tools: Tools,
        *,
        model: BaseChatModel,
        items: Sequence[Item] | None = None,
        held_out: Sequence[Item] = (),
        min_gain: float = 0.0,
        alone: bool = False,
        concurrency: int = 16,
        budget: Budget | None = None,
        model_name: str | None = None,
        allow: Sequence[str] = (),
        policy: PolicyFile | None = None,
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> GateVerdict:
        """Measure a candidate against what serves, and let it serve if it proves better.

        The decision is kept either way. Queries that were learned from are left out and counted.

        Args:
            candidate: ``demos@N``, ``notes@N`` or ``lora@N``.
            tools: All tools that are shown.
            model: Who answers.
            items: Queries with their calls; None: what this home's practice set apart (`validation`).
            held_out: Items that measure, as they were given to `curate`: none near them decides.
            min_gain: Gain in the rate of correct answers that is worth a change.
            alone: Serve it without what the champion has of other kinds.
            concurrency: Items side by side.
            budget: Limits on money, model calls and seconds.
            model_name: How messages name the model.
            allow: As for `evaluate`.
            policy: As for `evaluate`.
            on_progress: Called with an arm's name, items done and items in all.

        Raises:
            SetupError: there is no such candidate, it serves already, an item does not fit the tools, or too
                few of them need a call, phrasings of one call counted once.
        """
        self.home.journal.require_writing()
        from practicum.evaluation.gate import judge_candidate, require_enough
        from practicum.graph.planning import is_embedded
        from practicum.training import registry

        against, serving = registry.challenge(self.home, candidate, alone=alone)
        versions = (*against.names, *serving.names)
        valid, groups = await to_the_end(self._deciding, items, tools, held_out, versions)
        require_enough(valid.items, overlapping=valid.overlapping, groups=groups)
        ladder = await self.evaluate(
            valid.items,
            tools,
            model=model,
            arms=(str(against), str(serving)),
            grounding="on" if is_embedded(model) else "off",
            concurrency=concurrency,
            budget=budget,
            model_name=model_name,
            allow=allow,
            policy=policy,
            on_progress=on_progress,
            find_leaks=False,  # what was learned from is left out already
        )
        before, after = (arm.scores for arm in ladder.arms)
        verdict = judge_candidate(
            before, after, items=valid.items, min_gain=min_gain, overlapping=valid.overlapping, groups=groups
        )
        figures = {"model": model_name or name_of(model), "min_gain": min_gain, **verdict.figures()}
        registry.decide(self.home, candidate, verdict.promoted, against, verdict.reason, figures, alone=alone)
        return verdict

    def validation(self, tools: Tools, *, held_out: Sequence[Item] = ()) -> list[Item]:
        """Return what decides about a candidate: queries that practice set apart, and some without a call.

        What was simulated, or checked and never executed, decides nothing, whether it is learned from or not.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        from practicum.errors import SetupError
        from practicum.evaluation.validation import no_call_items
        from practicum.training.negatives import requests_that_decide

        try:
            examples = self.examples(tools, held_out=held_out)
        except SetupError as error:
            if not self.home.journal.count_trials():
                raise
            raise SetupError(
                f"nothing that execution confirmed is here to decide ({error.message})",
                "name queries with known calls: --data FILE; or let the tools run while exploring",
            ) from error
        calls = [
            Item(id=each.id, query=each.query, expected=(each.call,) if each.call else ())
            for each in examples.of("validation")
        ]
        practised = [(each.query, each.call) for each in examples.kept]
        return [*calls, *no_call_items(requests_that_decide(), practised, self.home.embedder)]

    def _deciding(
        self, items: Sequence[Item] | None, tools: Tools, held_out: Sequence[Item], versions: Sequence[str]
    ) -> tuple[Validation, dict[str, str]]:
        """Return what decides between versions, and by id the call of which an item is one phrasing.

        What practice set apart are calls, each in several phrasings. Among queries of the user's own those
        that expect the very same arguments are taken for phrasings of one call, too.
        """
        given = self.validation(tools, held_out=held_out) if items is None else items
        groups = {
            each.id: "\n".join(call.signature for call in each.expected)
            for each in given
            if each.expected and (items is None or any(call.arguments for call in each.expected))
        }
        return self._not_learned(given, versions), groups

    def _not_learned(self, items: Sequence[Item], versions: Sequence[str]) -> Validation:
        """Leave out what any of these versions was learned from."""
        from practicum.evaluation.validation import validation_items
        from practicum.training import registry

        learned = [
            pair for name in dict.fromkeys(versions) for pair in registry.learned_queries(self.home, name)
        ]
        return validation_items(items, learned, self.home.embedder)

    def rollback(self) -> Serving:
        """Let serve again what served before the last promotion, and return it.

        Raises:
            SetupError: there is nothing to go back to.
        """
        self.home.journal.require_writing()
        from practicum.training import registry

        return registry.rollback(self.home)

    def status(self, tools: Tools | None = None) -> RegistryStatus:
        """Return what serves, every candidate with its verdict, and what is stale with these tools."""
        from practicum.training import registry

        return registry.status(self.home, as_catalog(tools).specs if tools is not None else ())
