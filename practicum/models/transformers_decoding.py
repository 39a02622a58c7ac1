"""Decoding with transformers and xgrammar, a batch at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from practicum.models.engine import Completion, Request


@dataclass
class Decoder:
    """A loaded model with its tokenizer; not safe to share between threads."""

    model: Any
    tokenizer: Any
    stop_ids: list[int]
    """Tokens that end a reply."""
    _compiler: Any = None

    @classmethod
    def load(cls, source: str, tokenizer: Any) -> Self:
        """Load the weights.

        Raises:
            OSError: there are none.
            ValueError: the architecture is unknown.
        """
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging as untyped

        told: Any = untyped
        told.disable_progress_bar()
        # peft loads it where it is installed, and it tells what it does without.
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
        on_gpu = torch.cuda.is_available()
        # bfloat16 prefills five times slower than float32 on a CPU.
        dtype = torch.bfloat16 if on_gpu else torch.float32
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=dtype)
        model.to("cuda" if on_gpu else "cpu")
        model.eval()
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return cls(model, tokenizer, _stop_ids(model, tokenizer))

    def decode(self, requests: Sequence[Request]) -> list[Completion]:
        """Decode requests that differ in prompt, constraint, stops and length only."""
        import torch

        first = requests[0]
        inputs = self.tokenizer(
            [request.prompt for request in requests],
            return_tensors="pt",
            padding=True,
            padding_side="left",
            add_special_tokens=False,
        ).to(self.model.device)
        width = int(inputs["input_ids"].shape[1])
        rows = [_Row(self._matcher(request), request.max_tokens) for request in requests]
        sampling: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        if first.temperature > 0:
            sampling = {"do_sample": True, "temperature": first.temperature, "top_p": 0.95, "top_k": 0}
            if first.seed is not None:
                torch.manual_seed(first.seed)
        with torch.inference_mode():
            output = self.model.generate(
                **inputs,
                **sampling,
                max_new_tokens=max(request.max_tokens for request in requests),
                repetition_penalty=first.repetition_penalty,
                logits_processor=[_Mask(rows, width, self.stop_ids)],
                eos_token_id=self.stop_ids,
                pad_token_id=self.tokenizer.pad_token_id,
            )
        lengths = inputs["attention_mask"].sum(dim=1).tolist()
        return [
            self._completion(ids[width:].tolist(), request, int(length))
            for ids, request, length in zip(output, requests, lengths, strict=True)
        ]

    def _completion(self, ids: list[int], request: Request, prompt_tokens: int) -> Completion:
        end = next((index for index, token in enumerate(ids) if token in self.stop_ids), None)
        written = ids if end is None else ids[:end]
        reason = "stop" if end is not None and end < request.max_tokens else "length"
        text = str(self.tokenizer.decode(written[: request.max_tokens], skip_special_tokens=True))
        for stop in request.stop:
            if stop in text:
                text, reason = text.split(stop, 1)[0], "stop"
        counted = len(written) if end is None else end + 1
        return Completion(text, prompt_tokens, counted, reason)

    def _matcher(self, request: Request) -> Any:
        if request.constraint is None:
            return None
        import xgrammar

        if self._compiler is None:
            info = xgrammar.TokenizerInfo.from_huggingface(
                self.tokenizer, vocab_size=self._vocabulary, stop_token_ids=self.stop_ids
            )
            self._compiler = xgrammar.GrammarCompiler(info)
        return xgrammar.GrammarMatcher(self._compiler.compile_grammar(request.constraint.grammar))

    @property
    def _vocabulary(self) -> int:
        """Number of logits, which may exceed the tokenizer's own count."""
        return int(self.model.get_output_embeddings().weight.shape[0])


@dataclass
class _Row:
    """One reply in the making."""

    matcher: Any
    """None when the reply is free."""
    max_tokens: int
    written: int = 0
    over: bool = False


class _Mask:
    """A logits processor: each row under its own grammar and its own limit."""

    def __init__(self, rows: Sequence[_Row], prompt_width: int, stop_ids: Sequence[int]) -> None:
        self._rows = rows
        self._prompt_width = prompt_width
        self._stop_ids = list(stop_ids)
        self._bitmask: Any = None

    def __call__(self, ids: Any, scores: Any) -> Any:
        import xgrammar

        if self._bitmask is None:
            self._bitmask = xgrammar.allocate_token_bitmask(len(self._rows), scores.shape[-1])
        self._bitmask.fill_(-1)  # all bits: a free or finished row is not masked
        for index, row in enumerate(self._rows):
            self._advance(row, int(ids[index, -1]) if ids.shape[1] > self._prompt_width else None)
            if row.matcher is not None and not row.over and not row.matcher.is_terminated():
                row.matcher.fill_next_token_bitmask(self._bitmask, index)
        xgrammar.apply_token_bitmask_inplace(scores, self._bitmask.to(scores.device))
        self._end_rows(scores)
        return scores

    def _advance(self, row: _Row, token: int | None) -> None:
        if token is None or row.over:
            return
        row.written += 1
        if token in self._stop_ids or (row.matcher is not None and not row.matcher.accept_token(token)):
            row.over = True

    def _end_rows(self, scores: Any) -> None:
        """Leave a row that has reached its own limit no token but the end."""
        for index, row in enumerate(self._rows):
            done = row.matcher is not None and row.matcher.is_terminated()
            if not row.over and (row.written >= row.max_tokens or done):
                scores[index] = float("-inf")
                scores[index, self._stop_ids[0]] = 0.0


def _stop_ids(model: Any, tokenizer: Any) -> list[int]:
    """Return the tokens that end a turn: the model's own, and ChatML's where it is in the vocabulary."""
    configured = model.generation_config.eos_token_id
    ids = configured if isinstance(configured, list) else [configured]
    turn_end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    unknown = tokenizer.unk_token_id
    candidates = [*ids, tokenizer.eos_token_id, turn_end if turn_end != unknown else None]
    return list(dict.fromkeys(int(one) for one in candidates if one is not None))
