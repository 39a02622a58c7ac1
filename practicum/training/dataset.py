"""The confirmed trials of a home as a LangSmith dataset: a query, and the calls that a right answer makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from practicum.records import Trial
from practicum.tracing.datasets import DatasetRow, langsmith, send_dataset
from practicum.training.curate import demonstration_of, reason_to_drop

if TYPE_CHECKING:
    from practicum.memory_store.journal import Journal

ABOUT = "Trials of Practicum that execution confirmed: queries, and the calls that answer them."


def confirmed(journal: Journal) -> tuple[list[DatasetRow], Counter[str]]:
    """Return the trials from which something may be learned as rows, and count the others by reason.

    Simulated and quarantined trials, and what people or a judge turned down, are among the others.
    """
    reviews = {trial_id: review.verdict for trial_id, review in journal.reviews().items()}
    judgements = journal.judgements()
    kept: list[DatasetRow] = []
    dropped: Counter[str] = Counter()
    for trial in journal.trials():
        reason = reason_to_drop(trial, None, reviews.get(trial.id), judgements.get(trial.id))
        if reason is None:
            kept.append(_row(trial))
        else:
            dropped[reason] += 1
    return kept, dropped


def send(name: str, rows: Iterable[DatasetRow]) -> int:
    """Add rows to a dataset, which is made if there is none of this name; return how many it lacked.

    Raises:
        SetupError: the server is away, or refuses.
    """
    with langsmith() as client:
        return send_dataset(client, name, list(rows), ABOUT)[1]


def _row(trial: Trial) -> DatasetRow:
    shown = demonstration_of(trial)
    return DatasetRow(
        key=trial.id,
        inputs={"query": trial.query},
        outputs={"expected": [call.as_dict() for call in shown.calls]},
        metadata={
            "tool": trial.tool,
            "tool_schema_hash": trial.tool_schema_hash,
            "strategy": trial.strategy.value,
            "trial": trial.id,
            "episode": trial.episode_id,
        },
    )
