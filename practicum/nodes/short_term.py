"""A finished trial told within a number of tokens: what was asked, and a line for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from practicum.nodes.token_estimate import cut, deal, estimate, one_line
from practicum.records import Outcome, Step, Trial, canonical_json

LEAST = 10
"""A text that would be cut to fewer tokens tells nothing."""
RESULT_TOKENS = 10
"""Bound of a result in a trial that is not told in detail: there the call counts, and that it worked."""

_STEP = estimate("\n ->")
_ANSWER = estimate("\n Answer:")


def told(trial: Trial, most: int, *, in_detail: bool) -> str:
    """Return the trial in at most ``most`` tokens, estimated.

    What is long is cut: queries, calls and observations alike. Where that leaves too little of each,
    the answer is left out, then the steps, the oldest first: the last one tells where it led.

    Args:
        trial: A finished trial.
        most: The bound, in estimated tokens; 16 are enough for any trial.
        in_detail: Tell results at length, and the answer of a trial that was not solved; the answer of
            a solved one says its last result again.
    """
    for steps, answer in _ever_less(trial, in_detail=in_detail):
        head = _head(trial, len(steps))
        lines = [_line(trial, step) for step in steps]
        texts = [one_line(text) for text in (trial.query, *chain.from_iterable(lines), *answer)]
        wanted = [estimate(text) for text in texts]
        if not in_detail:
            for index, step in enumerate(steps, start=1):
                wanted[2 * index] = _wanted_of(step, wanted[2 * index])
        room = most - estimate(head) - _STEP * len(steps) - _ANSWER * len(answer)
        got = deal(wanted, room)
        if not steps or all(has >= min(wants, LEAST) for has, wants in zip(got, wanted, strict=True)):
            break
    shown = [cut(text, has) for text, has in zip(texts, got, strict=True)]
    return _written(head, shown, len(steps))


def _ever_less(trial: Trial, *, in_detail: bool) -> Iterator[tuple[Sequence[Step], list[str]]]:
    if in_detail and trial.answer and trial.outcome is not Outcome.SOLVED:
        yield trial.steps, [trial.answer]
    for dropped in range(len(trial.steps) + 1):
        yield trial.steps[dropped:], []


def _head(trial: Trial, shown: int) -> str:
    """How the trial ended, with the number of its calls where they are not all shown."""
    calls = len(trial.steps)
    return f"[{trial.outcome}]" if shown == calls else f"[{trial.outcome}, calls: {calls}]"


def _line(trial: Trial, step: Step) -> tuple[str, str]:
    """A step's call and observation; which tool is said only if it is not the episode's own."""
    if step.call is None:
        return "(could not be read)", step.observation.text
    own = step.call.name == trial.tool
    call = canonical_json(step.call.arguments) if own else step.call.signature
    return call, step.observation.text


def _wanted_of(step: Step, whole: int) -> int:
    """How much of an observation is to be told; an error is, since what failed is to be tried anew."""
    return min(whole, RESULT_TOKENS) if step.observation.ok else whole


def _written(head: str, texts: Sequence[str], steps: int) -> str:
    query, *rest = texts
    called, observed, answer = rest[: 2 * steps : 2], rest[1 : 2 * steps : 2], rest[2 * steps :]
    lines = [f"  {call} -> {result}" for call, result in zip(called, observed, strict=True)]
    return "\n".join([f"{head} {query}", *lines, *(f"  Answer: {text}" for text in answer)])
