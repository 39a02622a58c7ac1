"""What was judged of service, in lines and as figures; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from practicum.training.service_trials import Reflected


def reflected_figures(result: Reflected) -> dict[str, Any]:
    """Return the counts, JSON-ready."""
    return {**asdict(result), "judged": result.judged, "why_failed": dict(result.why_failed.most_common())}


def reflected_lines(result: Reflected) -> Iterator[str]:
    """Say what became of the turns that were waiting."""
    yield (
        f"judged {result.judged} turns of service: {result.passed} passed, {result.failed} failed,"
        f" {result.quarantined} quarantined, {result.broken} broken"
    )
    yield from (f"  {count} not passed: {reason}" for reason, count in result.why_failed.most_common())
    if result.without_call:
        yield f"  {result.without_call} turns called no tool: there is nothing to learn from them"
    if result.unreadable:
        yield f"  {result.unreadable} lines could not be read: torn when a process ended, or damaged"
    if result.newer:
        yield f"  {result.newer} turns were kept by a newer practicum: it reads them"
    if result.model_failed:
        yield f"  {result.model_failed} are left: the model failed, or said nothing readable; run it again"
    waiting = result.left - result.model_failed
    if waiting:
        yield f"  {waiting} wait: run it again without --limit, or with a larger one"
    if result.passed:
        yield "next: `practicum curate` turns what passed into demonstrations"
    elif not result.judged and not result.left:
        yield "nothing waits: `practicum serve --learn` keeps conversations"
