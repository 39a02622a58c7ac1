"""What a model's tokens cost, from the table that the package genai-prices maintains; no network."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from practicum.errors import SetupError
from practicum.records import Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FREE_PROVIDERS = frozenset({"local", "scripted"})
"""They compute here."""
FORM = "--price 0.15/0.60 (dollars for a million tokens read and written), or --price MODEL=0.15/0.60"
_PRICE = re.compile(r"(?:(?P<model>.+)=)?(?P<read>\d*\.?\d+)/(?P<written>\d*\.?\d+)")
_MILLION = 1_000_000


class Price(Protocol):
    """What tokens cost."""

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return dollars; more tokens never cost less."""
        ...


@dataclass(frozen=True)
class FlatPrice:
    """Dollars for a million tokens."""

    read: float
    written: float

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        return (self.read * prompt_tokens + self.written * completion_tokens) / _MILLION


@dataclass(frozen=True)
class TablePrice:
    """A model of the table. What a provider cached counts as read anew, so that it is never told too low."""

    model: str
    provider: str | None
    url: str | None

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        from genai_prices import Usage as Counted
        from genai_prices.data_snapshot import get_snapshot

        usage = Counted(input_tokens=prompt_tokens, output_tokens=completion_tokens)
        return float(get_snapshot().calc(usage, self.model, self.provider, self.url, None).total_price)


FREE = FlatPrice(0.0, 0.0)


def price_of_spec(spec: str) -> Price | None:
    """Return the price of a model by its spec; None where the table does not know it.

    A server of one's own has no known price, whatever its models are called.
    """
    provider, _, name = spec.strip().partition(":")
    if provider in FREE_PROVIDERS:
        return FREE
    model, _, url = name.partition("@") if provider == "openai" else (name, "", "")
    if provider == "openai":
        url = url or os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE") or ""
    return _in_table(model, provider, url or None)


def price_of(model: BaseChatModel, name: str, given: Mapping[str, Price]) -> Price | None:
    """Return the price of a model, what the user gave before what the table says; None if neither does.

    Args:
        model: Says by itself that it costs nothing, or which server it asks.
        name: Its spec, or what its provider calls it.
        given: Prices by name.
    """
    if name in given:
        return given[name]
    if getattr(model, "costs_nothing", False):
        return FREE
    if ":" in name:
        return price_of_spec(name)
    provider = str(model._get_ls_params().get("ls_provider", ""))  # where LangChain says it, for traces
    return _in_table(name, provider, getattr(model, "openai_api_base", None))


def require_price(model: BaseChatModel, name: str, given: Mapping[str, Price]) -> Price:
    """Return the price of a model.

    Raises:
        SetupError: nobody knows it.
    """
    price = price_of(model, name, given)
    if price is None:
        raise SetupError(f"the price of {name} is not known, so --max-cost can't be kept", f"give it: {FORM}")
    return price


def read_prices(given: Sequence[str], spec: str) -> dict[str, Price]:
    """Return prices by the model's spec.

    Args:
        given: As ``--price`` names them, ``IN/OUT`` or ``MODEL=IN/OUT``.
        spec: The model whose price it is where none is named.

    Raises:
        SetupError: one has another form.
    """
    prices: dict[str, Price] = {}
    for text in given:
        found = _PRICE.fullmatch(text.strip())
        if found is None:
            raise SetupError(f"--price can't be {text!r}", f"write it as {FORM}")
        prices[found["model"] or spec] = FlatPrice(float(found["read"]), float(found["written"]))
    return prices


def _in_table(model: str, provider: str, url: str | None) -> Price | None:
    from genai_prices.data_snapshot import get_snapshot

    where = (None, url) if url else (provider or None, None)
    try:
        get_snapshot().find_provider_model(model, None, *where)
        price = TablePrice(model, *where)
        return price if price.cost(_MILLION, 0) and price.cost(0, _MILLION) else None
    except LookupError:
        return None


def highest_cost(price: Price, usage: Usage, longest_prompt: int) -> float:
    """Return the most dollars that many calls together can cost, none with a longer prompt than this."""
    longest = max(longest_prompt, 1)
    read = price.cost(longest, 0)
    written = price.cost(longest, longest) - read
    return (read * usage.prompt_tokens + written * usage.completion_tokens) / longest
