"""An evaluation as experiments at LangSmith: one for each arm, over a dataset of the items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from practicum.records import Item, digest
from practicum.tracing.datasets import Answered, DatasetRow, langsmith, send_dataset, send_experiment

if TYPE_CHECKING:
    from practicum.evaluation.ladder import Arm, Ladder

ABOUT = "Queries of `practicum evaluate`, and the calls that a right answer makes."


def require_langsmith(dataset: str) -> None:
    """Refuse before anything is measured, if the server would not take the result.

    Raises:
        SetupError: it is away, or refuses.
    """
    with langsmith() as client:
        client.has_dataset(dataset_name=dataset)


def send_ladder(ladder: Ladder, items: Sequence[Item], dataset: str, model: str) -> list[str]:
    """Record each arm as an experiment over the dataset, which gets the items that it lacks.

    Returns:
        The names of the experiments.

    Raises:
        SetupError: the server is away, or refuses.
    """
    run = ladder.run or digest("experiment", [arm.name for arm in ladder.arms], _took(ladder))[:8]
    names = []
    with langsmith() as client:
        dataset_id, _ = send_dataset(client, dataset, [_row(item) for item in items], ABOUT)
        for arm in ladder.arms:
            name = f"{dataset} {run} {arm.name} {digest('arm', _took(ladder), arm.name)[:6]}"
            about = {"model": model, "arm": arm.name, "about": arm.about, "run": run}
            send_experiment(client, name, dataset_id, _answers(arm, items), about)
            names.append(name)
    return names


def _took(ladder: Ladder) -> list[float | None]:
    """What no two measurements share: runs of other homes may have the same number."""
    return [attempt.seconds for arm in ladder.arms for attempt in arm.attempts]


def _row(item: Item) -> DatasetRow:
    expected = {"expected": [call.as_dict() for call in item.expected]}
    accept = {"accept": {name: list(values) for name, values in item.accept.items()}} if item.accept else {}
    about = {"why_none": item.why_none} if item.why_none else {}
    # An item that was corrected is another row: what was measured against the old one stays.
    key = f"{item.id}/{digest('item', item.query, expected, accept)[:8]}"
    return DatasetRow(key, {"query": item.query}, {**expected, **accept}, {"item": item.id, **about})


def _answers(arm: Arm, items: Sequence[Item]) -> Iterator[Answered]:
    judged = {result.id: result for result in arm.scores.results}
    asked = {item.id: item for item in items}
    for attempt in arm.attempts:
        item, result = asked[attempt.id], judged[attempt.id]
        scores = {"correct": result.strict, "correct_lenient": result.lenient, "tool_match": result.tool}
        if result.verdict is not None:
            scores["judge"] = result.verdict
        yield Answered(
            key=_row(item).key,
            name=f"item {item.id}",
            inputs={"query": item.query},
            outputs={
                "calls": [call.as_dict() for call in attempt.prediction.calls],
                "raw": attempt.prediction.raw,
            },
            seconds=attempt.seconds or 0.0,
            scores={} if attempt.broken is not None else scores,  # what broke is not scored
            error=attempt.broken,
            comment=result.why,
        )
