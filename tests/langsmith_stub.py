"""LangSmith's HTTP interface as far as its client needs it: takes what is sent, keeps it, and tells it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

from http_service import Listener, Reply, Sent, listening

if TYPE_CHECKING:
    import pytest

NOW = "2026-11-28T12:00:00+00:00"
LIMITS = {
    "size_limit": 100,
    "size_limit_bytes": 20_000_000,
    "scale_up_qsize_trigger": 1000,
    "scale_up_nthreads_limit": 16,
    "scale_down_nempty_trigger": 4,
}
Uploads = Literal["batch", "multipart", "compressed"]
"""How runs come: one JSON object for many, a part for each piece of a run, or such parts in zstd's frames."""
Row = dict[str, Any]


@dataclass
class LangSmith:
    """What arrived, by its kind."""

    url: str = ""
    uploads: Uploads = "batch"
    sent: list[Sent] = field(default_factory=list)
    runs: dict[str, Row] = field(default_factory=dict)
    """By id, as they were made and then updated."""
    made: list[str] = field(default_factory=list)
    """The ids of runs as they were made: a run that comes twice is there twice."""
    feedback: list[Row] = field(default_factory=list)
    datasets: dict[str, Row] = field(default_factory=dict)
    """By name."""
    examples: dict[str, Row] = field(default_factory=dict)
    projects: dict[str, Row] = field(default_factory=dict)
    """By name."""

    @property
    def everything(self) -> bytes:
        """All bytes that arrived: targets, headers but for the key, and bodies."""
        parts = [
            f"{each.target} { {**each.headers, 'x-api-key': ''} }".encode() + each.body for each in self.sent
        ]
        return b"\n".join(parts)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send a process' traces here."""
        return {
            "LANGSMITH_TRACING": "true",
            "LANGSMITH_ENDPOINT": self.url,
            "LANGSMITH_API_KEY": "lsv2_pt_none",
            "LANGSMITH_PROJECT": "a-project",
        }

    def named(self, beginning: str) -> list[Row]:
        """The runs whose name begins so."""
        return [run for run in self.runs.values() if run["name"].startswith(beginning)]

    def under(self, run: Row | None) -> list[Row]:
        """The runs right under one, or under none, in the order in which they began."""
        above = run and run["id"]
        found = [each for each in self.runs.values() if each.get("parent_run_id") == above]
        return sorted(found, key=lambda each: str(each["dotted_order"]))

    def feedback_on(self, run: Row) -> dict[str, Row]:
        """What was said of a run, by key."""
        return {each["key"]: each for each in self.feedback if each["run_id"] == run["id"]}

    def reply(self, sent: Sent) -> Reply:
        """Answer a request."""
        if sent.headers.get("content-encoding") == "zstd":
            sent.body = _unpacked(sent.body)
        self.sent.append(sent)
        found = self._found(sent)
        status = 200 if found is not None else 404
        return Reply(status, json.dumps(found if found is not None else {"detail": "not found"}).encode())

    def _found(self, sent: Sent) -> Any:
        query = {name: values[0] for name, values in parse_qs(urlsplit(sent.target).query).items()}
        if sent.method == "GET":
            name = query.get("name", "")
            rows = [] if int(query.get("offset", 0)) else list(self.examples.values())
            found: Any = {
                "/info": self._info,
                "/datasets": [self.datasets[name]] if name in self.datasets else [],
                "/examples": rows,
                "/sessions": self._sessions(name),
            }
            return found.get(sent.path)
        if sent.path == "/runs/multipart":
            return self._take_parts(sent)
        takers: dict[str, Callable[[Any], Any]] = {
            "/runs/batch": self._take_runs,
            "/feedback": self._take_feedback,
            "/datasets": partial(self._make, self.datasets),
            "/examples/bulk": self._take_examples,
            "/sessions": partial(self._make, self.projects),
        }
        return takers[sent.path](sent.json) if sent.path in takers else None

    @property
    def _info(self) -> Row:
        return {
            "version": "0.13",
            "batch_ingest_config": {**LIMITS, "use_multipart_endpoint": self.uploads != "batch"},
            "instance_flags": {"zstd_compression_enabled": self.uploads == "compressed"},
        }

    def _take_parts(self, sent: Sent) -> Row:
        """Take runs and feedback whose pieces are parts: ``post.ID``, then ``post.ID.inputs`` and so on."""
        head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
        for part in BytesParser().parsebytes(head + sent.body).get_payload():
            assert isinstance(part, Message)
            name = str(part.get_param("name", header="content-disposition"))
            kind, about, *piece = name.split(".")
            said = json.loads(bytes(part.get_payload(decode=True)))
            if kind == "feedback":
                self._take_feedback(said)
            else:
                told = {piece[0]: said} if piece else said
                self._take_runs({kind: [{**told, "id": about}]})
        return {}

    def _sessions(self, name: str) -> list[Row]:
        """A project is there once the first of its runs has arrived."""
        if name not in self.projects and any(run.get("session_name") == name for run in self.runs.values()):
            self._make(self.projects, {"name": name})
        return [self.projects[name]] if name in self.projects else []

    def _take_feedback(self, said: Any) -> Any:
        self.feedback.append(said)
        return said

    def _take_runs(self, batch: Any) -> Row:
        self.made += [run["id"] for run in batch.get("post") or [] if "name" in run]
        for run in [*(batch.get("post") or []), *(batch.get("patch") or [])]:
            known = self.runs.setdefault(run["id"], {})
            known.update({name: value for name, value in run.items() if value is not None})
        return {}

    def _take_examples(self, rows: Any) -> list[Row]:
        made = [{**row, "created_at": NOW, "modified_at": NOW} for row in rows]
        self.examples.update({row["id"]: row for row in made})
        return made

    def _make(self, where: dict[str, Row], given: Any) -> Row:
        row = {
            "id": str(uuid.uuid4()),
            "created_at": NOW,
            "start_time": NOW,
            "tenant_id": str(uuid.UUID(int=1)),
            "reference_dataset_id": None,
        }
        where[given["name"]] = {**row, **{name: value for name, value in given.items() if value is not None}}
        return where[given["name"]]


def _unpacked(body: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True).read()


@contextmanager
def langsmith(uploads: Uploads = "batch") -> Iterator[LangSmith]:
    """Listen until the context ends."""
    service = LangSmith(uploads=uploads)
    with listening() as listener:
        _follow(listener, service)
        yield service


def _follow(listener: Listener, service: LangSmith) -> None:
    service.url = listener.url
    listener.reply = service.reply


@contextmanager
def traced_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[LangSmith]:
    """Listen, and let this process trace there, until the context ends."""
    from langsmith import run_trees, utils

    from practicum.tracing import feedback, redact_traces, sending

    get_env_var: Any = utils.get_env_var  # cached, which its overloads hide
    monkeypatch.setattr(run_trees, "_CLIENT", None)
    monkeypatch.setattr(sending, "_State", type("_State", (sending._State,), {"also": []}))
    monkeypatch.setattr(feedback, "_SENDER", feedback._Sender())
    monkeypatch.setattr("atexit.register", lambda _: None)
    with langsmith() as running:
        for name, value in {**running.environment, "LANGSMITH_USE_DAEMON": "true"}.items():
            monkeypatch.setenv(name, value)
        get_env_var.cache_clear()
        redact_traces()
        yield running
    get_env_var.cache_clear()
