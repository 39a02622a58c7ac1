"""Negatives: requests that no tool should be called for, each with what the model itself would answer.

The STE paper has none and names them as future work: a model that is trained on calls alone learns to
call. The answer comes from the model before training, so that training does not change how it talks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from langchain_core.messages import HumanMessage, SystemMessage

from practicum.errors import BudgetSpent, ProviderError
from practicum.memory_store.selection import no_call_prototypes
from practicum.models.caller import ChatModel
from practicum.models.replies import parse_call, without_loops
from practicum.nodes.prompting import render
from practicum.records import ToolCall, digest
from practicum.tools.do_all import do_all
from practicum.training.examples import Example
from practicum.training.quarantine import instruction_like

SHARE = 0.1
"""Of all examples."""
MOST_CHARACTERS = 400
DECIDING = 30
"""Requests that decide about candidates instead: as many as the almanac's held-out data has."""
THINKING = "<think>"
"""Begins thoughts; an answer that holds them may be nothing but thoughts that were cut off."""
REQUESTS = Path(__file__).with_name("no_call_requests.txt")


@cache
def no_call_requests() -> tuple[str, ...]:
    """Return requests that need no tool, each once: the prototypes of serving and a reviewed list."""
    written = REQUESTS.read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(line.strip() for line in (*no_call_prototypes(), *written) if line.strip()))


@cache
def requests_that_decide() -> tuple[str, ...]:
    """Return `DECIDING` of the requests, which are kept from training so that they can tell over-calling.

    None of them is a prototype that serving holds queries against. A hash of the text chooses them.
    """
    written = [request for request in no_call_requests() if request not in set(no_call_prototypes())]
    chosen = set(sorted(written, key=lambda request: digest("decides", request))[:DECIDING])
    return tuple(request for request in no_call_requests() if request in chosen)


def requests_to_learn() -> tuple[str, ...]:
    """Return the requests that a model may be trained on."""
    return tuple(request for request in no_call_requests() if request not in set(requests_that_decide()))


async def answers_for(
    requests: Sequence[str],
    model: ChatModel | None,
    *,
    concurrency: int = 8,
    longest: int = MOST_CHARACTERS,
) -> dict[str, str]:
    """Ask the model, as it is before training, and return its answers by request, in their order.

    A request is absent when the model failed; its answer is empty when the model tried to call a tool or said
    nothing usable.

    Args:
        requests: What no tool is needed for.
        model: Who is asked; None: nobody, and there are no answers.
        concurrency: Requests side by side.
        longest: Characters of an answer; a longer one ends with its last whole sentence.

    Raises:
        SetupError: the model can't be used at all.
    """
    if model is None:
        return {}
    slots = asyncio.Semaphore(concurrency)

    said: dict[str, str | None] = {}

    async def one(request: str) -> None:
        async with slots:
            said[request] = await _answer(request, model, longest)

    await do_all([one(request) for request in requests])
    answers = ((request, said[request]) for request in requests)
    return {request: answer for request, answer in answers if answer is not None}


def negatives(answers: Mapping[str, str]) -> tuple[Example, ...]:
    """Return answered requests as examples without a call, in an order that only their text decides.

    Empty answers teach nothing and are left out.
    """
    made = [
        Example(
            id=f"no-call-{digest(request, length=12)}",
            tool=None,
            query=request,
            call=None,
            answer=answer,
            origin="no call",
        )
        for request, answer in answers.items()
        if answer
    ]
    return tuple(sorted(made, key=lambda each: each.id))


def how_many(positives: int, share: float) -> int:
    """Return how many negatives make up ``share`` of all examples, beside so many others.

    Raises:
        ValueError: the share is not in [0, 1).
    """
    if not 0 <= share < 1:
        raise ValueError(f"a share of negatives is at least 0 and less than 1, not {share}")
    return round(positives * share / (1 - share))


async def _answer(request: str, model: ChatModel, longest: int) -> str | None:
    messages = [SystemMessage(content=render("agent")), HumanMessage(content=request)]
    try:
        reply = await model.call(messages)
    except (ProviderError, BudgetSpent):
        return None
    text = " ".join(without_loops(reply.text).split())
    is_call = bool(reply.calls) or isinstance(parse_call(text, lenient=True), ToolCall)
    if is_call or THINKING in text or instruction_like(text) is not None:
        return ""
    return _bounded(text, longest)


def _bounded(text: str, longest: int) -> str:
    """Return ``text`` cut after its last whole sentence; empty when that leaves nothing."""
    if len(text) <= longest:
        return text
    head = text[:longest]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? "))
    return head[: end + 1] if end > 0 else ""
