"""BFCL's classes as tools: schemas, effects, states of our own, calls without evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("bfcl_eval", reason="bfcl_eval is not installed: run `make suites`")

from practicum.errors import SetupError
from practicum.nodes.harvest import named_values
from practicum.records import ErrorKind, Observation, Step, ToolCall, canonical_json
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.schema import require_valid
from practicum.tools.sources import load_tools
from practicum.tools.suites.bfcl_package import CLASSES, function_documents, read_data
from practicum.tools.suites.bfcl_schema import as_schema, as_spec, provider_names, with_words_of_language
from practicum.tools.suites.bfcl_states import starting_state
from practicum.tools.suites.bfcl_tools import READ_ONLY, class_tools, effect_of_function
from practicum.tools.suites.bfcl_world import World, as_shown, error_in, refusal_in

SEEDS = range(12)


def texts_in(node: Any) -> Iterator[str]:
    """Every text of a state that is long enough to be recognised."""
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from texts_in(value)
    elif len(str(node)) > 12:
        yield str(node)


async def executed(class_name: str, call: ToolCall) -> Observation:
    tools = class_tools(class_name)
    assert tools[0].sandbox is not None
    with tools[0].sandbox.episode(0):
        return await Executor(tools).execute(call)


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_is_a_tool_source_that_may_be_explored(name: str) -> None:
    catalog = load_tools([f"bfcl:{name}"]).require_usable()
    assert len(catalog) == len(function_documents(name))
    assert len(catalog.sandboxes) == 1
    assert {tool.effect for tool in catalog} <= {Effect.READ_ONLY, Effect.REVERSIBLE}
    for tool in catalog:
        require_valid(tool.spec.parameters)


def test_the_eight_classes_have_128_functions_in_all() -> None:
    assert sum(len(function_documents(name)) for name in CLASSES) == 128


def test_an_unknown_class_names_those_there_are() -> None:
    with pytest.raises(SetupError) as unknown:
        load_tools(["bfcl:Robot"])
    assert "TradingBot" in unknown.value.fix
    with pytest.raises(SetupError, match="needs the name of a class"):
        load_tools(["bfcl"])


def test_the_names_of_functions_that_only_read_are_all_there() -> None:
    for name, functions in READ_ONLY.items():
        known = {document["name"] for document in function_documents(name)}
        assert functions.split()
        assert set(functions.split()) <= known


async def test_a_state_is_shared_in_an_episode_and_made_anew_for_the_next() -> None:
    tools = class_tools("TradingBot")
    executor, sandbox = Executor(tools), tools[0].sandbox
    assert sandbox is not None
    fund = ToolCall(name="fund_account", arguments={"amount": 5})
    texts = []
    for _ in range(2):
        with sandbox.episode(3):
            texts.append([(await executor.execute(fund)).text for _ in range(2)])
    first, second = (json.loads(text)["new_balance"] for text in texts[0])
    assert second == first + 5
    assert texts[0] == texts[1]


async def test_an_error_that_a_function_describes_is_an_observation_of_an_error() -> None:
    tools = class_tools("GorillaFileSystem")
    sandbox = tools[0].sandbox
    assert sandbox is not None
    with sandbox.episode(0):
        seen = await Executor(tools).execute(ToolCall(name="cat", arguments={"file_name": "none.txt"}))
    assert seen.error is ErrorKind.RAISED
    assert "No such file" in seen.text


@pytest.mark.parametrize(
    ("class_name", "name", "arguments", "said"),
    [
        ("MessageAPI", "message_login", {"user_id": "U0"}, "login_status is False: User ID 'U0' not found."),
        ("TwitterAPI", "authenticate_twitter", {"username": "x", "password": "y"}, "authentication_status"),
        ("TicketAPI", "ticket_login", {"username": "", "password": "y"}, "success is False"),
        ("TwitterAPI", "unfollow_user", {"username_to_unfollow": "nobody"}, "unfollow_status is False"),
        ("TradingBot", "get_symbol_by_name", {"name": "Nobody Ltd."}, "Stock not found"),
    ],
)
async def test_a_failure_that_a_flag_tells_of_is_an_observation_of_an_error(
    class_name: str, name: str, arguments: dict[str, str], said: str
) -> None:
    seen = await executed(class_name, ToolCall(name=name, arguments=arguments))
    assert seen.error is ErrorKind.RAISED
    assert said in seen.text


async def test_of_a_function_that_only_reads_no_is_an_answer() -> None:
    far = ToolCall(name="estimate_drive_feasibility_by_mileage", arguments={"distance": 99999})
    assert (await executed("VehicleControlAPI", far)).ok
    child = {"first_name": "A", "last_name": "B", "date_of_birth": "2024-01-01", "passport_number": "US1"}
    seen = await executed("TravelAPI", ToolCall(name="verify_traveler_information", arguments=child))
    assert seen.ok
    assert '"verification_status": false' in seen.text


@pytest.mark.parametrize(
    ("name", "arguments"), [("get_booking_history", {}), ("set_budget_limit", {"budget_limit": 900})]
)
async def test_a_wrong_token_is_answered_with_that_of_the_session_which_is_then_taken(
    name: str, arguments: dict[str, int]
) -> None:
    tools = class_tools("TravelAPI")
    executor, sandbox = Executor(tools), tools[0].sandbox
    spec = next(tool.spec for tool in tools if tool.name == name)
    assert sandbox is not None
    with sandbox.episode(0):
        wrong = ToolCall(name=name, arguments={"access_token": "abc123", **arguments})
        seen = await executor.execute(wrong)
        assert seen.error is ErrorKind.RAISED
        (token,) = named_values(spec, [Step(call=wrong, observation=seen)])["access_token"]
        right = ToolCall(name=name, arguments={"access_token": token, **arguments})
        assert (await executor.execute(right)).ok


@pytest.mark.parametrize("name", CLASSES)
def test_starting_states_follow_from_the_seed_and_load(name: str) -> None:
    states = [canonical_json(starting_state(name, seed)) for seed in SEEDS]
    assert states == [canonical_json(starting_state(name, seed)) for seed in SEEDS]
    assert len(set(states)) == (1 if name == "MathAPI" else len(SEEDS))
    for seed in SEEDS:
        World([name], {name: starting_state(name, seed)})


def test_no_starting_state_is_one_of_the_benchmarks() -> None:
    theirs = {
        name: {canonical_json(entry["initial_config"].get(name)) for entry in read_data(file)}
        for file in ("BFCL_v4_multi_turn_base.json", "BFCL_v4_multi_turn_miss_param.json")
        for name in CLASSES
    }
    for name in set(CLASSES) - {"MathAPI"}:
        ours = [starting_state(name, seed) for seed in SEEDS]
        assert theirs[name]
        assert not {canonical_json(state) for state in ours} & theirs[name]


def test_no_text_of_a_starting_state_is_one_of_the_benchmarks() -> None:
    entries = read_data("BFCL_v4_multi_turn_base.json")
    theirs = {text for entry in entries for text in texts_in(entry["initial_config"])}
    ours = {text for name in CLASSES for seed in SEEDS for text in texts_in(starting_state(name, seed))}
    assert len(ours) > 50
    assert not ours & theirs


def test_the_same_text_as_the_benchmark_shows_is_shown() -> None:
    assert as_shown({"a": 1}) == '{"a": 1}'
    assert as_shown({"a": {1}}) == "{'a': {1}}"
    assert as_shown(["x"]) == "['x']"
    assert as_shown(None) == "None"


def test_errors_are_found_in_the_forms_that_the_classes_use() -> None:
    assert error_in({"error": 404}) == "404"
    assert error_in({"booking_status": False, "error": "Token expired"}) == "Token expired"
    assert error_in(["Error: User not authenticated."]) == "User not authenticated."
    assert error_in({"status": "fine"}) is None
    assert error_in([]) is None
    assert error_in({"symbol": "Stock not found"}) == "Stock not found"
    assert refusal_in({"success": False}) == "success is False"
    assert refusal_in({"success": True, "canDrive": False, "status": "Closed"}) is None
    assert refusal_in("False") is None


def test_only_documented_methods_can_be_called() -> None:
    world = World(["MathAPI"])
    for name in ("__init__", "_load_scenario", "__class__", "nothing"):
        assert "there is no function" in world.text(name, {})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("power", {"base": 10, "exponent": 10**9}),
        ("logarithm", {"value": 2, "base": 10, "precision": 10**9}),
        ("square_root", {"number": 2, "precision": 10**9}),
    ],
)
def test_arithmetic_without_end_is_refused(name: str, arguments: dict[str, int]) -> None:
    assert "too large" in World(["MathAPI"]).text(name, arguments)


def test_worlds_share_nothing_with_long_contexts() -> None:
    one, other = (World(["TravelAPI"], {}, long_context=True) for _ in range(2))
    cards = one.instances["TravelAPI"].credit_card_list
    next(iter(cards.values()))["balance"] = -1
    assert one.state != other.state


def test_the_dialect_becomes_json_schema() -> None:
    node = {
        "type": "dict",
        "properties": {
            "pair": {"type": "tuple", "items": {"type": "float"}, "minItems": 2},
            "thing": {"type": "any", "description": "Anything."},
            "count": {"type": "integer", "minItems": 5, "maximum": 9, "optional": True},
        },
        "required": ["pair", "gone"],
    }
    assert as_schema(node) == {
        "type": "object",
        "properties": {
            "pair": {"type": "array", "items": {"type": "number"}, "minItems": 2},
            "thing": {"description": "Anything."},
            "count": {"type": "integer", "maximum": 9},
        },
        "required": ["pair"],
    }


def test_names_with_dots_become_ones_that_providers_take_and_stay_apart() -> None:
    told = provider_names(["a.b", "a_b", "c", "x" * 80])
    assert told == {"a.b": "a_b", "a_b": "a_b_2", "c": "c", "x" * 80: "x" * 64}


def test_values_of_other_languages_are_given_as_source_text() -> None:
    document = {
        "name": "f",
        "description": "Does it.",
        "parameters": {"type": "dict", "properties": {"n": {"type": "ArrayList", "items": {"type": "long"}}}},
    }
    spec = as_spec(with_words_of_language(document, "Java"))
    assert spec.description.endswith("Java 8 SDK syntax.")
    assert spec.properties["n"]["type"] == "string"
    assert "elements are of type long" in spec.properties["n"]["description"]


def test_effects_say_why() -> None:
    assert effect_of_function("MathAPI", "add")[0] is Effect.READ_ONLY
    assert effect_of_function("TradingBot", "place_order") == (
        Effect.REVERSIBLE,
        "its sandbox is made anew for each episode",
    )
