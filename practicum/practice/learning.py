"""From what was tried to demonstrations, training examples and adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.graph.planning import (
    Tools,
    as_catalog,
    name_of,
)
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.caller import CALLS_AT_ONCE, ModelCaller
from practicum.records import Item, Judgement

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.memory_store.candidates import Adapter
    from practicum.models.budget import Budget
    from practicum.training.build_examples import Examples
    from practicum.training.curate import Curated
    from practicum.training.judge import Judged
    from practicum.training.judge_labels import JudgeAgreement
    from practicum.training.paraphrase import Paraphrased
    from practicum.training.rounds import Round
    from practicum.training.service_trials import Reflected
    from practicum.training.training_record import TrainingProgress


class Learning:
    """From what was tried to demonstrations, training examples and adapters."""

    home: Home

    async def judge(
        self,
        model: BaseChatModel,
        *,
        tools: Tools | None = None,
        model_name: str | None = None,
        include_simulated: bool = False,
        budget: Budget | None = None,
    ) -> Judged:
        """Ask a judge about every trial that something is learned from: informative, faithful, appropriate?

        What it says is kept in the home as it comes, and counts from then on; what this judge said before
        is not asked again. ``include_simulated`` is as for `curate`. A spent budget ends the asking;
        `Budget.refused` then says why.
        """
        self.home.journal.require_writing()
        from practicum.training.judge import judge_home

        specs = as_catalog(tools).specs if tools is not None else None
        caller = ModelCaller(model, name=model_name or name_of(model), budget=budget)
        return await judge_home(self.home, specs, caller, unverified=include_simulated)

    async def reflect(
        self,
        model: BaseChatModel,
        *,
        as_judge: bool = False,
        tools: Tools | None = None,
        limit: int | None = None,
        concurrency: int = 8,
        budget: Budget | None = None,
        model_name: str | None = None,
    ) -> Reflected:
        """Judge what the agent did in service, with ``learn``: each turn becomes a trial with its verdict.

        Before, nothing is made of it. See `practicum.training.service_trials.reflect_home`.

        Args:
            model: Who is asked where execution leaves it open.
            as_judge: Ask the three questions of `judge`, instead of whether the request was fulfilled.
            tools: What a judge is shown of the tools.
            limit: At most so many turns, the oldest first.
            concurrency: Turns side by side.
            budget: Limits on money, model calls and seconds.
            model_name: How messages, and the home, name the model.

        Raises:
            BudgetSpent: a limit was reached; what was judged is kept.
            SetupError: the model can't be used at all.
        """
        self.home.journal.require_writing()
        from practicum.training.service_trials import reflect_home
        from practicum.training.turn_endings import asking_itself, asking_judge

        calls = max(concurrency, CALLS_AT_ONCE)  # no turn waits for another's calls
        caller = ModelCaller(model, name=model_name or name_of(model), budget=budget, concurrency=calls)
        specs = as_catalog(tools).specs if tools is not None else ()
        ask = asking_judge(caller, specs) if as_judge else asking_itself(caller)
        return await reflect_home(self.home, ask, limit=limit, concurrency=concurrency)

    async def paraphrase(
        self,
        model: BaseChatModel,
        tools: Tools,
        *,
        model_name: str | None = None,
        budget: Budget | None = None,
    ) -> Paraphrased:
        """Ask a model for other ways to say the queries it imagined; what passes the checks is kept.

        A spent budget ends the asking; `Budget.refused` then says why. See
        `practicum.training.paraphrase.paraphrase_home` for what may go wrong.
        """
        self.home.journal.require_writing()
        from practicum.training.paraphrase import paraphrase_home

        caller = ModelCaller(model, name=model_name or name_of(model), budget=budget)
        return await paraphrase_home(self.home, as_catalog(tools).specs, caller)

    async def judge_agreement(
        self, model: BaseChatModel, *, model_name: str | None = None, budget: Budget | None = None
    ) -> JudgeAgreement:
        """Ask a judge about thirty trials with known verdicts: how far can its others be trusted?"""
        from practicum.training.judge_labels import judge_labelled

        return await judge_labelled(ModelCaller(model, name=model_name or name_of(model), budget=budget))

    def curate(
        self,
        *,
        tools: Tools | None = None,
        held_out: Sequence[Item] = (),
        judgements: Mapping[str, Judgement] | None = None,
        include_simulated: bool = False,
        origin: str | None = None,
    ) -> tuple[Curated, int]:
        """Filter what was tried into a new demonstration set, and return it with its version.

        What practice sets apart for deciding and for testing (`examples`) becomes no demonstration.

        Args:
            tools: The tools as they are now; trials of tools that changed since are dropped.
            held_out: Items that measure: nothing learned may be near them.
            judgements: What a judge said, by trial; None: what the home keeps of it (`judge`).
            include_simulated: Whether trials count whose calls were simulated, or checked and never
                executed: nothing but their own reflection speaks for them.
            origin: Only trials of ``exploration``, or only of ``service``; None: both.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        self.home.journal.require_writing()
        from practicum.training.learn import learn_demonstrations

        specs = as_catalog(tools).specs if tools is not None else None
        return learn_demonstrations(
            self.home, specs, held_out, judgements=judgements, unverified=include_simulated, origin=origin
        )

    def examples(
        self,
        tools: Tools,
        *,
        held_out: Sequence[Item] = (),
        judgements: Mapping[str, Judgement] | None = None,
        include_simulated: bool = False,
        answers: Mapping[str, str] | None = None,
    ) -> Examples:
        """Return what could be trained on, split into training, validation and test by call.

        The arguments are those of `curate`; ``answers`` to requests that need no tool (`no_call_answers`)
        become examples without a call.

        Raises:
            SetupError: nothing was explored yet, or nothing passed.
        """
        from practicum.training.build_examples import build_examples

        specs = as_catalog(tools).specs
        return build_examples(
            self.home,
            specs,
            held_out=held_out,
            judgements=judgements,
            unverified=include_simulated,
            answers=answers,
        )

    async def no_call_answers(
        self, model: BaseChatModel, requests: Sequence[str] | None = None
    ) -> dict[str, str]:
        """Ask a model about requests that need no tool, so that it does not forget how to answer them."""
        from practicum.training.negatives import answers_for, requests_to_learn

        asked = requests_to_learn() if requests is None else requests
        return await answers_for(asked, ModelCaller(model, name=name_of(model)))

    def train(
        self,
        tools: Tools,
        wanted: Round | None = None,
        *,
        base: str = "local",
        merge: Path | None = None,
        gguf: Path | None = None,
        watch: Callable[[TrainingProgress], None] | None = None,
    ) -> Adapter:
        """Fine-tune an adapter on what was practised, and register it as a candidate; blocks.

        Without ``wanted`` all tools are trained together, from the base. See
        `practicum.training.fine_tune.fine_tune` for the arguments and what may go wrong.
        """
        from practicum.models.cache import cache_dir
        from practicum.training.fine_tune import fine_tune
        from practicum.training.processes import is_first
        from practicum.training.rounds import Round

        if is_first():  # the others of those that train together read
            self.home.journal.require_writing()
        specs, cache = as_catalog(tools).specs, cache_dir()
        return fine_tune(
            self.home, specs, wanted or Round(), base=base, cache=cache, merge=merge, gguf=gguf, watch=watch
        )

    def write_adapter(
        self, name: str, *, merge: Path | None = None, gguf: Path | None = None, base: str | None = None
    ) -> Adapter:
        """Write an adapter of this home and its base as one model, for other programs.

        See `practicum.training.merged_forms.write_forms` for the arguments and what may go wrong.
        """
        from practicum.models.cache import cache_dir
        from practicum.training.merged_forms import write_forms

        return write_forms(self.home, name, cache=cache_dir(), merge=merge, gguf=gguf, base=base)
