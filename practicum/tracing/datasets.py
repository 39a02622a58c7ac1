"""Datasets and experiments at LangSmith, for whoever asks for them: these calls wait, and say what failed."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from practicum.errors import SetupError
from practicum.hostile.redaction import redact, redact_trace
from practicum.records import JsonObject, utc_now
from practicum.tracing import sending
from practicum.tracing.client import redacting_client

if TYPE_CHECKING:
    from langsmith import Client

LONGEST_S = 30.0
"""How long an experiment is waited for to arrive."""
AT_ONCE = 100
"""Examples sent in one request."""


@dataclass(frozen=True)
class DatasetRow:
    """One row of a dataset."""

    key: str
    """What it is called where it comes from: the same key is the same row, however often it is sent."""
    inputs: JsonObject
    outputs: JsonObject
    metadata: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """One run of an experiment."""

    key: str
    """The key of its example."""
    name: str
    inputs: JsonObject
    outputs: JsonObject
    seconds: float
    scores: dict[str, bool]
    """Feedback, by what is judged."""
    error: str | None = None
    comment: str = ""


@contextmanager
def langsmith() -> Iterator[Client]:
    """Give the client, and turn what fails at its server into what the user can do about it.

    Raises:
        SetupError: the server is away, or refuses.
    """
    from langsmith.utils import LangSmithError

    # Its client asks the server in a thread what it can, and warns where that fails, as all else then does.
    logging.getLogger("langsmith").addHandler(logging.NullHandler())
    try:
        yield redacting_client()
    except (LangSmithError, OSError) as error:  # those of requests are OSErrors
        said = redact(" ".join(str(error).split()))[:300]
        raise SetupError(
            f"LangSmith did not take it: {said}",
            "check LANGSMITH_ENDPOINT and LANGSMITH_API_KEY; the same command sends again what is missing",
        ) from error


def send_dataset(client: Client, name: str, examples: Sequence[DatasetRow], about: str) -> tuple[Any, int]:
    """Make the dataset if there is none, and add the examples that it lacks; redacted.

    Returns:
        The dataset's id, and how many examples were added.
    """
    if client.has_dataset(dataset_name=name):
        dataset = client.read_dataset(dataset_name=name)
        known = {str(each.id) for each in client.list_examples(dataset_id=dataset.id)}
    else:
        dataset, known = client.create_dataset(name, description=about), set()
    rows = [_row(dataset.id, each) for each in examples]
    missing = [row for row in rows if row["id"] not in known]
    for start in range(0, len(missing), AT_ONCE):
        client.create_examples(dataset_id=dataset.id, examples=missing[start : start + AT_ONCE])
    return dataset.id, len(missing)


def send_experiment(
    client: Client,
    name: str,
    dataset_id: Any,
    answers: Iterable[Answered],
    metadata: JsonObject,
    *,
    now: Callable[[], datetime] = utc_now,
) -> int:
    """Record answers as an experiment over a dataset; return how many there are."""
    made = client.create_project(name, reference_dataset_id=dataset_id, metadata=redact_trace(metadata))
    before = sending.failures()
    sent = list(answers)
    for each in sent:
        _send_answer(client, made, dataset_id, each, now())
    client.flush(timeout=LONGEST_S)
    if sending.failures() > before:
        raise SetupError(
            f"LangSmith did not take all of the experiment {name}", "look into it there, and evaluate again"
        )
    return len(sent)


def example_id(dataset_id: Any, key: str) -> str:
    """Return the id of a dataset's row."""
    return str(uuid.uuid5(uuid.UUID(str(dataset_id)), key))


def _row(dataset_id: Any, example: DatasetRow) -> dict[str, Any]:
    return {
        "id": example_id(dataset_id, example.key),
        "inputs": redact_trace(example.inputs),
        "outputs": redact_trace(example.outputs),
        "metadata": redact_trace({**example.metadata, "key": example.key}),
    }


def _send_answer(client: Client, project: Any, dataset_id: Any, answer: Answered, ended: datetime) -> None:
    run_id = _new_id()
    started = ended - timedelta(seconds=answer.seconds)
    client.create_run(
        redact(answer.name)[:100],
        answer.inputs,
        "chain",
        id=run_id,
        trace_id=run_id,
        dotted_order=f"{started:%Y%m%dT%H%M%S%f}Z{run_id}",
        outputs=answer.outputs,
        error=answer.error,
        start_time=started,
        end_time=ended,
        project_name=project.name,
        reference_example_id=example_id(dataset_id, answer.key),
        tags=["practicum", "evaluation"],
    )
    for key, score in answer.scores.items():
        client.create_feedback(
            run_id,
            key,
            score=score,
            comment=redact_trace(answer.comment) or None,
            trace_id=run_id,
            session_id=project.id,
            stop_after_attempt=3,
        )


def _new_id() -> uuid.UUID:
    from langsmith import uuid7

    made: uuid.UUID = uuid7()
    return made
