"""The Hugging Face engine, over a tiny random model that is made here."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool
from tiny_models import MARKS, need, write_llama

from practicum.errors import PracticumError, SetupError
from practicum.models import LocalChatModel, load_chat_model
from practicum.models.engine import Completion, Constraint, EngineDied, Request
from practicum.models.transformers_engine import TransformersEngine

pytestmark = MARKS

HERMES = (
    "{% if tools %}<|im_start|>system\nTools: {{ tools | tojson }} in <tool_call> tags<|im_end|>\n{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)
NO_TOOLS = HERMES.replace("{% if tools %}", "{% if false %}").replace("tools", "things")


@tool
def convert(value: float, unit: str) -> str:
    """Convert a value to another unit."""
    return f"{value} {unit}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("torch", "transformers", "xgrammar")
    return write_llama(tmp_path_factory.mktemp("tiny"))


def test_even_a_random_model_makes_calls_that_fit(folder: Path) -> None:
    model = load_chat_model(f"local:{folder}")
    assert isinstance(model, LocalChatModel)
    messages = model.bind_tools([convert], tool_choice="any").batch(["5 kg", "70 kg to pounds, please"])
    assert len(messages) == 2
    for message in messages:
        assert message.tool_calls[0]["name"] == "convert"
        assert isinstance(message.tool_calls[0]["args"]["value"], int | float)
    model.engine.close()


def test_rows_of_a_batch_come_out_as_if_alone(folder: Path) -> None:
    engine = TransformersEngine(str(folder))
    digits = Constraint("root ::= [0-9]{6}")
    requests = [Request(f"Number {n} " * (n + 1), digits, max_tokens=20) for n in range(4)]
    alone = [engine.submit(request).result(120) for request in requests]
    together = [future.result(120) for future in [engine.submit(request) for request in requests]]
    assert [one.text for one in together] == [one.text for one in alone]
    assert all(len(one.text) == 6 and one.finish_reason == "stop" for one in alone)
    engine.close()


def test_each_row_keeps_its_own_limit(folder: Path) -> None:
    engine = TransformersEngine(str(folder))
    futures = [
        engine.submit(Request("x", Constraint("root ::= [a-z]{40}"), max_tokens=limit)) for limit in (3, 9)
    ]
    completions = [future.result(120) for future in futures]
    assert [(len(one.text), one.finish_reason) for one in completions] == [(3, "length"), (9, "length")]
    engine.close()


def test_a_seed_repeats_a_sampled_reply(folder: Path) -> None:
    engine = TransformersEngine(str(folder))
    letters = Constraint("root ::= [a-z]{12}")
    texts = [
        engine.submit(Request("x", letters, 20, temperature=1.0, seed=seed)).result(120).text
        for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]
    engine.close()


def test_a_model_without_a_template_gets_chatml(folder: Path) -> None:
    engine = TransformersEngine(str(folder))
    assert engine.call_tags == ("", "")
    assert engine.render([HumanMessage("Hi")], []).startswith("<|im_start|>user\nHi")


def test_a_template_that_knows_tools_is_used_with_its_tags(tmp_path: Path) -> None:
    engine = TransformersEngine(str(write_llama(tmp_path, chat_template=HERMES)))
    model = LocalChatModel(engine=engine)
    message = model.bind_tools([convert], tool_choice="any").invoke("5 kg")
    assert message.tool_calls[0]["name"] == "convert"
    prompt = engine.render([HumanMessage("5 kg")], [{"type": "function", "function": {"name": "f"}}])
    assert 'Tools: [{"type": "function"' in prompt
    engine.close()


def test_a_template_without_tools_has_them_listed_in_the_system_turn(tmp_path: Path) -> None:
    engine = TransformersEngine(str(write_llama(tmp_path, chat_template=NO_TOOLS)))
    function = {"name": "today", "description": "Tell the date.", "parameters": {}}
    prompt = engine.render(
        [SystemMessage("Be brief."), HumanMessage("Hi")], [{"type": "function", "function": function}]
    )
    assert prompt.startswith(
        "<|im_start|>system\nBe brief.\n\nYou can call these tools:\n- today: Tell the date."
    )


def test_weights_that_are_missing_are_a_setup_error(folder: Path, tmp_path: Path) -> None:
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_text((folder / name).read_text("utf-8"), "utf-8")
    engine = TransformersEngine(str(tmp_path))
    with pytest.raises(SetupError, match="can't be loaded"):
        engine.submit(Request("x")).result(120)
    engine.close()


def test_a_tokenizer_that_is_missing_is_a_setup_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}), "utf-8")
    with pytest.raises(SetupError, match="can't be loaded"):
        TransformersEngine(str(tmp_path)).render([HumanMessage("Hi")], [])


def test_whatever_breaks_while_it_loads_breaks_the_call_and_the_next_one_tries_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TransformersEngine(str(folder))
    loads = iter([ImportError("its quantisation needs another package"), KeyError("k")])

    def load() -> None:
        raise next(loads)

    monkeypatch.setattr(engine, "_load", load)
    with pytest.raises(PracticumError, match="another package"):
        engine.submit(Request("x")).result(60)
    with pytest.raises(PracticumError):
        engine.submit(Request("x")).result(60)
    engine.close()


def test_it_is_closed_although_somebody_who_waited_was_cancelled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = TransformersEngine(str(folder))
    is_busy, may_end = threading.Event(), threading.Event()

    class Decoder:
        def decode(self, requests: list[Request]) -> list[Completion]:
            is_busy.set()
            assert may_end.wait(60)
            return [Completion(request.prompt, 1, 1) for request in requests]

    monkeypatch.setattr(engine, "_load", Decoder)
    begun = engine.submit(Request("begun", temperature=1.0))
    assert is_busy.wait(60)
    cancelled, waiting = (engine.submit(Request(text, temperature=1.0)) for text in ("first", "second"))
    assert cancelled.cancel()
    waiting.add_done_callback(lambda _: may_end.set())
    thread = engine._thread
    assert thread is not None
    engine.close()
    assert not thread.is_alive()
    assert begun.result(0).text == "begun"
    assert isinstance(waiting.exception(0), EngineDied)
