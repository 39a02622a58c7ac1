"""A vocabulary of single bytes to walk grammars with, and an engine that decodes with it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from practicum.models.engine import Completion, Constraint, Request
from practicum.models.templates import render_chatml
from practicum.records import JsonObject

END = 256


@cache
def _compiler() -> Any:
    xgrammar = pytest.importorskip("xgrammar")
    vocabulary = [bytes([code]) for code in range(256)] + [b"<end>"]
    info = xgrammar.TokenizerInfo(
        vocabulary, vocab_type=xgrammar.VocabType.RAW, vocab_size=257, stop_token_ids=[END]
    )
    return xgrammar.GrammarCompiler(info)


def _matcher(grammar: str) -> Any:
    import xgrammar

    return xgrammar.GrammarMatcher(_compiler().compile_grammar(grammar))


def accepts(grammar: str, text: str) -> bool:
    """Whether the grammar admits the whole text."""
    matcher = _matcher(grammar)
    return bool(matcher.accept_string(text) and matcher.is_completed())


def admits(constraint: Constraint, text: str) -> bool:
    """Whether the constraint, its prefix included, admits the whole text."""
    begins = text.startswith(constraint.prefix)
    return begins and accepts(constraint.grammar, text.removeprefix(constraint.prefix))


def sample(grammar: str, seed: int) -> str:
    """Return a random text of the grammar."""
    import xgrammar

    rng = random.Random(seed)
    matcher = _matcher(grammar)
    bitmask = xgrammar.allocate_token_bitmask(1, 257)
    written = bytearray()
    while True:
        matcher.fill_next_token_bitmask(bitmask, 0)
        words = bitmask[0].tolist()
        allowed = [code for code in range(257) if words[code // 32] >> (code % 32) & 1]
        # Negated classes admit surrogates, which begin with this byte and are no text.
        allowed = [code for code in allowed if code != 0xED] or allowed
        plain = [code for code in allowed if code in {*b'",}]', END}]
        code = rng.choice(plain if plain and rng.random() < 0.3 else allowed)
        if code == END:
            return written.decode()
        assert matcher.accept_token(code)
        written.append(code)


class RandomEngine:
    """Writes random texts of the constraint, and a fixed text where there is none."""

    name = "random"
    call_tags = ("", "")

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.requests: list[Request] = []

    def render(self, messages: Sequence[BaseMessage], tools: Sequence[JsonObject]) -> str:
        return render_chatml(messages, tools)

    def submit(self, request: Request) -> Future[Completion]:
        self.requests.append(request)
        seed = self.seed + len(self.requests)
        text = sample(request.constraint.grammar, seed) if request.constraint else "Some text."
        done: Future[Completion] = Future()
        done.set_result(Completion(text, len(request.prompt.split()), len(text)))
        return done

    def close(self) -> None:
        """Hold nothing."""


class ReciteEngine(RandomEngine):
    """Writes what it was given, whatever the constraint says."""

    def __init__(self, *texts: str | Completion) -> None:
        super().__init__()
        self.texts = list(texts)

    def submit(self, request: Request) -> Future[Completion]:
        self.requests.append(request)
        done: Future[Completion] = Future()
        given = self.texts.pop(0)
        completion = given if isinstance(given, Completion) else Completion(given, 7, 3)
        prefix = request.constraint.prefix if request.constraint else ""
        done.set_result(replace(completion, text=completion.text.removeprefix(prefix)))
        return done
