"""What is sent to a server of OpenAI's chat API: all of it, and the temperature that was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from chat_service import refused, said
from http_service import Reply, Sent, listening
from langchain_core.exceptions import ModelAPIError
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from practicum.errors import ProviderError
from practicum.models import load_chat_model
from practicum.models.caller import ModelCaller
from practicum.records import JsonObject, ToolSpec

pytestmark = pytest.mark.enable_socket
ASK = [SystemMessage("Be brief."), HumanMessage("How much?")]
SPEC = ToolSpec(
    name="convert",
    description="Convert.",
    parameters={"type": "object", "properties": {"value": {"type": "number"}}},
)
SCHEMA: JsonObject = {
    "title": "Verdict",
    "description": "V.",
    "type": "object",
    "properties": {"good": {"type": "boolean"}},
    "required": ["good"],
}
GOOD = said(json.dumps({"good": True}))
OWN_TEMPERATURE = "Unsupported value: 'temperature' does not support 0.9 with this model."


def caller(url: str) -> ModelCaller:
    return ModelCaller(load_chat_model(f"openai:served@{url}/v1"), name="served", longest_wait_s=0)


async def test_messages_and_tools_arrive_as_they_are() -> None:
    with listening() as service:
        service.reply = said("5")
        assert (await caller(service.url).call(ASK, tools=[SPEC], tool_choice="any")).text == "5"
    sent = service.last.json
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How much?"},
    ]
    assert [each["function"]["name"] for each in sent["tools"]] == ["convert"]
    assert (sent["tool_choice"], sent["model"]) == ("required", "served")
    assert "extra_body" not in sent


async def test_half_a_surrogate_pair_whoever_wrote_it_is_replaced_in_what_is_sent() -> None:
    half = "Zoe \ud83d"
    made = {"name": "convert", "args": {"to": [half]}, "id": "c1"}
    asked = [HumanMessage(half), AIMessage("", tool_calls=[made]), ToolMessage(half, tool_call_id="c1")]
    spec = SPEC.model_copy(update={"description": half})
    with listening() as service:
        service.reply = GOOD
        model = caller(service.url)
        await model.call(asked, tools=[spec])
        await model.ask(asked, {**SCHEMA, "description": half})
    called, objects = (each.json for each in service.sent)
    assert called["tools"][0]["function"]["description"] == "Zoe ?"
    assert objects["response_format"]["json_schema"]["description"] == "Zoe ?"
    for sent in (called, objects):
        user, calling, result = sent["messages"]
        assert (user["content"], result["content"]) == ("Zoe ?", "Zoe ?")
        assert json.loads(calling["tool_calls"][0]["function"]["arguments"]) == {"to": ["Zoe ?"]}
    assert (asked[0].text, asked[1]) == (half, AIMessage("", tool_calls=[made]))


async def test_the_temperature_of_a_call_reaches_the_server_whatever_is_asked_for() -> None:
    with listening() as service:
        service.reply = GOOD
        model = caller(service.url)
        for temperature in (0.9, 0.0, None):
            assert (await model.ask(ASK, SCHEMA, temperature=temperature)).structured == {"good": True}
            await model.call(ASK, tools=[SPEC], temperature=temperature)
    assert [each.json.get("temperature") for each in service.sent] == [0.9, 0.9, 0.0, 0.0, None, None]
    assert service.sent[0].json["response_format"]["json_schema"]["name"] == "Verdict"
    assert service.sent[0].json["messages"] == service.sent[1].json["messages"]


def own_temperature(message: str) -> Callable[[Sent], Reply]:
    """A server that refuses requests with a temperature."""
    refusal = Reply(400, json.dumps({"error": {"message": message, "type": "invalid_request"}}).encode())

    def reply(sent: Sent) -> Reply:
        return refusal if "temperature" in sent.json else GOOD

    return reply


async def test_a_model_that_has_its_own_temperature_is_asked_without_from_then_on() -> None:
    with listening() as service:
        service.reply = own_temperature(OWN_TEMPERATURE)
        model = caller(service.url)
        for _ in range(2):
            assert (await model.ask(ASK, SCHEMA, temperature=0.9)).structured == {"good": True}
    assert ["temperature" in each.json for each in service.sent] == [True, False, False]


async def test_a_refusal_that_no_other_temperature_mends_changes_nothing() -> None:
    about_tools = "Invalid schema: the property 'temperature_unit' has no type."
    about_a_property = "Invalid schema: the property 'temperature' has no type."
    with listening() as service:
        model = caller(service.url)
        for message, asked in ((about_tools, [True]), (about_a_property, [True, False]), ("", [True])):
            service.sent.clear()
            service.reply = GOOD
            if message:
                error = {"error": {"message": message, "type": "invalid_request"}}
                service.reply = Reply(400, json.dumps(error).encode())
                with pytest.raises(ProviderError):
                    await model.ask(ASK, SCHEMA, temperature=0.9)
            else:
                await model.ask(ASK, SCHEMA, temperature=0.9)
            assert ["temperature" in each.json for each in service.sent] == asked


async def test_another_refusal_is_not_asked_again() -> None:
    with listening() as service:
        service.reply = refused(400)
        with pytest.raises(ProviderError, match="refused with 400"):
            await caller(service.url).ask(ASK, SCHEMA, temperature=0.9)
    assert len(service.sent) == 1


def streamed(*words: str, why: str | None = "stop") -> Reply:
    """A stream of words; ``why`` None: one that ends as if it were whole, and does not say so."""
    parts: list[JsonObject] = [{"delta": {"content": word}, "finish_reason": None} for word in words]
    parts += [{"delta": {}, "finish_reason": why}] if why else []
    common = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": "served"}
    events = [json.dumps({**common, "choices": [{"index": 0, **part}]}) for part in parts]
    events += ["[DONE]"] if why else []
    body = "".join(f"data: {event}\n\n" for event in events).encode()
    return Reply(body=body, headers={"content-type": "text/event-stream"})


async def test_a_stream_that_ends_without_saying_why_has_failed() -> None:
    with listening() as service:
        model = load_chat_model(f"openai:served@{service.url}/v1")
        service.reply = streamed("for", "ty")
        assert "".join([str(part.text) async for part in model.astream(ASK)]) == "forty"
        assert "".join(str(part.text) for part in model.stream(ASK)) == "forty"
        service.reply = streamed("for", "ty", why=None)
        with pytest.raises(ModelAPIError, match="before the answer was whole"):
            [part async for part in model.astream(ASK)]
        with pytest.raises(ModelAPIError, match="before the answer was whole"):
            list(model.stream(ASK))
