"""From an evaluation that has ended to the record of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practicum.evaluation.arms import ArmPlan
from practicum.evaluation.data import writable
from practicum.evaluation.ladder import Arm, Ladder
from practicum.evaluation.runs.provenance import endpoint_of, seed_of, temperature_of, versions, without_user
from practicum.evaluation.runs.record import EvaluationRequest, ItemAnswer, Run, RunArm, ServedPart, data_hash
from practicum.nodes.prompting import prompts_hash
from practicum.records import Item, ToolSpec, digest, utc_now
from practicum.tools.sanitize import sanitize

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MOST_RAW = 2000
"""Characters of a reply that are kept beside its calls."""


@dataclass(frozen=True)
class Setting:
    """What all arms of an evaluation have in common."""

    items: Sequence[Item]
    specs: Sequence[ToolSpec]
    model: BaseChatModel
    name: str
    """How the model is named."""
    embedder: str
    concurrency: int


@dataclass(frozen=True)
class ArmFacts:
    """What is known of an arm besides its figures."""

    plan: ArmPlan
    served: tuple[ServedPart, ...]
    resumed: int


def make_run(
    asked: EvaluationRequest, ladder: Ladder, setting: Setting, facts: Mapping[str, ArmFacts]
) -> Run:
    """Return the record of an evaluation; the store gives it its id.

    Args:
        asked: What was asked for.
        ladder: How the arms did, with their attempts.
        setting: What all arms have in common.
        facts: By the arm's name.
    """
    answered = [writable(attempt.model_dump()) for arm in ladder.arms for attempt in arm.attempts]
    return Run(
        id="",
        key=digest(answered, length=32),
        finished_at=utc_now(),
        data=asked.data,
        data_hash=data_hash(setting.items),
        n=len(setting.items),
        options=_without_users(asked.options),
        model=without_user(setting.name),
        endpoint=endpoint_of(setting.model),
        seed=seed_of(setting.model),
        temperature=temperature_of(setting.model),
        embedder=setting.embedder,
        concurrency=setting.concurrency,
        prompts_hash=prompts_hash(),
        versions=versions(),
        schema_hashes={spec.name: spec.schema_hash for spec in setting.specs},
        figures=ladder.figures(),
        groups=asked.groups,
        judged_by=asked.judged_by,
        items=tuple(setting.items),
        tools=tuple(setting.specs),
        arms=tuple(_arm(arm, facts[arm.name]) for arm in ladder.arms),
    )


def _arm(arm: Arm, facts: ArmFacts) -> RunArm:
    judged = {result.id: result for result in arm.scores.results}
    answers = []
    for attempt in arm.attempts:
        prediction, result = attempt.prediction, judged[attempt.id]
        answers.append(
            ItemAnswer(
                id=attempt.id,
                calls=prediction.calls,
                raw=_bounded(prediction.raw),
                usage=attempt.usage,
                seconds=attempt.seconds,
                broken=attempt.broken and _bounded(attempt.broken),
                strict=result.strict,
                lenient=result.lenient,
                why=result.why,
                tools=result.tools,
                unsure=result.unsure,
                verdict=result.verdict,
                same_result=result.same_result,
                leaked=result.leaked,
                attacked=result.attacked,
            )
        )
    return RunArm(
        name=arm.name,
        about=arm.about,
        learned=facts.plan.learned,
        served=facts.served,
        grounding=facts.plan.grounding,
        resumed=facts.resumed,
        answers=tuple(answers),
    )


def _bounded(text: str) -> str:
    return sanitize(text, limit=MOST_RAW)[0]


def _without_users(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_users(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_users(part) for part in value]
    return without_user(value) if isinstance(value, str) else value
