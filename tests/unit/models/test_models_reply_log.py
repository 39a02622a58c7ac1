"""What a model replied is known to the step that asked, when that step is done again."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import HumanMessage

from practicum.hostile import MARK, register_secrets
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.reply_log import asking_for
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import JsonObject, ToolCall, ToolSpec

ASK = [HumanMessage("How much?")]
SPEC = ToolSpec(
    name="convert",
    description="Convert.",
    parameters={"type": "object", "properties": {"value": {"type": "number"}}},
)
SCHEMA: JsonObject = {
    "title": "Verdict",
    "description": "V.",
    "type": "object",
    "properties": {"solved": {"type": "boolean"}},
    "required": ["solved"],
}
CALL = ScriptedReply(content="Let me see.", tool_calls=(ToolCall(name="convert", arguments={"value": 5}),))


class Memory:
    """A log that forgets nothing, and dies after so many replies."""

    def __init__(self, dies_after: int | None = None) -> None:
        self.kept: dict[str, JsonObject] = {}
        self.dies_after = dies_after

    def reply(self, key: str) -> JsonObject | None:
        return self.kept.get(key)

    def remember_reply(self, key: str, reply: JsonObject) -> None:
        self.kept.setdefault(key, reply)
        if len(self.kept) == self.dies_after:
            self.dies_after = None
            raise InterruptedError("died")


def caller(*replies: ScriptedReply, log: Memory, **options: Any) -> tuple[ModelCaller, ScriptedChatModel]:
    script = ScriptedChatModel(replies=replies)
    return ModelCaller(script, name="scripted", longest_wait_s=0, log=log, **options), script


async def test_a_step_that_is_done_again_gets_the_reply_that_came_and_it_costs_nothing() -> None:
    model, script = caller(CALL, log=Memory(), budget=Budget(max_model_calls=1))
    replies = []
    for _ in range(2):
        with asking_for("trial 1, attempt"):
            replies.append(await model.call(ASK, tools=[SPEC]))
    first, again = replies
    assert len(script.prompts) == 1
    assert (again.text, again.calls, again.usage) == (first.text, first.calls, first.usage)


async def test_another_step_or_another_question_is_another_call() -> None:
    model, script = caller(*[ScriptedReply(content=str(n)) for n in range(4)], log=Memory())
    more = [*ASK, *ASK]
    asked = [("trial 1", ASK, None), ("trial 2", ASK, None), ("trial 2", ASK, 0.5), ("trial 2", more, None)]
    for step, messages, temperature in asked:
        with asking_for(step):
            await model.call(messages, temperature=temperature)
    assert len(script.prompts) == 4


async def test_what_a_step_asks_twice_is_two_calls_and_both_are_known() -> None:
    model, script = caller(ScriptedReply(content="one"), ScriptedReply(content="two"), log=Memory())
    for _ in range(2):
        with asking_for("trial 1, imagine"):
            assert [(await model.call(ASK)).text for _ in range(2)] == ["one", "two"]
    assert len(script.prompts) == 2


async def test_outside_of_a_step_every_call_is_made() -> None:
    log = Memory()
    model, script = caller(ScriptedReply(content="one"), ScriptedReply(content="two"), log=log)
    assert [(await model.call(ASK)).text for _ in range(2)] == ["one", "two"]
    assert (len(script.prompts), log.kept) == (2, {})


async def test_of_an_object_that_is_asked_for_twice_the_first_reply_is_known_as_well() -> None:
    wrong = ScriptedReply(structured={"solved": "perhaps"})
    script = ScriptedChatModel(
        replies=(wrong, ScriptedReply(structured={"solved": True})), supports_grounding=False
    )
    model = ModelCaller(script, name="scripted", log=Memory(dies_after=1))
    for _ in range(2):
        try:
            with asking_for("trial 1, reflect"):
                reply = await model.ask(ASK, SCHEMA)
        except InterruptedError:
            continue
    assert reply.structured == {"solved": True}
    assert reply.usage.model_calls == 2
    assert len(script.prompts) == 2


async def test_a_secret_in_a_reply_is_used_and_not_kept() -> None:
    register_secrets(["opensesame-4711"])
    log = Memory()
    model, _ = caller(ScriptedReply(content="It is opensesame-4711."), log=log)
    with asking_for("trial 1"):
        assert (await model.call(ASK)).text == "It is opensesame-4711."
    (kept,) = log.kept.values()
    assert kept["text"] == f"It is {MARK}."


async def test_a_reply_is_known_again_whatever_is_secret() -> None:
    register_secrets(["structured", "unreadable", "arguments", SPEC.name])
    model, script = caller(CALL, log=Memory())
    for _ in range(2):
        with asking_for("trial 1"):
            assert [call.name for call in (await model.call(ASK, tools=[SPEC])).calls] == [SPEC.name]
    assert len(script.prompts) == 1


async def test_for_a_step_that_is_certainly_new_nothing_is_looked_for_and_its_reply_is_kept() -> None:
    log = Memory()
    model, script = caller(CALL, CALL, log=log)
    for is_new in (False, True, False):
        with asking_for("trial 1, attempt", is_new=is_new):
            await model.call(ASK, tools=[SPEC])
    assert (len(script.prompts), len(log.kept)) == (2, 1)
