"""What a solved trial cost, by tool: all that was tried, shared among what was solved. Only sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from practicum.memory_store.entries import ModelUsage
from practicum.models.budget import dollars
from practicum.models.prices import FORM, Price, price_of_spec
from practicum.records import JsonObject


@dataclass(frozen=True)
class SolvedCost:
    """What the trials of a tool took for each that was solved; unsolved and broken ones cost, too."""

    solved: int
    tokens: int
    """Read and written, by all trials."""
    dollars: float | None
    """Of all trials at today's prices; None where the price of a model is not known."""
    unpriced: tuple[str, ...] = ()
    """Models whose price is not known."""

    def as_dict(self) -> JsonObject:
        """Return the figures for one solved trial, None where there is none, JSON-ready."""
        each = self.solved
        return {
            "solved": each,
            "tokens": round(self.tokens / each, 1) if each else None,
            "dollars": round(self.dollars / each, 6) if each and self.dollars is not None else None,
        }

    def cells(self) -> tuple[str, str]:
        """Return the same as text: tokens and money."""
        if not self.solved:
            return "-", "-"
        money = "not known" if self.dollars is None else dollars(self.dollars / self.solved)
        return f"{self.tokens / self.solved:,.0f}", money


@dataclass(frozen=True)
class SolvedCosts:
    """What a solved trial cost."""

    tools: dict[str, SolvedCost]
    every: SolvedCost
    """Over all tools."""

    def as_dict(self) -> JsonObject:
        """Return the figures, JSON-ready."""
        return {
            "tools": {tool: each.as_dict() for tool, each in self.tools.items()},
            "all": self.every.as_dict(),
        }

    def notes(self) -> Iterator[str]:
        """Yield what is to be said of all tools together, and of models without a price."""
        if self.every.solved:
            tokens, money = self.every.cells()
            yield (
                f"a solved trial took {tokens} tokens, cost at today's prices: {money};"
                " what unsolved trials and lessons took is counted in"
            )
        for model in self.every.unpriced:
            yield f"the price of {model} is not known; give it with {FORM}"


def solved_costs(used: Sequence[ModelUsage], prices: Mapping[str, Price]) -> SolvedCosts:
    """Return what a solved trial cost, by tool and over all.

    Args:
        used: What trials took, by tool and model.
        prices: The user's own, by the models' specs; "" for those that no table knows.
    """
    tools = dict.fromkeys(each.tool for each in used)
    rows = {tool: _cost([each for each in used if each.tool == tool], prices) for tool in tools}
    return SolvedCosts(rows, _cost(used, prices))


def _cost(used: Sequence[ModelUsage], prices: Mapping[str, Price]) -> SolvedCost:
    total: float | None = 0.0
    unpriced = []
    for each in used:
        price = prices.get(each.model) or price_of_spec(each.model) or prices.get("")
        if price is None:
            unpriced.append(each.model)
            total = None
        elif total is not None:
            total += price.cost(each.usage.prompt_tokens, each.usage.completion_tokens)
    return SolvedCost(
        solved=sum(each.solved for each in used),
        tokens=sum(each.usage.prompt_tokens + each.usage.completion_tokens for each in used),
        dollars=total,
        unpriced=tuple(dict.fromkeys(unpriced)),
    )
