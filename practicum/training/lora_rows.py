"""Examples as tokens, and what is left out of a training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from practicum.errors import SetupError
from practicum.nodes.schema_parts import closed_values
from practicum.records import ToolSpec
from practicum.records.keys import query_key
from practicum.training.examples import Example
from practicum.training.rendering import Row

FEWEST = 10
"""Different calls below which nothing is trained: they would be learned by heart, in any number of words."""

Tokenize = Callable[[Sequence[str]], list[list[int]]]
"""Texts to token ids, without anything added."""


@dataclass(frozen=True)
class Tokens:
    """One example as token ids."""

    prompt: list[int]
    completion: list[int]

    @property
    def ids(self) -> list[int]:
        """The whole sequence."""
        return self.prompt + self.completion

    def __len__(self) -> int:
        return len(self.prompt) + len(self.completion)


@dataclass
class Rows:
    """What is trained on."""

    examples: list[Example] = field(default_factory=list)
    tokens: list[Tokens] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def total_tokens(self) -> int:
        """Tokens of one pass over all of them, prompts included."""
        return sum(map(len, self.tokens))


def make_rows(
    examples: Iterable[Example],
    row: Callable[[Example], Row],
    tokenize: Tokenize,
    max_length: int,
    specs: Mapping[str, ToolSpec] | None = None,
) -> Rows:
    """Render and tokenize what is to be trained on, in an order that does not depend on the input's.

    Prompt and completion are tokenized apart, as they are in service, where the prompt is complete
    before the first token of the reply is chosen.

    Raises:
        SetupError: fewer than `FEWEST` different calls are left; of a tool of ``specs`` whose values are all
            listed, wordings count.
    """
    rows = Rows()
    given = sorted(examples, key=lambda one: (one.id, one.query))
    kept = _learnable(given, rows.left_out)
    if not kept:
        _require_enough(rows, len(given), specs or {})
    texts = [row(example) for example in kept]
    prompts = tokenize([text.prompt for text in texts])
    completions = tokenize([text.completion for text in texts])
    for example, prompt, completion in zip(kept, prompts, completions, strict=True):
        tokens = Tokens(prompt, completion)
        if len(tokens) > max_length:
            rows.left_out["longer than max_length"] += 1
            continue
        rows.examples.append(example)
        rows.tokens.append(tokens)
    _require_enough(rows, len(given), specs or {})
    return rows


def _learnable(examples: Iterable[Example], left_out: Counter[str]) -> list[Example]:
    kept: list[Example] = []
    for example in examples:
        if example.split != "train":
            left_out["not in the training split"] += 1
        elif example.call is None and not example.answer.strip():
            left_out["neither call nor answer"] += 1
        else:
            kept.append(example)
    return kept


def _require_enough(rows: Rows, given: int, specs: Mapping[str, ToolSpec]) -> None:
    different = len({_taught(example, specs) for example in rows.examples} - {None})
    if different >= FEWEST:
        return
    reasons = ", ".join(f"{count} {reason}" for reason, count in rows.left_out.most_common())
    told = f" ({given} given: {reasons})" if reasons else ""
    calls = "call" if different == 1 else "calls"
    raise SetupError(
        f"there are {len(rows.examples)} examples to train on{told}, of {different} different {calls};"
        f" it takes at least {FEWEST}",
        "practise more with `practicum explore`; or raise --per-tool, if it is what left them out",
    )


def _taught(example: Example, specs: Mapping[str, ToolSpec]) -> str | None:
    """Return what differs if an example teaches another call; None of one without a call.

    Where a tool takes nothing, or what it takes is listed, what can be learned is by which words it is meant.
    """
    call = example.call
    if call is None:
        return None
    spec = specs.get(call.name)
    listed = spec is not None and all(closed_values(each) for each in spec.properties.values())
    return f"{call.name} {query_key(example.query)}" if listed or not call.arguments else call.signature
