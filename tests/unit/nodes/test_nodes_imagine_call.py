"""Call-first imagination: sampled, confirmed by execution, said as a user would."""

from __future__ import annotations

import itertools
import re
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from nodes_episodes import (
    TOOL,
    UNITS,
    call_of,
    episode,
    prompt_text,
    scripted,
    step_of,
    tool_of,
    trial_of,
)

from practicum.memory_store.journal import Journal
from practicum.nodes import imagine_call
from practicum.nodes.imagine_call import MOST_ITEMS, bounded, make_imagine_call
from practicum.nodes.state import EpisodeState
from practicum.records import ErrorKind, JsonObject, Step, ToolCall, Usage
from practicum.tools.almanac.chemistry import element_property
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor

NEVER: list[JsonObject] = [{"value": "zolk"}] * 20
"""A model that always has the same wrong word for a unit."""


async def imagined(
    tool: Tool = TOOL, state: EpisodeState | None = None, *, says: list[JsonObject] = NEVER, probes: int = 8
) -> EpisodeState:
    model, _ = scripted(*says)
    node = make_imagine_call(model, tool.spec, Executor([tool]), max_probes=probes)
    update: EpisodeState = await node(episode() if state is None else state)
    return update


def steps(update: EpisodeState) -> list[Step]:
    return [Step.from_dict(probe) for probe in update["probes"]]


def frob(word: str, count: int) -> str:
    """Frob a word."""
    if word not in {"alder", "birch", "cedar"}:
        raise ValueError(f"unknown word {word!r}; it must be one of: alder, birch, cedar")
    return f"{word} {count}"


def look(zorp: str) -> str:
    """Look a zorp up."""
    return zorp


async def test_a_refused_call_is_mended_where_the_message_points() -> None:
    for seed in range(10):
        update = await imagined(tool_of(frob), episode(seed=seed))
        probes = steps(update)
        assert update["feasible"]
        assert probes[0].observation.error is ErrorKind.RAISED
        assert probes[-1].observation.ok
        counts = {probe.call.arguments["count"] for probe in probes if probe.call}
        assert len(counts) == 1
        assert update["imagined"] == (probes[-1].call or ToolCall(name="")).as_dict()


async def test_the_query_says_the_confirmed_call_and_not_the_tool() -> None:
    update = await imagined(tool_of(element_property))
    call = ToolCall.from_dict(update["imagined"] or {})
    assert update["feasible"]
    assert update["query"]
    assert "element_property" not in update["query"]
    assert set(call.arguments) == {"element", "property"}


async def test_the_same_seed_gives_the_same_probes_and_query_and_another_one_others() -> None:
    tool = tool_of(element_property)
    first, again, other = [await imagined(tool, episode(seed=seed)) for seed in (1, 1, 2)]
    strip = [{**step.model_dump(), "observation": step.observation.text} for step in steps(first)]
    assert strip == [{**step.model_dump(), "observation": step.observation.text} for step in steps(again)]
    assert first["query"] == again["query"]
    assert first["imagined"] != other["imagined"]


async def test_when_no_probe_is_confirmed_there_is_nothing_to_attempt() -> None:
    def broken(count: int) -> int:
        """Break."""
        raise ValueError("out of order")

    update = await imagined(tool_of(broken), probes=3)
    assert (update["feasible"], update["imagined"]) == (False, None)
    assert len(steps(update)) == 3


async def test_a_model_without_a_value_leaves_a_schema_error_and_is_asked_again_for_what_is_missing() -> None:
    update = await imagined(tool_of(look), says=[{"value": None}, {}, {"value": "alder"}], probes=4)
    errors = [probe.observation.error for probe in steps(update)]
    assert errors == [ErrorKind.SCHEMA, ErrorKind.SCHEMA, None]
    assert update["feasible"]


async def test_what_the_model_is_asked_is_counted_and_says_what_the_value_means() -> None:
    model, script = scripted({"value": "alder"})
    tool = tool_of(look)
    update = await make_imagine_call(model, tool.spec, Executor([tool]))(episode())
    assert Usage.from_dict(update["usage"]).model_calls == 1
    assert 'takes the argument "zorp"' in prompt_text(script)
    assert steps(update)[-1].observation.ok


async def test_calls_of_earlier_episodes_are_reused_without_asking_the_model() -> None:
    known = [call_of(3, unit).as_dict() for unit in UNITS]
    for seed in range(5):
        update = await imagined(state=episode(seed=seed, known_calls=known), says=NEVER)
        assert update["feasible"]


async def test_values_that_an_earlier_trial_was_told_are_used() -> None:
    told = step_of(call_of(1, "rod"), "Error: unknown unit 'rod'; use one of: fathom", ErrorKind.RAISED)
    earlier = trial_of(1, probes=(told,))
    units = set()
    for seed in range(12):
        update = await imagined(state=episode(2, seed=seed, short_term=[earlier.as_dict()]))
        units.add((update["imagined"] or {"arguments": {}})["arguments"].get("unit"))
    assert "fathom" in units


async def test_imagining_again_after_a_rejection_gives_another_call_and_keeps_the_probes() -> None:
    tool = tool_of(element_property)
    first = await imagined(tool)
    again = await imagined(tool, episode(probes=first["probes"], rejected=[first["query"]]))
    assert again["probes"][: len(first["probes"])] == first["probes"]
    assert len(again["probes"]) > len(first["probes"])
    assert again["imagined"] != first["imagined"]


async def test_a_resumed_imagination_executes_nothing_twice(tmp_path: Path) -> None:
    ran: list[str] = []

    def pick(color: Literal["red", "green", "blue"]) -> str:
        """Pick a color."""
        ran.append(color)
        return color

    tool = tool_of(pick)
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        node = make_imagine_call(scripted()[0], tool.spec, Executor([tool], log=journal))
        first, again = await node(episode()), await node(episode())
    assert first == again
    assert len(ran) == 1


async def test_an_id_is_one_that_its_description_shows_or_that_was_returned() -> None:
    def find(order_id: str) -> str:
        """Find an order.

        Args:
            order_id: Number of the order, such as R-104 or R-105.
        """
        if order_id not in {"R-104", "R-105", "R-106"}:
            raise ValueError(f"no order {order_id}")
        return order_id

    known = {"find": {"order_id": ["R-106"]}}
    asked = [
        steps(await imagined(tool_of(find), episode(seed=seed, known_of_others=known))) for seed in range(20)
    ]
    found = [probe.call.arguments["order_id"] for probes in asked for probe in probes if probe.call]
    assert {"R-104", "R-105", "R-106"} <= set(found)
    assert [probes[-1].observation.ok for probes in asked] == [True] * 20


async def test_a_list_is_filled_with_items_that_are_known() -> None:
    def archive(order_ids: list[str]) -> str:
        """Archive orders."""
        return ", ".join(order_ids)

    known = ["R-1", "R-2", "R-3", "R-4"]
    lists = [
        steps(
            await imagined(
                tool_of(archive), episode(seed=seed, known_of_others={"archive": {"order_ids": known}})
            )
        )
        for seed in range(20)
    ]
    given = [probe.call.arguments["order_ids"] for probes in lists for probe in probes if probe.call]
    named = [ids for ids in given if set(ids) <= set(known)]
    assert len(named) > len(given) / 2
    assert {len(ids) for ids in named} == {1, 2, 3}


def test_an_array_that_the_model_is_asked_for_is_short_at_any_depth_and_a_name_is_no_keyword() -> None:
    texts: JsonObject = {"type": "array", "items": {"type": "string"}}
    entity: JsonObject = {"type": "object", "properties": {"items": texts, "maxItems": {"type": "integer"}}}
    schema: JsonObject = {
        "type": "array",
        "items": entity,
        "minItems": 5,
        "maxItems": 90,
        "default": [[1] * 9],
    }
    made = bounded(schema)
    assert (made["maxItems"], made["default"]) == (5, [[1] * 9])
    assert set(made["items"]["properties"]) == {"items", "maxItems"}
    assert made["items"]["properties"]["items"]["maxItems"] == MOST_ITEMS
    assert schema["maxItems"] == 90


def pick_up(stream: Literal["glass", "paper", "tins"], depot: Literal["east", "west"]) -> str:
    """Say when a stream is picked up from a depot.

    Args:
        stream: What is picked up.
        depot: Where.
    """
    if (stream, depot) != ("paper", "west"):
        raise ValueError(f"{stream} is not picked up at {depot}")
    return "Monday"


async def test_what_was_refused_is_not_tried_again() -> None:
    for seed in range(10):
        update = await imagined(tool_of(pick_up), episode(seed=seed), probes=6)
        tried = [str(step.call) for step in steps(update)]
        assert len(set(tried)) == len(tried)
        assert steps(update)[-1].observation.ok


async def test_nor_is_what_earlier_episodes_saw_refused() -> None:
    wrong = [{"stream": stream, "depot": depot} for stream in ("glass",) for depot in ("east", "west")]
    refused = [ToolCall(name="pick_up", arguments=arguments).signature for arguments in wrong]
    for seed in range(10):
        state = episode(seed=seed, known_refused={"pick_up": refused})
        update = await imagined(tool_of(pick_up), state, probes=6)
        assert not {step.call.signature for step in steps(update) if step.call} & set(refused)


def space(chamber: Literal["GC-A", "GC-B"], first_day: str, last_day: str) -> str:
    """Check the space in a chamber.

    Args:
        chamber: The chamber.
        first_day: The first day.
        last_day: The last day.
    """
    days = [re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", each) for each in (first_day, last_day)]
    for day, given in zip(days, (first_day, last_day), strict=True):
        if day is None:
            raise ValueError(f"dates go in as DD/MM/YYYY, e.g. 13/02/2025, got {given!r}")
    first, last = (tuple(map(int, reversed(day.groups()))) for day in days if day is not None)
    if last < first:
        raise ValueError("last_day is before first_day")
    return "free"


async def test_a_refusal_tells_how_days_are_written_and_which_comes_first() -> None:
    solved = 0
    for seed in range(10):
        update = await imagined(tool_of(space), episode(seed=seed), probes=4)
        first, *others = steps(update)
        assert not first.observation.ok
        assert "DD/MM/YYYY" in first.observation.text
        solved += others[-1].observation.ok
        for before, after in itertools.pairwise(steps(update)):
            if "is before" in before.observation.text and before.call and after.call:
                swapped = [after.call.arguments[name] for name in ("last_day", "first_day")]
                assert swapped == [before.call.arguments[name] for name in ("first_day", "last_day")]
    assert solved >= 8


async def test_what_earlier_episodes_were_told_of_forms_is_known_from_the_first_call_on() -> None:
    for seed in range(5):
        state = episode(seed=seed)
        state["known_forms"] = {"space": {"first_day": "As DD/MM/YYYY.", "last_day": "As DD/MM/YYYY."}}
        first, *_ = steps(await imagined(tool_of(space), state, probes=4))
        assert "go in as" not in first.observation.text


def test_the_day_that_moments_are_drawn_about_is_the_day_here(monkeypatch: pytest.MonkeyPatch) -> None:
    state = EpisodeState(**{**episode(), "started_at": "2026-01-01T20:00:00+00:00"})
    for zone, day in (("Pacific/Kiritimati", 2), ("UTC", 1)):
        with monkeypatch.context() as patched:
            patched.setenv("TZ", zone)
            time.tzset()
            assert imagine_call._pool(TOOL.spec, state, []).today == date(2026, 1, day)
    time.tzset()
