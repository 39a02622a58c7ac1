"""What a base says to requests that need no tool: asked once, and kept in the home."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from practicum.memory_store.failures import explained
from practicum.memory_store.home import Home
from practicum.nodes.prompting import prompts_hash
from practicum.records import digest
from practicum.training.adapters import FOLDER
from practicum.training.negatives import requests_to_learn
from practicum.training.processes import is_first, wait_for_others
from practicum.whole_files import written_whole


def base_answers(
    home: Home, base_hash: str, ask: Callable[[Sequence[str]], dict[str, str]]
) -> dict[str, str]:
    """Return a base's answers by request; only what no earlier training was answered is asked.

    A training that was killed goes on only with the same data; and of several processes one asks.

    Args:
        home: Open for writing in the first process.
        base_hash: Of the base (`practicum.training.base.base_hash`).
        ask: Asks the base about requests, which takes minutes; what it fails at is absent.

    Raises:
        JournalError: the home can't be written.
    """
    file = home.path / FOLDER / f".answers-{digest(base_hash, prompts_hash())}.json"
    kept = _read(file)
    missing = [request for request in requests_to_learn() if request not in kept]
    if missing and is_first():
        kept |= ask(missing)
        with explained(home.path):
            _write(file, kept)
    wait_for_others()
    known = _read(file)
    return {request: known[request] for request in requests_to_learn() if request in known}


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(query): str(answer) for query, answer in found.items()} if isinstance(found, dict) else {}


def _write(file: Path, answers: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(file) as aside:
        aside.write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
