"""The process in which OpenVINO decodes. Run as a script by `openvino_engine`; never imported.

``ContinuousBatchingPipeline.step`` keeps Python's global lock for as long as it computes: on a
thread of the agent's process, an event loop would turn once per token. In a process of its own
it holds up nobody, a crash in native code ends requests and not the agent, and requests still join
a running batch between two steps. So this file imports nothing of the package, which also lets the
model load while the agent's process is busy importing its own libraries.

Lines of JSON, in: ``{"id", "prompt", "grammar", "max_tokens", "temperature", "stop", "seed",
"repetition_penalty"}`` or ``{"cancel": id}``. Out: one ``{"ready": ...}`` or ``{"failed": ...}``,
then for each request ``{"id", "text", "prompt_tokens", "completion_tokens", "finish_reason"}`` or
``{"id", "error"}``.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, TextIO

KV_BLOCKS = 768
"""Blocks of 32 tokens: 24,576 tokens, at most 336 MB for SmolLM2-135M, so that all stays below 1 GB."""


def load(weights: Path, converted: Path | None) -> Any:
    """Return the pipeline, from the converted copy where there is one (3 s instead of 5 to 6 s)."""
    if converted is not None and (converted / "openvino_model.xml").exists():
        try:
            return _pipeline(converted, save=False)
        except RuntimeError:  # a damaged copy: made anew from the weights
            shutil.rmtree(converted, ignore_errors=True)
    if converted is None:
        return _pipeline(weights, save=False)
    return _convert(weights, converted)


def _pipeline(path: Path, *, save: bool) -> Any:
    import openvino_genai as genai

    scheduler = genai.SchedulerConfig()
    scheduler.enable_prefix_caching = True
    scheduler.num_kv_blocks = KV_BLOCKS
    saving = {"enable_save_ov_model": True} if save else {}
    return genai.ContinuousBatchingPipeline(str(path), scheduler, "CPU", saving, saving)


def _convert(weights: Path, converted: Path) -> Any:
    """Load the GGUF and keep OpenVINO's form of it; without a writable cache, only load it.

    OpenVINO saves beside the GGUF, and that may be a package's folder: hence the link.
    """
    scratch = converted.with_name(f"{converted.name}.{os.getpid()}.tmp")
    try:
        scratch.mkdir(parents=True)
        link = scratch / "model.gguf"
        link.symlink_to(weights)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        return _pipeline(weights, save=False)
    try:
        pipeline = _pipeline(link, save=True)
        link.unlink()
        if (scratch / "openvino_tokenizer.xml").exists():
            scratch.rename(converted)
    except OSError:  # another process was first, or the disk is full; the pipeline does without
        return _pipeline(weights, save=False)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return pipeline


def generation_config(ask: dict[str, Any]) -> Any:
    """Translate a request into OpenVINO's terms."""
    import openvino_genai as genai

    config = genai.GenerationConfig()
    config.apply_chat_template = False
    config.max_new_tokens = ask["max_tokens"]
    config.repetition_penalty = ask["repetition_penalty"]
    if ask["stop"]:
        config.stop_strings = set(ask["stop"])
    if ask["temperature"] > 0:
        config.do_sample = True
        config.temperature = ask["temperature"]
        config.top_p = 0.95
        config.rng_seed = ask["seed"] if ask["seed"] is not None else time.time_ns() % 2**31
    if ask["grammar"]:
        config.structured_output_config = genai.StructuredOutputConfig(grammar=ask["grammar"])
    return config


class DecodingLoop:
    """The loop: take what came, step, hand out what is finished."""

    def __init__(self, pipeline: Any, out: TextIO, context_tokens: int) -> None:
        self._pipeline = pipeline
        self._tokenizer = pipeline.get_tokenizer()
        self._out = out
        self._context_tokens = context_tokens
        self._inbox: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._running: dict[int, tuple[Any, dict[str, Any], int]] = {}

    def serve(self, lines: TextIO) -> None:
        """Serve until the input ends."""
        threading.Thread(target=self._listen, args=(lines,), daemon=True).start()
        while self._take_messages():
            if self._pipeline.has_non_finished_requests():
                self._pipeline.step()
                # Lets the listening thread have the global lock between two steps.
                time.sleep(0)
            self._hand_out()

    def _listen(self, lines: TextIO) -> None:
        for line in lines:
            self._inbox.put(json.loads(line))
        self._inbox.put(None)

    def _take_messages(self) -> bool:
        """Take what has come, waiting when there is nothing else to do; False at the end of input."""
        while not self._running or not self._inbox.empty():
            message = self._inbox.get()
            if message is None:
                return False
            if "cancel" in message:
                self._cancel(message["cancel"])
            else:
                self._add(message)
        return True

    def _add(self, ask: dict[str, Any]) -> None:
        """Take a request; one that can't be taken, whatever is wrong with it, fails alone."""
        try:
            self._begin(ask)
        except Exception as error:  # noqa: BLE001 - of native code: of what it was given, or of its own
            self._send({"id": ask["id"], "error": _reason(error)})

    def _begin(self, ask: dict[str, Any]) -> None:
        ids = self._tokenizer.encode(ask["prompt"], add_special_tokens=False).input_ids
        length = int(ids.shape[1])
        if length + ask["max_tokens"] > self._context_tokens:
            reason = (
                f"the prompt has {length} tokens and the reply may have {ask['max_tokens']}; "
                f"the model reads {self._context_tokens} together"
            )
            self._send({"id": ask["id"], "error": reason})
            return
        handle = self._pipeline.add_request(ask["id"], ids, generation_config(ask))
        self._running[ask["id"]] = (handle, ask, length)

    def _cancel(self, request_id: int) -> None:
        if request_id in self._running:
            self._running.pop(request_id)[0].cancel()

    def _hand_out(self) -> None:
        for request_id, (handle, ask, length) in list(self._running.items()):
            if handle.get_status().name == "RUNNING":
                continue
            del self._running[request_id]
            try:
                said = {**self._finished(handle.read_all(), ask), "prompt_tokens": length}
            except Exception as error:  # noqa: BLE001 - as above
                said = {"error": _reason(error)}
            self._send({"id": request_id, **said})

    def _finished(self, outputs: Any, ask: dict[str, Any]) -> dict[str, Any]:
        if not outputs:
            raise RuntimeError("the engine dropped the request")
        output = outputs[0]
        text = self._tokenizer.decode(output.generated_ids)
        for stop in ask["stop"]:
            text = text.split(stop, 1)[0]
        reason = "length" if output.finish_reason.name == "LENGTH" else "stop"
        return {"text": text, "completion_tokens": len(output.generated_ids), "finish_reason": reason}

    def _send(self, message: dict[str, Any]) -> None:
        self._out.write(json.dumps(message) + "\n")
        self._out.flush()


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:500]


def main(weights: str, converted: str, context_tokens: str) -> int:
    """Load the model and serve; returns the exit status."""
    # Ctrl-C reaches the whole process group; the agent decides when the engine stops.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Native code that prints must not break the protocol: it gets stderr for its stdout.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    started = time.monotonic()
    try:
        pipeline = load(Path(weights), Path(converted) if converted else None)
    except (RuntimeError, ImportError) as error:
        out.write(json.dumps({"failed": str(error)[:2000]}) + "\n")
        out.flush()
        return 1
    out.write(json.dumps({"ready": True, "seconds": round(time.monotonic() - started, 2)}) + "\n")
    out.flush()
    DecodingLoop(pipeline, out, int(context_tokens)).serve(sys.stdin)
    return 0


if __name__ == "__main__":
    # Ended at once: tearing the pipeline down takes a second that nobody needs.
    STATUS = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(STATUS)
