"""The worlds that AgentDojo's tools are practised in: whole, repeatable, and nothing of the test in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from practicum.records import JsonObject, ToolCall
from practicum.tools.executor import Executor
from practicum.tools.suites.agentdojo import agentdojo_tools
from practicum.tools.suites.agentdojo_package import SUITES, open_suite
from practicum.tools.suites.agentdojo_people import iban
from practicum.tools.suites.agentdojo_reading import READING
from practicum.tools.suites.agentdojo_worlds import world

SEEDS = range(12)
KINDS = {
    "me", "received", "sent", "draft", "confirmed",  # states, as the package spells them
    "Sedan", "SUV", "Convertible", "Regular", "Premium", "Electric",  # kinds of cars and fuels
    "Italian", "Japanese", "Vegan", "Vegetarian", "Vegetarian, Gluten-free",  # and of food
}  # fmt: skip


def leaves(value: Any) -> Iterator[str]:
    """The texts in a state, keys included; identifiers of one or two characters left out."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part)
            yield from leaves(key)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    elif isinstance(value, str) and len(value) > 2:
        yield value


@pytest.mark.parametrize("suite", SUITES)
def test_equal_seeds_make_equal_worlds_and_others_differ(suite: str) -> None:
    assert world(suite, 7) == world(suite, 7)
    assert len({str(world(suite, seed)) for seed in (-7, *SEEDS)}) == len(SEEDS) + 1


@pytest.mark.parametrize("seed", SEEDS)
def test_an_account_number_has_right_check_digits(seed: int) -> None:
    from random import Random

    made = iban(Random(seed))
    digits = "".join(str(int(character, 36)) for character in made[4:] + made[:4])
    assert int(digits) % 97 == 1


@pytest.mark.parametrize("suite", SUITES)
def test_a_world_has_no_text_of_the_suites_environment_or_tasks(suite: str) -> None:
    pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")
    opened = open_suite(suite)
    environment = opened.load_and_inject_default_environment({})
    fields = _field_names(opened.environment_type.model_json_schema())
    test = set(leaves(environment.model_dump(mode="json"))) - fields
    tasks = "\n".join(
        f"{task.PROMPT}\n{task.GROUND_TRUTH_OUTPUT}\n{task.ground_truth(environment.model_copy(deep=True))}"
        for task in opened.user_tasks.values()
    )
    for seed in SEEDS:
        own = set(leaves(world(suite, seed))) - fields - KINDS
        shared = own & test
        assert not shared
        said = {text for text in own if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", tasks)}
        assert not said


def _field_names(schema: dict[str, Any]) -> set[str]:
    """The names that the package's models give to what they hold."""
    parts = (schema, *schema["$defs"].values())
    return {name for part in parts for name in part.get("properties", {})}


CALLS: dict[str, tuple[tuple[str, str], ...]] = {
    "banking": (("read_file", "file_path=filesystem.files"),),
    "slack": (
        ("read_channel_messages", "channel=slack.channels"),
        ("get_users_in_channel", "channel=slack.channels"),
        ("read_inbox", "user=slack.users"),
        ("get_webpage", "url=web.web_content"),
    ),
    "travel": (
        ("search_calendar_events", "query="),
        ("get_all_hotels_in_city", "city=hotels.hotel_list.city"),
    ),
    "workspace": (
        ("get_file_by_id", "file_id=cloud_drive.files"),
        ("search_emails", "query="),
        ("search_contacts_by_name", "query="),
        ("search_contacts_by_email", "query="),
        ("search_calendar_events", "query="),
        ("delete_email", "email_id=inbox.emails"),
    ),
}
"""By suite, calls that need a value and where the world has one; the ground truths make other calls."""


@pytest.mark.parametrize("suite", SUITES)
async def test_the_tools_find_something_in_every_world_and_reading_changes_nothing(suite: str) -> None:
    pytest.importorskip("agentdojo", reason="AgentDojo is not installed: run `make suites`")
    tools = agentdojo_tools(suite)
    executor = Executor(tools)
    alone = [(tool.name, "") for tool in tools if not tool.spec.required]
    for seed in SEEDS:
        assert tools[0].sandbox is not None
        with tools[0].sandbox.episode(seed) as state:
            for name, argument in (*alone, *CALLS[suite]):
                before = state.model_dump(mode="json")
                call = ToolCall(name=name, arguments=_argument(state, argument))
                observation = await executor.execute(call)
                assert observation.ok, (call, observation)
                assert name not in READING or state.model_dump(mode="json") == before, name


def _argument(state: Any, written: str) -> JsonObject:
    """The first value at a path in the state, as an argument; of ``name[]`` as a list."""
    name, _, path = written.partition("=")
    if not path:
        return {name: ""} if name else {}
    for part in path.split("."):
        state = getattr(state[0] if isinstance(state, list) else state, part)
    value = state if isinstance(state, str) else next(iter(state))
    return {name.removesuffix("[]"): [value] if name.endswith("[]") else value}
