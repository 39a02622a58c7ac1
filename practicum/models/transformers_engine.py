"""An engine over Hugging Face models, for adapters in training and for machines with a GPU."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage

from practicum.errors import PracticumError, ProviderError, SetupError, first_line, install
from practicum.models.adapters import base_named_by, count_weights, is_adapter, with_adapter
from practicum.models.chat_rows import native_rows, plain_rows
from practicum.models.engine import Completion, EngineDied, Request
from practicum.models.templates import render_chatml
from practicum.records import JsonObject

if TYPE_CHECKING:
    from practicum.models.transformers_decoding import Decoder

MOST_AT_ONCE = 8
"""Greedy requests decoded as one batch."""

LIKENESS = "{#- practicum:"
"""How a template begins that stands for `render_chatml` in other programs; here the real one is used."""


class TransformersEngine:
    """Decodes with transformers, constrained by xgrammar; float32 on a CPU, bfloat16 on CUDA.

    One thread owns the model. It takes what has queued up while it was busy: greedy requests of the
    same kind in batches, sampled ones by themselves, so that a seed means the same each time.
    """

    def __init__(self, name: str) -> None:
        """Take a hub id, or a directory with a model or a PEFT adapter; nothing is loaded yet.

        Raises:
            SetupError: a package is missing, the name is a path that leads nowhere, or an adapter's base is
                not found.
        """
        missing = [p for p in ("torch", "transformers", "xgrammar") if importlib.util.find_spec(p) is None]
        if missing:
            raise SetupError(f"models in Hugging Face form need {', '.join(missing)}", install("train"))
        path = Path(name).expanduser()
        self._adapter = path.absolute() if is_adapter(path) else None
        looks_like_path = name.startswith((".", "/", "~")) or name.count("/") != 1
        if self._adapter is None and looks_like_path and not (path / "config.json").is_file():
            what = "is no model: it has no config.json" if path.is_dir() else "does not exist"
            raise SetupError(
                f"{name} {what}", "name a directory with config.json, weights and tokenizer, or a hub id"
            )
        self.name = path.name if path.is_dir() else name
        self.source = _base_of(self._adapter) if self._adapter else _absolute(path, name)
        self._loading = threading.RLock()
        self._inbox = _Inbox()
        self._thread: threading.Thread | None = None

    @cached_property
    def call_tags(self) -> tuple[str, str]:
        tagged = "<tool_call>" in self._own_template
        return ("<tool_call>\n", "\n</tool_call>") if tagged else ("", "")

    def render(self, messages: Sequence[BaseMessage], tools: Sequence[JsonObject]) -> str:
        """Use the model's own template; where it has no place for tools, they go to the system turn.

        Raises:
            SetupError: the template refuses the conversation in every form.
        """
        if not self._own_template or self._own_template.startswith(LIKENESS):
            return render_chatml(messages, tools)
        from jinja2 import TemplateError

        ways: list[tuple[list[JsonObject], list[JsonObject] | None]] = []
        if "tools" in self._own_template:
            ways.append((native_rows(messages), list(tools) or None))
        ways += [(plain_rows(messages, tools, system_turn=turn), None) for turn in (True, False)]
        for rows, listed in ways:
            try:
                return self._templated(rows, listed)
            except TemplateError as error:  # it wants turns by turns, or knows no system
                refused = error
        raise SetupError(
            f"the chat template of {self.name} refuses a conversation: {refused}",
            "use another model, or put a chat_template.jinja that takes users and assistants beside it",
        )

    def submit(self, request: Request) -> Future[Completion]:
        future: Future[Completion] = Future()
        with self._loading:
            if self._thread is None:
                self._inbox = _Inbox()
                self._thread = threading.Thread(
                    target=self._serve, args=(self._inbox,), name="transformers", daemon=True
                )
                self._thread.start()
            self._inbox.put(request, future)
        return future

    def close(self) -> None:
        with self._loading:
            thread, self._thread = self._thread, None
        if thread is not None:
            left = [entry for entry in self._inbox.end() if entry[1].set_running_or_notify_cancel()]
            _fail(left, EngineDied("the local model was closed"))
            thread.join()

    def unload(self) -> None:
        """Take the weights out of memory; the next request loads them again."""
        self.close()

    def count_weights(self) -> int:
        """Return the number of the model's weights; 0 when it is a hub's, and perhaps not here yet."""
        return count_weights(Path(self.source)) if Path(self.source).is_absolute() else 0

    @property
    def _tokenizer(self) -> Any:
        with self._loading:  # two threads may ask at once
            return self._loaded_tokenizer

    @cached_property
    def _loaded_tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        try:
            return AutoTokenizer.from_pretrained(self._tokenizer_source, padding_side="left")
        except (OSError, ValueError) as error:
            raise _unloadable(self.source, error) from error

    @property
    def _tokenizer_source(self) -> str:
        """An adapter may bring a tokenizer of its own, with words or a template that its base lacks."""
        if self._adapter is not None and (self._adapter / "tokenizer_config.json").is_file():
            return str(self._adapter)
        return self.source

    @cached_property
    def _own_template(self) -> str:
        template = self._tokenizer.chat_template or ""
        if isinstance(template, dict):  # several, of which the tokenizer takes this one where there are tools
            default = str(template.get("default", ""))
            return str(template.get("tool_use", default)) if default else ""
        return str(template)

    def _templated(self, rows: list[JsonObject], tools: list[JsonObject] | None) -> str:
        # A model that thinks first would write its thoughts where a call or an answer is expected.
        prompt: str = self._tokenizer.apply_chat_template(
            rows, tools=tools, add_generation_prompt=True, tokenize=False, enable_thinking=False
        )
        return prompt

    def _serve(self, inbox: _Inbox) -> None:
        """Load the model and decode until closed; the only thread that touches it."""
        decoder: Decoder | None = None
        while batch := inbox.take():
            try:
                decoder = decoder or self._load()
                completions = decoder.decode([request for request, _ in batch])
            except PracticumError as error:
                _fail(batch, error)
            except Exception as error:  # noqa: BLE001 - out of memory, mostly; whatever it is, somebody waits
                _fail(batch, _broken(error))
            else:
                for (_, future), completion in zip(batch, completions, strict=True):
                    future.set_result(completion)

    def _load(self) -> Decoder:
        from safetensors import SafetensorError

        from practicum.models.transformers_decoding import Decoder

        try:
            decoder = Decoder.load(self.source, self._tokenizer)
        except (OSError, ValueError, SafetensorError) as error:
            raise _unloadable(self.source, error) from error
        if self._adapter is not None:
            decoder.model = with_adapter(decoder.model, self._adapter, self.source)
        return decoder


def _absolute(path: Path, name: str) -> str:
    return str(path.absolute()) if path.is_dir() else name


def _base_of(adapter: Path) -> str:
    if importlib.util.find_spec("peft") is None:
        raise SetupError(f"{adapter} is an adapter, which needs peft", install("train"))
    return base_named_by(adapter)


_Pending = tuple[Request, Future[Completion]]


class _Inbox:
    """What waits to be decoded; hands out what can share a batch."""

    def __init__(self) -> None:
        self._waiting: list[_Pending] = []
        self._changed = threading.Condition()
        self._ended = False

    def put(self, request: Request, future: Future[Completion]) -> None:
        with self._changed:
            self._waiting.append((request, future))
            self._changed.notify()

    def end(self) -> list[_Pending]:
        """Take no more, and return what was not begun."""
        with self._changed:
            self._ended = True
            left, self._waiting = self._waiting, []
            self._changed.notify()
        return left

    def take(self) -> list[_Pending]:
        """Wait for the next batch; empty once all has ended."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    return []
                first = self._waiting[0][0]
                batch = [entry for entry in self._waiting if entry[0] is first or _together(first, entry[0])]
                batch = batch[:MOST_AT_ONCE]
                self._waiting = [entry for entry in self._waiting if entry not in batch]
            begun = [entry for entry in batch if entry[1].set_running_or_notify_cancel()]
            if begun:
                return begun


def _together(first: Request, other: Request) -> bool:
    """Whether two requests can be decoded side by side and come out as if alone."""
    same = first.repetition_penalty == other.repetition_penalty
    return same and first.temperature == other.temperature == 0


def _fail(batch: list[_Pending], error: PracticumError) -> None:
    for _, future in batch:
        future.set_exception(error)


def _broken(error: Exception) -> ProviderError:
    return ProviderError(f"the local model failed: {first_line(error)}")


def _unloadable(source: str, error: Exception) -> SetupError:
    return SetupError(
        f"{source} can't be loaded: {first_line(error)}",
        "name a directory with config.json, weights and tokenizer, or a hub id",
    )
