"""Attempt and observe: calls up to the limit, unreadable replies, each call executed once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from nodes_episodes import REFUSED, SPEC, TOOL, call_of, calling, episode, scripted, step_of, trial_of

from practicum.errors import ProviderError
from practicum.memory_store.journal import Journal
from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.nodes.attempt import make_attempt
from practicum.nodes.observe import make_observe
from practicum.nodes.state import EpisodeState, steps_of
from practicum.records import (
    ErrorKind,
    JsonObject,
    Mode,
    Observation,
    ToolCall,
    ToolSpec,
    Usage,
    digest,
)
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.executor import Executor
from practicum.tools.noting import NotingExecutor

OK = step_of(call_of(1, "cubit"), '{"meters": 2}')


class Garbled(ScriptedChatModel):
    """Calls a tool with arguments that are no JSON."""

    async def _agenerate(self, *args: Any, **kwargs: Any) -> ChatResult:  # noqa: ARG002 - the port's signature
        self.prompts.append(list(args[0]))
        broken = {
            "name": "convert",
            "args": "{value: 1",
            "id": "1",
            "error": None,
            "type": "invalid_tool_call",
        }
        message = AIMessage(content="let me see", invalid_tool_calls=[broken])
        return ChatResult(generations=[ChatGeneration(message=message)])


def at(*steps: Any, query: str = "How long is a cubit?") -> EpisodeState:
    return episode(query=query, steps=[step.as_dict() for step in steps])


async def test_the_first_move_must_be_a_call_and_it_waits_for_execution() -> None:
    model, script = scripted(calling(call_of(1, "cubit"), content="I look it up."))
    update = await make_attempt(model, SPEC, max_calls=3)(at())
    assert update["pending"] == [call_of(1, "cubit").as_dict()]
    assert update["thought"] == "I look it up."
    assert "answer" not in update
    assert script.bound[0]["tool_choice"] == "any"
    assert script.bound[0]["tools"][0]["function"]["name"] == "convert"
    assert Usage.from_dict(update["usage"]).model_calls == 1


async def test_after_a_step_the_model_may_answer() -> None:
    model, script = scripted(ScriptedReply(content=" Two meters. "))
    update = await make_attempt(model, SPEC, max_calls=3)(at(OK))
    assert update["answer"] == "Two meters."
    assert script.bound[0]["tool_choice"] == "auto"


async def test_at_the_limit_no_call_is_made_even_if_the_model_makes_one() -> None:
    model, script = scripted(calling(call_of(1, "cubit"), content="again"), calling(call_of(1, "cubit")))
    node = make_attempt(model, SPEC, max_calls=2)
    for answer in ("again", "(no answer)"):
        update = await node(at(REFUSED, OK))
        assert update["answer"] == answer
        assert "pending" not in update
    assert script.bound[0]["tool_choice"] == "none"


async def test_several_calls_at_once_are_cut_to_what_is_left() -> None:
    calls = [call_of(value, "cubit") for value in (1, 2, 3)]
    model, _ = scripted(calling(*calls))
    update = await make_attempt(model, SPEC, max_calls=3)(at(OK))
    assert update["pending"] == [call.as_dict() for call in calls[:2]]


async def test_an_unreadable_reply_is_a_step_that_says_what_to_write_instead() -> None:
    garbled = Garbled()
    node = make_attempt(ModelCaller(garbled, name="garbled"), SPEC, max_calls=3)
    state = at()
    update = await node(state)
    (step,) = steps_of(update)
    assert (step.call, step.thought, step.observation.error) == (None, "let me see", ErrorKind.UNREADABLE)
    assert "{value: 1" in step.observation.text
    assert 'such as {"value": 1}' in step.observation.text
    await node(EpisodeState(**{**state, **update}))
    assert garbled.prompts[1][-1].content == step.observation.text


async def test_unreadable_replies_end_at_the_limit_too() -> None:
    node = make_attempt(ModelCaller(Garbled(), name="garbled"), SPEC, max_calls=2)
    state = at()
    for _ in range(2):
        state = EpisodeState(**{**state, **await node(state)})
    assert (await node(state))["answer"] == "let me see"


async def test_the_prompt_holds_the_episodes_earlier_trials_then_the_query_then_the_steps() -> None:
    model, script = scripted(ScriptedReply(content="done"))
    earlier = trial_of(1, "earlier", steps=(REFUSED,), answer="none")
    state = EpisodeState(**{**at(OK), "short_term": [earlier.as_dict()], "number": 2})
    await make_attempt(model, SPEC, max_calls=3)(state)
    kinds = [type(message) for message in script.prompts[0]]
    trial = [HumanMessage, AIMessage, ToolMessage]
    assert kinds == [SystemMessage, *trial, AIMessage, *trial]
    assert script.prompts[0][5].content == "How long is a cubit?"


async def test_the_own_steps_are_shown_in_full_and_those_of_earlier_trials_clipped() -> None:
    model, script = scripted(ScriptedReply(content="done"))
    long = step_of(call_of(1, "cubit"), "x" * 3000)
    state = EpisodeState(**{**at(long), "short_term": [trial_of(1, steps=(long,)).as_dict()], "number": 2})
    await make_attempt(model, SPEC, max_calls=3)(state)
    shown = [len(str(m.content)) for m in script.prompts[0] if isinstance(m, ToolMessage)]
    assert shown == [600, 3000]


async def test_grounding_offers_only_numbers_of_the_query_and_the_prompt_keeps_the_whole_tool() -> None:
    model, script = scripted(calling(call_of(12, "cubit")), ScriptedReply(content="24"))
    node = make_attempt(model, SPEC, max_calls=1, grounding=True)
    await node(at(query="How long are 12 cubits?"))
    (grounded,) = script.bound[0]["grounded"]
    assert grounded["function"]["parameters"]["properties"]["value"]["enum"] == [12]
    assert script.bound[0]["tools"][0]["function"]["parameters"] == SPEC.parameters
    await node(at(OK))
    assert script.bound[1]["tool_choice"] == "none"


async def test_a_plain_answer_is_the_first_result_and_the_model_is_not_asked() -> None:
    model, _ = scripted()
    node = make_attempt(model, SPEC, max_calls=2, plain=True)
    assert await node(at(OK)) == {"answer": "meters: 2"}
    assert await node(at(REFUSED, REFUSED)) == {"answer": "(no answer)"}
    empty = step_of(call_of(1, "cubit"), "")
    assert (await node(at(empty)))["answer"], "an empty answer would be asked for again, for ever"


async def test_a_plain_attempt_goes_on_after_a_refused_call() -> None:
    model, _ = scripted(calling(call_of(1, "cubit")))
    update = await make_attempt(model, SPEC, max_calls=2, plain=True)(at(REFUSED))
    assert update["pending"]


async def test_observing_executes_all_pending_calls_and_errors_are_steps() -> None:
    pending = [call_of(1, "cubit"), call_of(1, "metre"), ToolCall(name="convert", arguments={"unit": 5})]
    state = at(OK)
    state["pending"], state["thought"] = [call.as_dict() for call in pending], "all three"
    update = await make_observe(Executor([TOOL]))(state)
    first, *steps = steps_of(update)
    assert first == OK
    assert [step.call for step in steps] == pending
    assert [step.observation.error for step in steps] == [None, ErrorKind.RAISED, ErrorKind.SCHEMA]
    assert [step.thought for step in steps] == ["all three", "", ""]
    assert (update["pending"], update["thought"]) == ([], "")


async def test_a_call_that_ran_is_kept_when_the_tool_of_the_next_one_is_not_there() -> None:
    async def gone(arguments: JsonObject) -> str:
        raise ProviderError("the server died")

    spec = ToolSpec(name="gone", description="", parameters={"properties": {}})
    state = at()
    state["pending"] = [call_of(1, "cubit").as_dict(), ToolCall(name="gone").as_dict()]
    update = await make_observe(Executor([TOOL, Tool(spec, Effect.READ_ONLY, "", gone)]))(state)
    assert [step.call for step in steps_of(update)] == [call_of(1, "cubit")]
    assert (update["broken"], update["pending"]) == ("the server died", [])


async def test_equal_calls_of_a_trial_are_each_executed_and_none_twice_when_resumed(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path / "journal.sqlite", write=True)) as journal:
        observe = make_observe(Executor([TOOL], log=journal))
        state = at()
        state["pending"] = [call_of(1, "cubit").as_dict()] * 2
        first = await observe(state)
        offline = make_observe(Executor([], log=journal))
        assert await offline(state) == first
        assert all(
            journal.execution(f"e1-1/step-{n}/{digest(call_of(1, 'cubit').signature)}") for n in (0, 1)
        )
        state["number"] = 2
        assert steps_of(await offline(state))[0].observation.error is ErrorKind.UNKNOWN_TOOL


async def test_without_execution_the_model_is_told_that_nothing_ran() -> None:
    state = at()
    state["pending"] = [call_of(1, "metre").as_dict()]
    (step,) = steps_of(await make_observe(NotingExecutor())(state))
    assert step.observation == Observation(
        text="The call was noted; nothing was executed.", mode=Mode.DRY_RUN
    )
