"""Objects from models that LangChain asks by a schema and a parser, as it does providers'."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.output_parsers import JsonOutputParser
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import Field

from practicum.errors import ProviderError
from practicum.models.asking import KEPT, Askings
from practicum.models.caller import ModelCaller
from practicum.models.scripted import ScriptedChatModel

ASK = [HumanMessage(content="Imagine a query.")]
SCHEMA = {"title": "Q", "type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
GOOD = '{"query": "How far is it?"}'


class Provider(ScriptedChatModel):
    """Replies with one text after the other, the last one again and again."""

    supports_grounding: bool = False
    texts: list[str]
    finish_reason: str = "stop"
    options: list[dict[str, Any]] = Field(default_factory=list)
    times_bound: int = 0

    def with_structured_output(self, *_: Any, include_raw: bool = False, **__: Any) -> Runnable[Any, Any]:
        assert not include_raw
        self.times_bound += 1

        def reply(_: Any, **options: Any) -> AIMessage:
            self.options.append({name: value for name, value in options.items() if name != "config"})
            text = self.texts.pop(0) if len(self.texts) > 1 else self.texts[0]
            return AIMessage(content=text, response_metadata={"finish_reason": self.finish_reason})

        return RunnableLambda(reply) | JsonOutputParser()


async def test_a_schema_is_bound_once_and_the_temperature_is_no_option_of_the_call() -> None:
    model = Provider(texts=[GOOD])
    caller = ModelCaller(model, name="m")
    for _ in range(3):
        assert (await caller.ask(ASK, SCHEMA, temperature=0.9)).structured == {"query": "How far is it?"}
    assert model.options == [{}, {}, {}]
    assert model.times_bound == 1


@pytest.mark.parametrize("text", ["no JSON", "", '{"query": 1' + "0" * 5000 + "}", "[" * 100_000])
async def test_what_no_parser_reads_is_asked_for_again(text: str) -> None:
    reply = await ModelCaller(Provider(texts=[text, GOOD]), name="m").ask(ASK, SCHEMA)
    assert reply.structured == {"query": "How far is it?"}
    assert reply.usage.model_calls == 2


@pytest.mark.parametrize(
    ("reason", "said"), [("length", "it reached the bound of its tokens"), ("content_filter", "filtered it")]
)
async def test_a_reply_that_was_cut_off_is_no_object_though_it_looks_like_one(reason: str, said: str) -> None:
    model = Provider(texts=['{"query": "How far is'], finish_reason=reason)
    with pytest.raises(ProviderError, match=f"the reply of m is no whole object: .*{said}"):
        await ModelCaller(model, name="m").ask(ASK, SCHEMA)


def test_so_many_schemas_are_kept_bound_and_no_more() -> None:
    model, askings = Provider(texts=[GOOD]), Askings()
    for number in range(2 * KEPT):
        askings.of(model, {**SCHEMA, "title": str(number)})
    assert len(askings._made) <= KEPT
    assert askings.of(model, SCHEMA) is askings.of(model, SCHEMA)
