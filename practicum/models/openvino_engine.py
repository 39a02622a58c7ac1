"""The default engine: OpenVINO over a GGUF file, in a process of its own (see `openvino_worker`)."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from langchain_core.messages import BaseMessage

from practicum.errors import PracticumError, ProviderError, SetupError, install
from practicum.models import openvino_worker
from practicum.models.engine import Completion, EngineDied, Request
from practicum.models.templates import render_chatml
from practicum.records import JsonObject, digest

CONTEXT_TOKENS = 8192


@dataclass
class _Process:
    """A running worker and the futures it owes."""

    popen: subprocess.Popen[str]
    stderr: IO[str]
    pending: dict[int, Future[Completion]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: PracticumError | None = None
    """Why it takes no more requests."""

    def send(self, message: JsonObject) -> None:
        """Write one line; the caller holds the lock."""
        assert self.popen.stdin is not None  # noqa: S101 - it was opened as a pipe
        self.popen.stdin.write(json.dumps(message) + "\n")
        self.popen.stdin.flush()

    def resolve(self, message: JsonObject) -> None:
        """Give one finished request to whoever waits for it."""
        with self.lock:
            future = self.pending.pop(message.pop("id"), None)
        if future is None:
            return
        if "error" in message:
            _settle(future, ProviderError(f"the local model can't answer: {message['error']}"))
        else:
            _settle(future, Completion(**message))

    def fail(self, error: PracticumError) -> None:
        """Give ``error`` to everyone who waits, and to whoever comes later."""
        with self.lock:
            self.over = self.over or error
            owed, self.pending = list(self.pending.values()), {}
        for future in owed:
            _settle(future, error)


def _settle(future: Future[Completion], result: Completion | PracticumError) -> None:
    """Resolve a future that may have been cancelled meanwhile."""
    try:
        if isinstance(result, Completion):
            future.set_result(result)
        else:
            future.set_exception(result)
    except InvalidStateError:
        return


class OpenVinoEngine:
    """Runs a llama-family GGUF with ChatML prompts: prefix caching, continuous batching, grammars.

    The worker starts with the first request, or with `start`, which does not wait for it. One
    engine serves threads and event loops side by side: their requests meet in one batch.
    """

    call_tags = ("", "")

    def __init__(self, weights: Path, *, cache: Path | None = None, name: str | None = None) -> None:
        self.weights = weights
        self.name = name or weights.stem
        self._cache = cache
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._next_id = 0

    @property
    def pid(self) -> int | None:
        """Process id of the worker, for measuring; None while there is none."""
        return self._process.popen.pid if self._process else None

    def start(self) -> None:
        """Begin to load, in the background.

        Raises:
            SetupError: the engine's package or the file is missing.
        """
        with self._lock:
            self._started()

    def render(self, messages: Sequence[BaseMessage], tools: Sequence[JsonObject]) -> str:
        return render_chatml(messages, tools)

    def submit(self, request: Request) -> Future[Completion]:
        future: Future[Completion] = Future()
        with self._lock:
            try:
                process = self._started()
            except SetupError as error:
                future.set_exception(error)
                return future
            self._next_id += 1
            self._post(process, self._next_id, request, future)
        return future

    def close(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.fail(EngineDied("the local model was closed"))
            _end(process.popen, process.stderr)

    def _started(self) -> _Process:
        if self._process is None or self._process.over is not None:
            self._process = _launch(self.weights, self._converted())
            weakref.finalize(self, _end, self._process.popen, self._process.stderr)
        return self._process

    def _converted(self) -> Path | None:
        """Where OpenVINO's form of these weights is kept; a new release or file gets a new folder."""
        if self._cache is None:
            return None
        found = self.weights.stat()
        key = digest(
            str(self.weights.resolve()),
            str(found.st_size),
            str(found.st_mtime_ns),
            version("openvino-genai"),
        )
        return self._cache.absolute() / "openvino" / f"{self.weights.stem}-{key}"

    def _post(self, process: _Process, request_id: int, request: Request, future: Future[Completion]) -> None:
        message = {
            "id": request_id,
            "prompt": request.prompt,
            "grammar": request.constraint.grammar if request.constraint else None,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stop": list(request.stop),
            "seed": request.seed,
            "repetition_penalty": request.repetition_penalty,
        }
        with process.lock:
            over = process.over
            if over is None:
                process.pending[request_id] = future
                try:
                    process.send(message)
                except OSError:  # it died this moment: the reading thread will tell everyone why
                    return
        if over is not None:  # it has told everyone already
            _settle(future, over)
            return
        future.add_done_callback(lambda done: _cancel(process, request_id) if done.cancelled() else None)


def _cancel(process: _Process, request_id: int) -> None:
    with process.lock:
        if process.pending.pop(request_id, None) is not None and process.over is None:
            try:
                process.send({"cancel": request_id})
            except (OSError, ValueError):
                return


def _launch(weights: Path, converted: Path | None) -> _Process:
    if importlib.util.find_spec("openvino_genai") is None:
        raise SetupError("the local model's engine is not installed", install("local"))
    if not weights.is_file():
        raise SetupError(f"there is no model file {weights}", "check the path after 'local:'")
    stderr = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - ended by _end
    arguments = [str(weights.resolve()), str(converted or ""), str(CONTEXT_TOKENS)]
    # -P keeps this folder off the worker's import path, where our file names could hide libraries.
    popen = subprocess.Popen(
        [sys.executable, "-P", str(Path(openvino_worker.__file__)), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
    )
    process = _Process(popen, stderr)
    threading.Thread(target=_read, args=(process, weights), name="openvino-replies", daemon=True).start()
    return process


def _read(process: _Process, weights: Path) -> None:
    """Hand out replies until the worker ends; runs on a thread of its own."""
    assert process.popen.stdout is not None  # noqa: S101 - it was opened as a pipe
    try:
        with process.popen.stdout as lines:
            for line in lines:
                message: dict[str, Any] = json.loads(line)
                if "failed" in message:
                    process.fail(_unloadable(weights, message["failed"]))
                elif "id" in message:
                    process.resolve(message)
    except (ValueError, OSError):  # closed while it was read
        pass
    process.fail(EngineDied(f"the local model's process ended{_last_words(process.stderr)}"))


def _unloadable(weights: Path, reason: str) -> SetupError:
    lines = [line for line in reason.splitlines() if line.strip()] or ["no reason given"]
    return SetupError(
        f"{weights.name} can't be loaded: {lines[-1][:300]}",
        "name a GGUF of a llama-family model that OpenVINO GenAI reads (Q4_0, Q4_1, Q8_0 or F16)",
    )


def _last_words(stderr: IO[str]) -> str:
    try:
        stderr.seek(0)
        lines = [line.strip() for line in stderr.read().splitlines() if line.strip()]
    except (ValueError, OSError):
        return ""
    return f": {lines[-1][:300]}" if lines else ""


def _end(popen: subprocess.Popen[str], stderr: IO[str]) -> None:
    """Close the worker's input, which ends it; insist after two seconds."""
    try:
        if popen.stdin is not None:
            popen.stdin.close()
    except OSError:  # it is gone already, with a request half written
        pass
    try:
        popen.wait(timeout=2)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):  # at the end, another Ctrl-C hurries it
        popen.kill()
        popen.wait()
    stderr.close()
