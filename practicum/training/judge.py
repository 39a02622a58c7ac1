"""Judge: another model's view of a trial, in filtering only; never mixed with the trial's own reflection.

The three questions of the STE paper (section 3.2, filtering), asked for as a structured verdict: the
reference searched the judge's prose for "No".
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from langchain_core.messages import HumanMessage

from practicum.errors import BudgetSpent, ProviderError
from practicum.memory_store.home import Home
from practicum.models.caller import ChatModel
from practicum.nodes.conversation import transcript
from practicum.nodes.prompting import render
from practicum.records import QUESTIONS, JsonObject, Judgement, ToolSpec, Trial, canonical_json
from practicum.tools.do_all import do_all
from practicum.tracing import give_feedback, trial_run_id
from practicum.training.curate import worth_judging

NOT_JUDGED = "not judged"
REASON_CHARACTERS = 400
SCHEMA: JsonObject = {
    "title": "Judgement",
    "description": "Three verdicts on how an assistant used a tool, and why.",
    "type": "object",
    "properties": {
        "reason": {"type": "string", "maxLength": REASON_CHARACTERS},
        **{question: {"type": "boolean"} for question in QUESTIONS},
    },
    "required": ["reason", *QUESTIONS],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Judged:
    """What a judge said of a home's trials."""

    judgements: dict[str, Judgement]
    """By trial id, those that this judge made before included."""
    not_judged: int
    """Trials on which the judge failed: of these counts what the home keeps of a judge before, if any was."""


async def judge_home(
    home: Home,
    specs: Sequence[ToolSpec] | None,
    model: ChatModel,
    *,
    concurrency: int = 8,
    unverified: bool = False,
) -> Judged:
    """Ask a judge about the trials of a home that something would be learned from otherwise.

    Where only the call was confirmed, which the model did not come back to, it is shown what that returned.

    The journal keeps what it says as it comes, and what this judge said before is not asked again.

    Args:
        home: What was tried; open for writing.
        specs: The tools as they are now, which the judge is shown; None judges trials of all tools.
        model: The judge.
        concurrency: Trials side by side.
        unverified: Also ask about trials that were not executed, of which nothing else speaks.

    Raises:
        SetupError: the judge model can't be used at all.
    """

    def keep(trial_id: str, said: Judgement | None) -> None:
        if said is not None:
            home.journal.record_judgement(trial_id, said)
            about = trial_run_id(by_id[trial_id])
            give_feedback(
                about, "judge", score=said.good, value=said.objection or "good", comment=said.reason
            )

    known = home.journal.judgements_of(model.name)
    trials = worth_judging(
        home.journal.trials(),
        schema_hashes={spec.name: spec.schema_hash for spec in specs} if specs is not None else None,
        reviews={trial_id: review.verdict for trial_id, review in home.journal.reviews().items()},
        unverified=unverified,
    )
    by_id = {trial.id: trial for trial in trials}
    said = await judge_trials(
        trials, model, specs=specs or (), known=known, concurrency=concurrency, on_judged=keep
    )
    for trial_id in (
        name for name in said if name in known
    ):  # the judge that was named last is the one that counts
        home.journal.record_judgement(trial_id, known[trial_id])
    return Judged(said, len(trials) - len(said))


async def judge_trials(
    trials: Sequence[Trial],
    model: ChatModel,
    *,
    specs: Sequence[ToolSpec] = (),
    known: Mapping[str, Judgement] | None = None,
    concurrency: int = 8,
    on_judged: Callable[[str, Judgement | None], None] | None = None,
) -> dict[str, Judgement]:
    """Ask a judge about each trial, and return what it said by the trials' ids, in their order.

    A judge that fails, or whose reply can't be read, is never held against the trial: the trial is
    then absent, which counts as "not judged". A budget that is spent ends the judging, not the run.

    Args:
        trials: What to judge: those that would be kept otherwise.
        model: The judge; a stronger model than the one that made the trials.
        specs: The tools, which the judge is shown.
        known: Judgements made before: their trials are not judged again.
        concurrency: Trials side by side.
        on_judged: Called with each trial's id and judgement, None where it failed.

    Raises:
        SetupError: the judge model can't be used at all.
    """
    slots = asyncio.Semaphore(concurrency)
    documented = {spec.name: spec for spec in specs}
    done = dict(known or {})

    async def one(trial: Trial) -> None:
        async with slots:
            said = await _judge(trial, model, documented)
        if said is not None:
            done[trial.id] = said
        if on_judged is not None:
            on_judged(trial.id, said)

    await do_all([one(trial) for trial in trials if trial.id not in done])
    return {trial.id: done[trial.id] for trial in trials if trial.id in done}


def summary(trials: Iterable[Trial], judgements: Mapping[str, Judgement]) -> Counter[str]:
    """Count trials by what the judge said: "good", the reason it objects for, "not judged"."""
    said = (judgements.get(trial.id) for trial in trials)
    return Counter(NOT_JUDGED if each is None else each.objection or "good" for each in said)


async def _judge(trial: Trial, model: ChatModel, documented: Mapping[str, ToolSpec]) -> Judgement | None:
    try:
        return await ask_judge(trial, model, documented)
    except (ProviderError, BudgetSpent):
        return None


async def ask_judge(trial: Trial, model: ChatModel, documented: Mapping[str, ToolSpec]) -> Judgement | None:
    """Ask a judge about one trial; None where its reply can't be read.

    Raises:
        ProviderError: the judge model failed.
        BudgetSpent: a limit of the user's was reached.
        SetupError: the judge model can't be used at all.
    """
    marked = not model.takes_variants
    own, *others = [_told(name, documented.get(name)) for name in trial.tools]
    prompt = render(
        "judge",
        **own,
        others=others,
        transcript=transcript(trial.query, trial.steps, trial.answer, marked=marked),
        marked=marked,
    )
    reply = await model.ask([HumanMessage(content=prompt)], SCHEMA, temperature=0.0)
    return _read(reply.structured, model.name)


def _told(name: str, spec: ToolSpec | None) -> dict[str, str]:
    return {
        "name": name,
        "description": spec.description if spec else "",
        "parameters": canonical_json(spec.parameters) if spec else "",
    }


def _read(found: JsonObject | None, judge: str) -> Judgement | None:
    """Return the verdicts in a reply, None unless all three are there."""
    verdicts = {question: (found or {}).get(question) for question in QUESTIONS}
    if not all(isinstance(each, bool) for each in verdicts.values()):
        return None
    return Judgement(**verdicts, reason=str((found or {}).get("reason", ""))[:REASON_CHARACTERS], judge=judge)
