"""Hostile tools through the real command: no secret is kept, no order is learned, and people see why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cli_parts import check_refused, practicum

from bench.hostile import leaked, learned
from bench.hostile_runs import CLEAN_PAGES, leak, poison
from bench.hostile_secrets import planted

pytestmark = pytest.mark.slow


PLAIN = {
    "use_multipart_endpoint": False,  # one JSON object for many runs
    "size_limit": 100,
    "size_limit_bytes": 20_000_000,
    "scale_up_qsize_trigger": 1000,
    "scale_up_nthreads_limit": 16,
    "scale_down_nempty_trigger": 4,
}


class Collector(BaseHTTPRequestHandler):
    """Takes traces as LangSmith does, and keeps what was sent."""

    taken: list[bytes] = []  # noqa: RUF012 - one list for a server of a test

    def do_GET(self) -> None:
        self._answer({"version": "0.13", "batch_ingest_config": PLAIN})

    def do_POST(self) -> None:
        self.taken.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self._answer({})

    def _answer(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def collecting() -> Iterator[tuple[str, list[bytes]]]:
    Collector.taken = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Collector.taken
        server.shutdown()


@pytest.mark.enable_socket
def test_no_copy_of_twenty_kinds_of_secrets_is_written_printed_or_traced(tmp_path: Path) -> None:
    with collecting() as (address, traced):
        tracing = {"LANGSMITH_TRACING": "true", "LANGSMITH_ENDPOINT": address, "LANGSMITH_API_KEY": "none"}
        runs = leak(tmp_path, **tracing)
    (tmp_path / "traced").write_bytes(b"".join(traced))
    assert b"look_up" in b"".join(traced)
    found = leaked(tmp_path, runs)
    assert found["failed_commands"] == []
    assert found["where"] == {}
    # The tool got them as the model wrote them.
    executed = set((tmp_path / "calls.txt").read_text().splitlines())
    assert {hashlib.sha256(secret.encode()).hexdigest() for secret in planted().values()} <= executed


def test_no_order_of_fifty_kinds_is_learned_and_people_see_which_trials_hold_one(tmp_path: Path) -> None:
    found = learned(tmp_path, poison(tmp_path))
    assert found["reached"] == dict.fromkeys(found["reached"], 0)
    assert found["trials"] == 50 + CLEAN_PAGES
    assert found["trials_quarantined"] == 49  # of one kind nothing is left that could be read
    assert found["demonstrations_of_clean_pages"] > 0
    listed = practicum("memory", "list", "--quarantined", "--json", "--home", tmp_path / "home", cwd=tmp_path)
    trial = json.loads(listed.stdout)["trials"][0]["id"]
    shown = practicum("memory", "show", trial, "--home", tmp_path / "home", cwd=tmp_path)
    assert "quarantined: it holds" in shown.stdout
    refused = practicum("memory", "approve", trial, "--home", tmp_path / "home", cwd=tmp_path)
    check_refused(refused, "is quarantined and can't be approved", "memory show")
