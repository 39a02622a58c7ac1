"""The most that one call can cost, before it is made, and what it did cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage, convert_to_openai_messages

from practicum.errors import SetupError
from practicum.models.prices import FREE, Price, require_price
from practicum.records import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

REPLY_TOKENS = 2048
"""Sent as the bound of a reply where the model has none of its own: what is unbounded has no price."""
ADDED_TOKENS = 1000
"""What a provider may add to a prompt by itself: instructions for calling tools, marks between turns."""
_BOUNDS = ("max_tokens", "max_output_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Meter:
    """What calls of one model cost."""

    price: Price
    reply_tokens: int
    """The most tokens that a reply can have: `bounded` sees to it."""

    def most(self, messages: Sequence[BaseMessage], shown: Any) -> float:
        """Return the most dollars that a call can cost.

        A token is at least one byte for all tokenizers in use, so a prompt has at most as many as bytes.

        Args:
            messages: The prompt.
            shown: What is sent beside it, JSON: tools, or a schema.
        """
        sent = json.dumps([convert_to_openai_messages(list(messages)), shown], ensure_ascii=False)
        read = len(sent.encode("utf-8", "surrogatepass")) + ADDED_TOKENS
        return self.price.cost(read, self.reply_tokens)

    def cost(self, usage: Usage) -> float | None:
        """Return what a call cost in dollars; None where the provider did not count its tokens."""
        if not usage.prompt_tokens:
            return None
        return self.price.cost(usage.prompt_tokens, usage.completion_tokens)


def make_meter(model: BaseChatModel, name: str, given: Mapping[str, Price]) -> Meter:
    """Return the meter of a model; ``given`` are the user's prices by name.

    Raises:
        SetupError: the price is unknown.
    """
    price = require_price(model, name, given)
    return Meter(price, 0 if price == FREE else reply_bound(model) or REPLY_TOKENS)


def bounded(model: BaseChatModel, meter: Meter) -> BaseChatModel:
    """Return the model with replies as long as the meter counts on, which is sent with each call.

    Raises:
        SetupError: the model has no such setting.
    """
    if meter.price == FREE or reply_bound(model) is not None:
        return model
    setting = next((name for name in _BOUNDS if name in type(model).model_fields), None)
    if setting is None:
        raise SetupError(
            f"nothing bounds a reply of {type(model).__name__}, so --max-cost can't be kept",
            "name another --model, or limit --max-model-calls instead",
        )
    # A copy, since what is passed with a call does not reach a model that is asked for an object.
    return model.model_copy(update={setting: meter.reply_tokens})


def reply_bound(model: BaseChatModel) -> int | None:
    """Return the most tokens that a model's own settings let it reply with; None without a bound."""
    found = [getattr(model, setting, None) for setting in _BOUNDS]
    return next((bound for bound in found if isinstance(bound, int) and bound > 0), None)
