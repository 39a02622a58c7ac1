"""The limits that a user sets on what a command may take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.models.budget import Budget

MaxCost = Annotated[
    float | None,
    typer.Option(
        min=0,
        help="Stop before model calls that could cost more, in US dollars. A reply is then bounded to 2,048"
        " tokens where the model has no bound of its own.",
    ),
]
Prices = Annotated[
    list[str] | None,
    typer.Option(
        "--price",
        metavar="IN/OUT",
        help="Dollars for a million tokens read and written by --model, or by another: MODEL=IN/OUT."
        " Needed only where the model's price is not known. Repeatable.",
    ),
]
KnownPrices = Annotated[
    list[str] | None,
    typer.Option(
        "--price",
        metavar="IN/OUT",
        help="Dollars for a million tokens read and written by models whose price is not known, or by one:"
        " MODEL=IN/OUT. Repeatable.",
    ),
]
MaxModelCalls = Annotated[int | None, typer.Option(min=1, help="Stop before more model calls.")]
MaxSeconds = Annotated[float | None, typer.Option(min=0, help="Stop model calls after so long.")]


def open_budget(
    spec: str,
    *,
    max_cost: float | None = None,
    prices: Sequence[str] | None = None,
    max_model_calls: int | None = None,
    max_seconds: float | None = None,
) -> Budget:
    """Return the budget; ``spec`` is the model whose price it is where none is named.

    Raises:
        SetupError: a price has another form.
    """
    from practicum.cli.wiring import read_settings
    from practicum.models.budget import Budget
    from practicum.models.prices import read_prices

    return Budget(
        max_model_calls=max_model_calls,
        max_seconds=max_seconds,
        max_cost=max_cost,
        prices=read_prices(prices or (), spec),
        patience_s=read_settings().model_patience,
    )


def require_known_price(budget: Budget, model: BaseChatModel, spec: str) -> None:
    """Refuse a limit on money that can't be kept, before anything is made or loaded.

    Raises:
        SetupError: the model's price is not known.
    """
    from practicum.models.prices import require_price

    if budget.max_cost is not None:
        require_price(model, spec, budget.prices)


def tell_spent(budget: Budget) -> None:
    """Say on stderr what was spent, if there was a limit."""
    from practicum.cli.wiring import console
    from practicum.models.budget import dollars

    if budget.max_cost is not None:
        said = f"spent {dollars(budget.spent)} of {dollars(budget.max_cost)}"
        console(stderr=True).print(said, markup=False)


def tell_limit(budget: Budget) -> None:
    """Say on stderr which limit ended the asking, if one did, and what was spent."""
    from practicum.cli.wiring import console

    if budget.refused is not None:
        console(stderr=True).print(f"note: {budget.refused.message}", markup=False)
        console(stderr=True).print(f"  {budget.refused.fix}", markup=False)
    tell_spent(budget)
