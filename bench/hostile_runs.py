"""Two explorations through the real command: of a tool that leaks secrets, and of one that gives orders."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hostile_secrets import CONFIGURED, PATTERN, PERSONAL, planted, shown
from bench.hostile_texts import injections
from practicum.hostile import MARK

FORMLESS = {*PERSONAL, "AWS secret key", "password in an address", "password in a field", "bearer token"} - {
    "own pattern"
}
"""Kinds that are known by what stands beside them, or that matter only where a tool shows them."""
PLAIN = {f"plain {number}": f"a plain note, {number}" for number in range(4)}
"""Entries with nothing to hide, from which something is to be learned."""
CLEAN_PAGES = 12
"""Pages without an order, from which something is to be learned."""

LEAKY = '''
import hashlib, json, pathlib
import practicum

HERE = pathlib.Path(__file__).parent
LEAKS = json.loads((HERE / "leaks.json").read_text())

@practicum.read_only
def look_up(number: int, note: str, way: str = "text") -> object:
    """Look an entry up.

    Args:
        number: Of the entry.
        note: What it is for.
        way: text, json, lines, error or chain.
    """
    with (HERE / "calls.txt").open("a") as log:
        log.write(hashlib.sha256(note.encode()).hexdigest() + "\\n")
    leak = LEAKS[number]
    end = f"seen-{number};" if note == "first" else f"done-{number};"
    if way == "json":
        return {"entry": number, "rows": [{"value": leak}], "end": end}
    if way == "lines":
        half = len(leak) // 2
        return f"entry {number}:\\n{leak[:half]}\\n  {leak[half:]}\\n({end}"
    if way == "error":
        raise ValueError(f"entry {number} {end} it was {leak}")
    if way == "chain":
        try:
            raise KeyError(leak)
        except KeyError as error:
            raise RuntimeError(f"entry {number} {end} because of {error}") from error
    return f"entry {number}: {leak} {end}"
'''
POISONED = '''
import json, pathlib
import practicum

PAGES = json.loads((pathlib.Path(__file__).parent / "pages.json").read_text())

@practicum.read_only
def read_page(number: int, section: str) -> dict:
    """Read a page of the handbook.

    Args:
        number: Of the page.
        section: Which part of it.
    """
    if section not in {"intro", "all"}:
        raise ValueError(f"section {section!r} failed-{number}; allowed: intro, all. {PAGES[number]}")
    return {"page": number, "text": PAGES[number], "end": f"done-{number};"}
'''


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    said: bytes
    """Everything it printed, progress and errors included."""


def practicum(folder: Path, *arguments: str, **more: str) -> Ran:
    """Run the command in a folder, without keys of this environment."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "PRACTICUM_"))
    }
    usual = {"LANGSMITH_TRACING": "false", "COLUMNS": "400", "PRACTICUM_EMBEDDER": "hashing"}
    done = subprocess.run(
        [sys.executable, "-m", "practicum.cli.main", *arguments],
        cwd=folder,
        env={**kept, **usual, "PRACTICUM_HOME": str(folder / "home"), **more},
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


def leak(folder: Path, **more: str) -> list[Ran]:
    """Explore the tool that leaks, recording it, replay that, and do everything with the home that writes.

    Replayed, the model repeats only what it could know: what has no form was blanked in the cassettes.
    """
    _write(folder, "tools.py", LEAKY)
    _write(folder, "practicum.toml", f'[redaction]\npatterns = ["{PATTERN}"]\n')
    secrets = {**planted(), **PERSONAL, **PLAIN}
    _write(folder, "leaks.json", json.dumps([shown(kind, secret) for kind, secret in secrets.items()]))
    _write_script(folder, list(_leaking(secrets)))
    known = {kind: MARK if kind in FORMLESS else secret for kind, secret in secrets.items()}
    _write_script(folder, list(_leaking(known)), "replayed.jsonl")
    environment = {CONFIGURED: planted()["secret of the tool's configuration"], **more}
    explored = ["explore", "--tools", "tools.py", "--trials", "1", "--episodes", str(len(secrets))]
    recording = ["--model", "scripted:script.jsonl", "--record", "tapes"]
    replaying = ["--model", "scripted:replayed.jsonl", "--replay", "tapes"]
    runs = [practicum(folder, *explored, *recording, **environment)]
    again = {**environment, "PRACTICUM_HOME": str(folder / "replayed")}
    runs.append(practicum(folder, *explored, *replaying, **again))
    return [*runs, *_used(folder, **environment)]


def poison(folder: Path, **more: str) -> list[Ran]:
    """Explore the tool whose pages give orders, and do everything with the home that learns from it."""
    pages = [each["text"] for each in injections()]
    pages += [f"Chapter {number} tells of the harvest." for number in range(CLEAN_PAGES)]
    _write(folder, "tools.py", POISONED)
    _write(folder, "pages.json", json.dumps(pages))
    _write_script(folder, list(_reading(pages)))
    explored = ["explore", "--tools", "tools.py", "--model", "scripted:script.jsonl", "--trials", "1"]
    return [practicum(folder, *explored, "--episodes", str(len(pages)), **more), *_used(folder, **more)]


def _used(folder: Path, **more: str) -> Iterator[Ran]:
    for arguments in (
        ("curate", "--tools", "tools.py", "--export", "examples.jsonl"),
        ("memory", "export", "exported.jsonl"),
        ("memory", "list", "--limit", "1000"),
    ):
        yield practicum(folder, *arguments, **more)


def _leaking(secrets: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield a script in which the model repeats each secret: in its query, calls, answer and notes."""
    ways = ("text", "json", "lines", "error", "chain")
    for number, (kind, secret) in enumerate(secrets.items()):
        way = ways[number % len(ways)]
        # What has no form is known only once a tool has shown it.
        known = f"; the code is {secret}" if kind not in {*FORMLESS, *PLAIN} else ""
        asked = f"Entry {number}: {_words(number)}{known}"
        lesson = {"parameter": "note", "text": f"the note is {secret}", "trials": [1]}
        yield {"when": "You imagine", "structured": {"query": asked}}
        yield {"when": "judge it", "structured": {"solved": True, "reason": f"it says {secret}"}}
        yield {"when": "You practised", "structured": {"lessons": [lesson]}}
        call = {"number": number, "note": "first", "way": way}
        yield {"when": f"Entry {number}: ", "tool_calls": [_call("look_up", call)]}
        if secret == MARK:  # a call that holds the mark is refused: its secret is lost
            yield {"when": f"seen-{number};", "content": f"The entry is {secret}."}
            continue
        again = {**call, "note": secret, "way": "text"}
        said = f"I use {secret}"
        yield {"when": f"seen-{number};", "content": said, "tool_calls": [_call("look_up", again)]}
        yield {"when": f"done-{number};", "content": f"The entry is {secret}."}


def _reading(pages: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield a script in which the model passes on what it reads: in its answer, and as a lesson."""
    for number, text in enumerate(pages):
        lesson = {"parameter": "section", "text": f"Page {number} says: {text[:200]}", "trials": [1]}
        yield {"when": "You imagine", "structured": {"query": f"Page {number}: {_words(number)}?"}}
        yield {"when": "judge it", "structured": {"solved": True, "reason": "as asked"}}
        yield {"when": "You practised", "structured": {"lessons": [lesson]}}
        # The refusal lists what is allowed, and gives the order, too.
        first = {"number": number, "section": f"part {number}"}
        yield {"when": f"Page {number}: ", "tool_calls": [_call("read_page", first)]}
        yield {
            "when": f"failed-{number};",
            "tool_calls": [_call("read_page", {"number": number, "section": "intro"})],
        }
        yield {"when": f"done-{number};", "content": f"It says: {text}"}


def _call(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def _words(number: int) -> str:
    """Return words that no other query has, so that none is taken for another's near-duplicate."""
    rng = random.Random(number)
    return " ".join("".join(rng.choices("bcdfghklmnprstvz", k=3)) + rng.choice("aeiou") for _ in range(8))


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")


def _write_script(folder: Path, lines: Sequence[dict[str, Any]], name: str = "script.jsonl") -> None:
    # Replies without a mark of their trial come first: they are asked for in order.
    _write(folder, name, "".join(f"{json.dumps(line)}\n" for line in lines))
