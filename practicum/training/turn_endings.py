"""How turns of the deployed agent ended: what execution and the user's next words show, then a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from practicum.hostile import instruction_like
from practicum.memory_store.turn_files import KeptTurn
from practicum.models.caller import ChatModel
from practicum.nodes.conversation import clip
from practicum.nodes.reflect import NOTHING_CONFIRMED, UNREADABLE, make_reflect
from practicum.nodes.state import EpisodeState
from practicum.nodes.turns import NO_ANSWER
from practicum.records import ABSENT, ErrorKind, Judgement, Outcome, Reflection, ToolSpec, Trial, query_key
from practicum.training.judge import ask_judge
from practicum.training.quarantine import REASON, quarantined

AGAIN = "the user asked the same again"
TOO_LONG = "longer than what is kept of a turn"
UNAVAILABLE = "what a tool stands on was not there"
BROKEN_OFF = "a call was broken off: whether it was done is not known"
UNANSWERED = "nothing was answered"
SHOWN_ANSWER = 1400
SHOWN_FOLLOWING = 400
"""Characters of an answer and of what the user said next; together less than a transcript shows."""


@dataclass(frozen=True)
class TurnEnding:
    """How a turn ended, and who says so."""

    outcome: Outcome
    reflection: Reflection | None = None
    judgement: Judgement | None = None
    """What a judge said; then there is no reflection."""
    quarantined: bool = False

    @property
    def passed(self) -> bool:
        """Whether it may become a demonstration, if it passes curation."""
        return self.outcome is Outcome.SOLVED


AskEnding = Callable[[Trial], Awaitable[TurnEnding | None]]
"""Asks a model about a trial; None where its reply can't be read."""


def checked(kept: KeptTurn) -> TurnEnding | None:
    """Return the ending of a turn that no model need be asked about; None where one is to be asked."""
    turn, following = kept.turn, kept.followed_by
    if turn.quarantined is not None or quarantined(turn.as_trial(Outcome.UNSOLVED, None)) is not None:
        return TurnEnding(Outcome.UNSOLVED, _no(REASON), quarantined=True)
    seen = [step.observation for step in turn.steps]
    # A call that was broken off, whoever did it, says no more of the turn than one whose server was away.
    lost = next((each.error for each in seen if each.error in ABSENT), None)
    if lost is not None:
        return TurnEnding(Outcome.BROKEN, _no(BROKEN_OFF if lost is ErrorKind.LOST else UNAVAILABLE))
    answer = turn.answer.strip()
    checks = (
        (not any(each.ok for each in seen), NOTHING_CONFIRMED),
        (answer in {"", NO_ANSWER}, UNANSWERED),
        (turn.cut, TOO_LONG),
        (following is not None and query_key(following.query) == query_key(turn.query), AGAIN),
    )
    reason = next((why for wrong, why in checks if wrong), None)
    return None if reason is None else TurnEnding(Outcome.UNSOLVED, _no(reason))


def shown(kept: KeptTurn) -> Trial:
    """Return a turn as a model is asked about it: with what the user said next behind the answer.

    What reads like an order to a model is left out of that: it is no evidence.
    """
    trial = kept.turn.as_trial(Outcome.UNSOLVED, None)
    following = kept.followed_by
    if following is None or instruction_like(following.query) is not None:
        return trial
    said = clip(" ".join(following.query.split()), SHOWN_FOLLOWING)
    answer = f"{clip(trial.answer, SHOWN_ANSWER)}\nUser, afterwards: {said}"
    return trial.model_copy(update={"answer": answer})


def asking_itself(model: ChatModel) -> AskEnding:
    """Return what asks a model to reflect on a turn, as it would on a trial of its own."""
    reflect = make_reflect(model)

    async def ask(trial: Trial) -> TurnEnding | None:
        steps = [step.as_dict() for step in trial.steps]
        update = await reflect(EpisodeState(query=trial.query, steps=steps, answer=trial.answer))
        reflection = Reflection.from_dict(update["reflection"])
        if reflection.reason == UNREADABLE:
            return None
        return TurnEnding(_outcome(solved=reflection.solved), reflection)

    return ask


def asking_judge(model: ChatModel, specs: Sequence[ToolSpec] = ()) -> AskEnding:
    """Return what asks a judge the three questions of curation; ``specs`` are the tools that it is shown."""
    documented = {spec.name: spec for spec in specs}

    async def ask(trial: Trial) -> TurnEnding | None:
        said = await ask_judge(trial, model, documented)
        return None if said is None else TurnEnding(_outcome(solved=said.good), judgement=said)

    return ask


def _outcome(*, solved: bool) -> Outcome:
    return Outcome.SOLVED if solved else Outcome.UNSOLVED


def _no(reason: str) -> Reflection:
    return Reflection(solved=False, reason=reason)
