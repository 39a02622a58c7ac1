"""Text that gives orders: nothing that a tool returned may teach a model to obey it.

Tool output is hostile until shown otherwise. The list is short and reviewed, and errs on the
side of orders to a model: it is no detector of attacks, it keeps the plain ones out of what is
shown and trained on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from practicum.records import Trial

REASON = "instruction-like text"

_LINE = r"(?:^|[\n\r\"'>]|\\n)[ \t#*>\[(]*"
"""Where a line begins, in JSON's spelling too."""
_PATTERNS = (
    # "ignore all previous instructions", "disregard the above prompt"
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|existing|your|system|all)\b[^.!?\n]{0,30}"
    r"\b(?:instructions?|prompts?|directions?|directives?|guidelines|rules|orders)\b",
    r"\b(?:ignore|disregard|forget)\s+(?:everything|anything|all)\s+(?:above|before|you)\b",
    # "your new instructions are", "new system prompt:"
    r"\bnew\s+(?:system\s+)?(?:instructions?|prompt|directives?)\s*(?::|are\b)",
    r"\b(?:reveal|print|repeat|show|output|leak)\b[^.!?\n]{0,20}\b(?:your|the)\s+system\s+prompt\b",
    r"\byou\s+are\s+now\s+(?:a|an|acting)\b|\bfrom\s+now\s+on,?\s+you\b",
    r"\b(?:attention|important|note|message)[^.!?\n]{0,20}\b(?:ai|assistant|language model|llm|agent)s?\s*:",
    r"\bdo\s+not\s+(?:tell|inform|mention\s+(?:this|it)\s+to|reveal\s+(?:this|it)\s+to)\s+the\s+user\b",
    # A turn of its own: "system: You must ..." (a field such as "system: metric" is none)
    _LINE
    + r"(?:system|assistant|developer)(?:\s+(?:message|prompt|note))?\s*[\])]?\s*:\s*(?:[^\s:]+[ \t]+){3,}\S",
    # Role tags and the marks between turns of the usual chat templates
    r"<\|(?:im_start|im_end|endoftext|system|user|assistant|eot_id|start_header_id|end_header_id)\|>",
    r"<\|?(?:start|end)_of_turn\|?>|\[/?INST\]|<<\s*/?SYS\s*>>",
    r"</?(?:system|assistant|developer|instructions?|important|information)\s*>",
    # Tool-call tags
    r"</?(?:tool_call|tool_response|function_call|function_calls|invoke|tool_use|tools)\b[^>\n]{0,80}>",
    r"<\|(?:tool_call|tool_calls|python_tag|tool)\|?>|\[TOOL_CALLS\]|<\uff5ctool",
)
_ORDERS = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def instruction_like(text: str) -> str | None:
    """Return the part of ``text`` that reads as an order to a model, None when nothing does."""
    found = _ORDERS.search(text)
    return " ".join(found.group().split())[:120] if found else None


def any_instruction_like(texts: Iterable[str]) -> bool:
    """Whether one of ``texts`` holds an order to a model."""
    return any(instruction_like(text) is not None for text in texts)


def quarantined(trial: Trial) -> bool:
    """Whether a trial's query, answer or one of its observations, probes included, holds an order."""
    seen = (step.observation.text for step in (*trial.probes, *trial.steps))
    return any_instruction_like((trial.query, trial.answer, *seen))
