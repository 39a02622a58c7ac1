"""What every chat model of `load_chat_model` must do, whoever computes the replies."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from practicum.models import load_chat_model

CALL = {"name": "convert", "arguments": {"value": 70, "unit": "kg"}}


@tool
def convert(value: float, unit: str) -> str:
    """Convert a value to another unit."""
    return f"{value} {unit}"


class Verdict(BaseModel):
    solved: bool
    reason: str


class CompatibleServer(BaseHTTPRequestHandler):
    """Answers chat completions as an OpenAI-compatible server would."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        payload = json.dumps(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": _reply(body)}],
                "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
            }
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Stay silent."""


def _reply(body: dict[str, Any]) -> dict[str, Any]:
    if "response_format" in body:
        return {"role": "assistant", "content": '{"solved": true, "reason": "ok"}'}
    if not body.get("tools"):
        return {"role": "assistant", "content": "Some text."}
    function = {"name": CALL["name"], "arguments": json.dumps(CALL["arguments"])}
    call = {"id": "call_1", "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


@pytest.fixture
def scripted(tmp_path: Path) -> BaseChatModel:
    path = tmp_path / "script.jsonl"
    rows: list[dict[str, Any]] = [{"content": "Some text.", "when": "Say"}] * 8
    rows += [{"tool_calls": [CALL], "when": "kg"}] * 8
    rows += [{"structured": {"solved": True, "reason": "ok"}, "when": "Solved?"}] * 8
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return load_chat_model(f"scripted:{path}")


@pytest.fixture
def compatible(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseChatModel]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), CompatibleServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield load_chat_model(f"openai:some-model@http://127.0.0.1:{server.server_port}/v1")
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseChatModel]:
    pytest.importorskip("openvino_genai")
    model = load_chat_model("local", cache_dir=tmp_path_factory.mktemp("cache"))
    yield model
    model.engine.close()  # type: ignore[attr-defined]  # the local model has an engine


@pytest.fixture(params=["scripted", "compatible", pytest.param("embedded", marks=pytest.mark.slow)])
def model(request: pytest.FixtureRequest) -> BaseChatModel:
    found: BaseChatModel = request.getfixturevalue(request.param)
    return found


def test_a_text_reply_has_content_and_usage(model: BaseChatModel) -> None:
    message = model.invoke([SystemMessage("Be brief."), HumanMessage("Say something.")])
    assert message.content
    assert not message.tool_calls
    assert message.usage_metadata is not None
    assert message.response_metadata["model_name"]


def test_a_required_call_is_well_formed_and_has_an_id(model: BaseChatModel) -> None:
    message = model.bind_tools([convert], tool_choice="any").invoke("How many pounds are 70 kg?")
    (call,) = message.tool_calls
    assert (call["name"], set(call["args"])) == ("convert", {"value", "unit"})
    assert call["id"]
    assert convert.invoke(call["args"])


def test_a_conversation_with_calls_and_results_can_go_on(model: BaseChatModel) -> None:
    called = AIMessage("", tool_calls=[{"name": "convert", "args": CALL["arguments"], "id": "1"}])
    messages = [HumanMessage("How many?"), called, ToolMessage("unknown unit kg", tool_call_id="1")]
    assert model.bind_tools([convert], tool_choice="any").invoke(messages).tool_calls


def test_structured_output_is_an_instance_of_the_class(model: BaseChatModel) -> None:
    verdict = model.with_structured_output(Verdict).invoke("Solved? 2 + 2 is 4.")
    assert isinstance(verdict, Verdict)


def test_structured_output_from_a_schema_keeps_the_raw_message(model: BaseChatModel) -> None:
    schema = Verdict.model_json_schema()
    result = model.with_structured_output(schema, include_raw=True).invoke("Solved? 2 + 2 is 4.")
    assert isinstance(result, dict)
    assert set(result["parsed"]) == {"solved", "reason"}
    assert isinstance(result["raw"], AIMessage)


async def test_many_calls_at_once_all_come_back(model: BaseChatModel) -> None:
    bound = model.bind_tools([convert], tool_choice="any")
    messages = await asyncio.gather(*(bound.ainvoke(f"How many pounds are {n} kg?") for n in range(4)))
    assert [len(message.tool_calls) for message in messages] == [1] * 4


def test_a_batch_has_one_reply_for_each_prompt(model: BaseChatModel) -> None:
    assert len(model.batch(["Say one.", "Say two."])) == 2


@pytest.mark.parametrize("bind", [lambda m: m, lambda m: m.bind_tools([convert])])
def test_a_model_survives_being_bound_and_reused(
    model: BaseChatModel, bind: Callable[[BaseChatModel], Any]
) -> None:
    assert isinstance(bind(model).invoke("Say something."), AIMessage)
    assert isinstance(model.invoke("Say something."), AIMessage)
