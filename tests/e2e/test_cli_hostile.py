"""Hostile tools through the real command: no secret is kept, no order is learned, and people see why."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cli_parts import check_refused, practicum
from langsmith_stub import langsmith

from bench.hostile import leaked, learned
from bench.hostile_runs import CLEAN_PAGES, leak, poison
from bench.hostile_secrets import planted

pytestmark = pytest.mark.slow


@pytest.mark.enable_socket
def test_no_copy_of_twenty_kinds_of_secrets_is_written_printed_or_traced(tmp_path: Path) -> None:
    with langsmith() as service:
        runs = leak(tmp_path, **service.environment)
    (tmp_path / "traced").write_bytes(service.everything)
    assert service.named("call look_up")
    assert service.feedback
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
