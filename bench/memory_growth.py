"""Whether memory and files grow with nothing but what is learned: 10,000 trials in one process.

A scripted model, real graphs, checkpoints, journal and Chroma. Each time so many trials were made, the bench
writes down the resident memory of the process (after a collection) and the bytes of the journal, of the
checkpoints and of Chroma's folder, without their write-ahead logs: those grow to 4 MB and are used again.

*Slope* is the growth of resident memory in KiB a trial, by least squares, without the first sample: until
then everything is loaded. Chroma keeps the vectors of its open collections in memory, so that it is never
quite zero: a vector of the hashing embedder and its links take about two KiB. With ``--chroma-url`` (a
`chroma run`) they are the server's.

    python -m bench.memory_growth [--trials 10000] [--every 1000] [--chroma-url http://HOST:PORT]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import re
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from langchain_core.messages import BaseMessage, ToolMessage

import practicum
from bench.model_service import WORDS
from bench.throughput import registers
from practicum.graph.campaign import Progress
from practicum.models.scripted import ScriptedChatModel, ScriptedReply

TRIALS = 10_000
EVERY = 1_000
TOOLS = 10
TRIALS_AN_EPISODE = 4
_NAME = re.compile(r"\bregister_\d+\b")


class Content(ScriptedChatModel):
    """A model without a script and without a memory, content with whatever a register says."""

    made: int = 0

    def _next(self, messages: Sequence[BaseMessage]) -> ScriptedReply:
        self.made += 1
        self.bound.clear()  # what it was offered, which scripts keep for tests: nothing of Practicum's
        if isinstance(messages[-1], ToolMessage):
            return ScriptedReply(content=f"It is {self._words()}.")
        asked = str(messages[-1].content)
        if len(messages) > 1:
            call = {"name": _NAME.findall(asked)[0], "arguments": {"text": self._words()}}
            return ScriptedReply.model_validate({"tool_calls": [call]})
        if asked.startswith("You imagine"):
            return ScriptedReply(
                structured={"query": f"What does {_NAME.findall(asked)[0]} say of {self._words()}?"}
            )
        if "lessons" in asked:
            lesson = {"parameter": "text", "text": f"Ask for {self._words()} by name.", "trials": [1]}
            return ScriptedReply(structured={"lessons": [lesson]})
        return ScriptedReply(structured={"reason": "the register was read", "solved": True})

    def _words(self) -> str:
        """Return words that were not said before, for some million calls."""
        number, found = self.made, []
        for _ in range(3):
            number, word = divmod(number, len(WORDS))
            found.append(WORDS[(word * 7) % len(WORDS)])
        return " ".join(found)


def run(
    quick: bool = False, *, trials: int = TRIALS, every: int = EVERY, chroma_url: str | None = None
) -> dict[str, Any]:
    """Return samples of memory and files, the slope, and bytes a trial in the first and the last stretch."""
    wanted, step = (48, 12) if quick else (trials, every)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "home"
        watch = _Watch(folder, step)
        started = time.perf_counter()
        asyncio.run(_explore(folder, wanted, watch, chroma_url))
        seconds = time.perf_counter() - started
    samples = watch.samples
    return {
        "trials": watch.made,
        "tools": TOOLS,
        "every": step,
        "seconds": round(seconds, 1),
        "samples": samples,
        "slope_kib_a_trial": _slope(samples[1:]),
        "bytes_a_trial": {
            part: {"first": _growth(samples, part, 0), "last": _growth(samples, part, len(samples) - 2)}
            for part in ("journal", "checkpoints", "chroma")
        },
    }


async def _explore(folder: Path, trials: int, watch: _Watch, chroma_url: str | None) -> None:
    episodes = -(-trials // (TOOLS * TRIALS_AN_EPISODE))
    with practicum.open(folder, embedder="hashing", chroma_url=chroma_url) as practice:
        await practice.explore(
            registers(TOOLS),
            model=Content(replies=()),
            episodes=episodes,
            trials=TRIALS_AN_EPISODE,
            concurrency=TOOLS,
            strategy="query-first",
            watch=watch,
        )


class _Watch:
    """Takes a sample each time so many trials were made."""

    def __init__(self, folder: Path, every: int) -> None:
        self._folder = folder
        self._every = every
        self.made = 0
        self.samples: list[dict[str, Any]] = []

    def __call__(self, progress: Progress) -> None:
        if progress.trial is None:
            return
        assert progress.trial.outcome == "solved", progress.trial.reflection
        self.made += 1
        if self.made % self._every == 0:
            gc.collect()
            self.samples.append(
                {
                    "trials": self.made,
                    "resident_mib": round(psutil.Process().memory_info().rss / 2**20, 1),
                    "journal": _size(self._folder.glob("journal.sqlite*")),
                    "checkpoints": _size(self._folder.glob("checkpoints.sqlite*")),
                    "chroma": _size((self._folder / "index").rglob("*")),
                }
            )


def _size(files: Any) -> int:
    kept = (file for file in files if file.is_file() and not file.name.endswith(("-wal", "-shm")))
    return sum(file.stat().st_size for file in kept)


def _growth(samples: Sequence[dict[str, Any]], part: str, start: int) -> float:
    before, after = samples[start], samples[start + 1]
    return float(round((after[part] - before[part]) / (after["trials"] - before["trials"]), 1))


def _slope(samples: Sequence[dict[str, Any]]) -> float:
    """Return KiB a trial."""
    trials = [each["trials"] for each in samples]
    resident = [each["resident_mib"] * 1024 for each in samples]
    return round(statistics.linear_regression(trials, resident).slope, 2)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--every", type=int, default=EVERY)
    parser.add_argument("--chroma-url", help="a Chroma server that holds the index instead")
    options = parser.parse_args()
    found = run(trials=options.trials, every=options.every, chroma_url=options.chroma_url)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
