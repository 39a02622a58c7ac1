"""Feedback: outcomes and verdicts about runs, sent in a thread: the client would wait for its server."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from practicum.hostile.redaction import redact_trace
from practicum.tracing import sending
from practicum.tracing.client import is_on, redacting_client

if TYPE_CHECKING:
    from langsmith import Client

MOST_WAITING = 10_000
"""What comes on top of so many that a server did not take yet is not sent."""


@dataclass(frozen=True)
class _Said:
    """One feedback, redacted."""

    run_id: UUID
    key: str
    score: float | bool | None
    value: str | None
    comment: str | None
    trace_id: UUID | None


def give_feedback(
    run_id: UUID,
    key: str,
    *,
    score: float | bool | None = None,
    value: str | None = None,
    comment: str = "",
    trace_id: UUID | None = None,
) -> None:
    """Say of a run how it ended, or what somebody thinks of it; nothing while tracing is off.

    Args:
        run_id: The run.
        key: What is judged, such as ``outcome``.
        score: A number, or whether it is good.
        value: In a word.
        comment: Why.
        trace_id: Of the run that it lies under.
    """
    if not is_on():
        return
    said = _Said(run_id, key, score, redact_trace(value), redact_trace(comment) or None, trace_id)
    _SENDER.add(said)


class _Sender:
    """Sends feedback in one daemon thread, which is started when there is some."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[_Said] = queue.Queue(MOST_WAITING)
        self._mutex = threading.Lock()
        self._started = False
        self._projects: dict[str, Any] = {}

    def add(self, said: _Said) -> None:
        """Send it later."""
        with self._mutex:
            if not self._started:
                self._started = True
                sending.flush_also(self.wait)
                threading.Thread(target=self._work, name="langsmith-feedback", daemon=True).start()
        try:
            self._waiting.put_nowait(said)
        except queue.Full as error:
            sending.failed(error)

    def wait(self, seconds: float) -> bool:
        """Wait no longer than this until all is sent; return whether it is."""
        end = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.02)
        return not self._waiting.unfinished_tasks

    def _work(self) -> None:
        while True:
            said = self._waiting.get()
            try:
                client = redacting_client()
                if client.tracing_mode != "otel":  # which knows no feedback: LangSmith is not to hear of it
                    self._send(client, said)
            except Exception as error:  # noqa: BLE001 - a server that does not take it stops nothing here
                sending.failed(error)
            finally:
                self._waiting.task_done()

    def _send(self, client: Client, said: _Said) -> None:
        client.create_feedback(
            said.run_id,
            said.key,
            score=said.score,
            value=said.value,
            comment=said.comment,
            trace_id=said.trace_id,
            session_id=self._project(client),
            stop_after_attempt=3,
        )

    def _project(self, client: Client) -> Any:
        """The id of the project that runs go to, which is there once the first of them has arrived."""
        from langsmith.utils import get_tracer_project

        name = str(get_tracer_project())
        if name not in self._projects:
            client.flush(timeout=sending.LONGEST_FLUSH_S)
            self._projects[name] = client.read_project(project_name=name).id
        return self._projects[name]


_SENDER = _Sender()
