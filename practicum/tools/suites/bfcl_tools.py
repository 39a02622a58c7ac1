"""BFCL's simulated classes as tools to practise with: ``bfcl:TradingBot`` and its seven siblings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox
from practicum.tools.suites.bfcl_package import CLASSES, function_documents, load_class, require_class
from practicum.tools.suites.bfcl_schema import as_spec
from practicum.tools.suites.bfcl_states import starting_state
from practicum.tools.suites.bfcl_world import World, as_shown, error_in, refusal_in

READ_ONLY = {
    "GorillaFileSystem": "cat diff du find grep ls pwd sort tail wc",
    "MessageAPI": "get_message_stats get_user_id list_users message_get_login_status search_messages"
    " view_messages_sent",
    "TwitterAPI": "get_tweet get_tweet_comments get_user_stats get_user_tweets list_all_following"
    " posting_get_login_status search_tweets",
    "TicketAPI": "get_ticket get_user_tickets ticket_get_login_status",
    "TradingBot": "filter_stocks_by_price get_account_info get_available_stocks get_current_time"
    " get_order_details get_order_history get_stock_info get_symbol_by_name get_transaction_history"
    " get_watchlist notify_price_change trading_get_login_status",
    "TravelAPI": "compute_exchange_rate contact_customer_support get_all_credit_cards get_booking_history"
    " get_budget_fiscal_year get_credit_card_balance get_flight_cost get_nearest_airport_by_city"
    " list_all_airports retrieve_invoice travel_get_login_status verify_traveler_information",
    "VehicleControlAPI": "check_tire_pressure displayCarStatus display_log estimate_distance"
    " estimate_drive_feasibility_by_mileage find_nearest_tire_shop gallon_to_liter get_current_speed"
    " get_outside_temperature_from_google get_outside_temperature_from_weather_com"
    " get_zipcode_based_on_city liter_to_gallon",
}
"""By class, the functions that leave its public state as it was. Of MathAPI, which has none: all."""
WRONG_SESSION = "Invalid access token"
"""What the functions of TravelAPI that want a token say to any but that of the session."""
REVERSIBLE = "its sandbox is made anew for each episode"


def class_tools(class_name: str | None) -> tuple[Tool, ...]:
    """Return the tools of a class; they share a sandbox, whose state is made anew for each episode.

    An error that a function describes in its result is raised, so that practice takes it for one. One that is
    about the token of a session names it: no other function would tell it to who practises with one alone.

    Raises:
        SetupError: there is no such class, or the package is not installed.
    """
    if not class_name:
        raise SetupError("bfcl needs the name of a class", f"use bfcl:NAME with one of: {', '.join(CLASSES)}")
    require_class(class_name)
    load_class(class_name)  # what it needs is missing now, not in the middle of an exploration

    def make(seed: int) -> World:
        return World([class_name], {class_name: starting_state(class_name, seed)})

    sandbox = Sandbox(make)
    return tuple(_tool(document, class_name, sandbox) for document in function_documents(class_name))


def _tool(document: JsonObject, class_name: str, sandbox: Sandbox[World]) -> Tool:
    spec = as_spec(document)
    effect, reason = effect_of_function(class_name, spec.name)
    return Tool(spec, effect, reason, _invoker(spec.name, effect, sandbox), sandbox, public=True)


def effect_of_function(class_name: str, name: str) -> tuple[Effect, str]:
    """Return the effect tier of a function of a class, and the reason for it."""
    if class_name not in READ_ONLY or name in READ_ONLY[class_name].split():
        return Effect.READ_ONLY, "it leaves the state of its class as it was"
    return Effect.REVERSIBLE, REVERSIBLE


def _invoker(name: str, effect: Effect, sandbox: Sandbox[World]) -> Callable[[JsonObject], Awaitable[Any]]:
    async def invoke(arguments: JsonObject) -> str:
        # In place: a method takes microseconds, and calls side by side may not interleave.
        result = sandbox.current.call(name, arguments)
        error = error_in(result)
        if error is None and effect is not Effect.READ_ONLY:
            error = refusal_in(result)
        if error is not None:
            raise ValueError(f"{error}{_token_told(error, sandbox.current)}")
        return as_shown(result)

    return invoke


def _token_told(error: str, world: World) -> str:
    """The end of an error about a token, as that about an unknown order ends with the orders there are."""
    tokens = [vars(instance).get("access_token") for instance in world.instances.values()]
    if error != WRONG_SESSION or not any(tokens):
        return ""
    return f"; the access_token of this session is '{next(filter(None, tokens))}'"
