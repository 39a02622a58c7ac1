"""`practicum serve` as a process, asked by the openai client over loopback."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from chat_service import said
from cli_parts import (
    QUERIES,
    calls_made,
    check_refused,
    practicum,
    start,
    write_lines,
    write_script,
    write_tools,
)
from http_service import Reply, Sent, listening

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
QUERY = QUERIES[0][0]
UNTIL_LET = """
import pathlib, time
while a == 7 and not pathlib.Path(__file__).with_name("let").exists():
    time.sleep(0.02)
"""
CLIENTS = 20


@contextmanager
def serving(folder: Path, *more: str, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a server until the context ends; gives its base URL and its process."""
    command = ("serve", "--tools", "tools.py", "--model", "scripted:script.jsonl", "--port", "0", *more)
    process = start(*command, cwd=folder, **variables)
    try:
        yield _where(process), process
    finally:
        process.kill()
        process.communicate()


def _where(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    line = process.stderr.readline()
    assert line.startswith("listening on http://127.0.0.1:"), line + process.stderr.read()
    return line.removeprefix("listening on ").partition(",")[0]


def client(url: str, key: str = "none") -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key=key, max_retries=0, timeout=30)


def ask(of: openai.OpenAI, query: str = QUERY, **more: Any) -> Any:
    return of.chat.completions.create(
        model="practicum", messages=[{"role": "user", "content": query}], **more
    )


def health(url: str) -> Any:
    return httpx.get(f"{url.removesuffix('/v1')}/health").json()


def wait_for_runs(url: str, number: int) -> None:
    while health(url)["running"] != number:
        pass


def wait_for_silence(url: str) -> None:
    """Until no new connection is taken."""
    with suppress(httpx.TransportError):
        while True:
            health(url)


def with_files(folder: Path, body: str = "pass", copies: int = 1) -> Path:
    write_tools(folder, body)
    write_script(folder, QUERIES * copies)
    return folder


def test_headers_without_end_are_refused_and_the_server_goes_on(tmp_path: Path) -> None:
    with serving(with_files(tmp_path)) as (url, _):
        with suppress(httpx.TransportError):  # it may hang up before all was sent
            headers = {f"X-{number}": "a" * 8000 for number in range(40)}
            reply = httpx.get(f"{url.removesuffix('/v1')}/health", headers=headers)
            assert reply.status_code == 400
        assert health(url)["status"] == "ok"


def test_the_openai_client_is_answered_with_what_a_tool_returned(tmp_path: Path) -> None:
    with serving(with_files(tmp_path)) as (url, process):
        with client(url) as asked:
            reply = ask(asked, temperature=0, max_tokens=100)
            assert [model.id for model in asked.models.list()] == ["practicum"]
        assert reply.choices[0].message.content == "It is 5."
        assert reply.choices[0].finish_reason == "stop"
        assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0
        assert calls_made(tmp_path) == ["2+3"]
        told = {
            "status": "ok",
            "model": "scripted:script.jsonl",
            "champion": "base",
            "tools": 1,
            "running": 0,
        }
        assert health(url) == told
        maps = Path(f"/proc/{process.pid}/maps")
        if maps.exists():  # what is loaded, whoever imported it
            assert "libtorch" not in maps.read_text()


def test_the_openai_client_streams(tmp_path: Path) -> None:
    with serving(with_files(tmp_path)) as (url, _), client(url) as asked:
        chunks = list(ask(asked, stream=True, stream_options={"include_usage": True}))
    said = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(said) == "It is 5."
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.total_tokens > 0
    assert len({chunk.id for chunk in chunks}) == 1


def test_twenty_clients_at_once_each_get_their_own_answer(tmp_path: Path) -> None:
    write_tools(tmp_path)
    lines: list[dict[str, Any]] = []
    for number in range(CLIENTS):
        arguments = {"a": number, "b": 1000}
        lines.append({"when": f"number {number}?", "tool_calls": [{"name": "add", "arguments": arguments}]})
        lines.append({"when": f"sum={number + 1000};", "content": f"It is {number + 1000}."})
    write_lines(tmp_path / "script.jsonl", lines)

    def answer(number: int) -> str:
        with client(url) as asked:
            return str(ask(asked, f"number {number}?").choices[0].message.content)

    with serving(tmp_path) as (url, _), ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(answer, range(CLIENTS)))
    assert answers == [f"It is {number + 1000}." for number in range(CLIENTS)]


def test_as_many_calls_of_the_model_go_on_at_once_as_requests(tmp_path: Path) -> None:
    all_here = threading.Barrier(CLIENTS, timeout=30)

    def reply(_: Sent) -> Reply:
        all_here.wait()
        return said("Hello.")

    with_files(tmp_path)
    with listening() as service:
        service.reply = reply
        model = f"openai:served@{service.url}/v1"
        with (
            serving(tmp_path, "--max-concurrent", str(CLIENTS), "--model", model) as (url, _),
            client(url) as asked,
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            answers = list(pool.map(lambda _: ask(asked).choices[0].message.content, range(CLIENTS)))
    assert answers == ["Hello."] * CLIENTS


def test_a_key_is_asked_for_when_one_is_set(tmp_path: Path) -> None:
    with serving(with_files(tmp_path), "--key-from", "MY_KEY", MY_KEY="open-sesame-42") as (url, _):
        with client(url, "wrong") as stranger, pytest.raises(openai.AuthenticationError):
            ask(stranger)
        with client(url, "open-sesame-42") as friend:
            assert ask(friend).choices[0].message.content == "It is 5."
        assert health(url)["status"] == "ok"


def test_requests_beyond_the_limits_are_refused_as_openai_does(tmp_path: Path) -> None:
    with_files(tmp_path, UNTIL_LET)
    limits = ("--max-concurrent", "1", "--max-request-bytes", "500")
    with serving(tmp_path, *limits) as (url, _), client(url) as asked, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, asked, QUERIES[3][0])
        wait_for_runs(url, 1)
        with pytest.raises(openai.RateLimitError) as many:
            ask(asked)
        assert many.value.response.headers["retry-after"] == "1"
        (tmp_path / "let").touch()
        assert slow.result().choices[0].message.content == "It is 47."
        with pytest.raises(openai.APIStatusError, match="larger than 500 bytes"):
            ask(asked, "x" * 500)
        with pytest.raises(openai.BadRequestError, match="has its own"):
            ask(asked, tools=[{"type": "function", "function": {"name": "f"}}])
        with pytest.raises(openai.NotFoundError):
            asked.embeddings.create(model="practicum", input="x")
        with pytest.raises(openai.InternalServerError, match="the model failed"):
            ask(asked, "What is not in the script?")


def test_a_tool_that_may_change_something_is_called_only_if_the_owner_allows_it(tmp_path: Path) -> None:
    tools = write_tools(tmp_path)
    tools.write_text(tools.read_text().replace("@practicum.read_only\n", ""))
    with write_script(tmp_path).open("a") as script:
        script.write('{"when": "nobody here who could approve", "content": "I may not."}\n')
    for more, answer in (((), "I may not."), (("--allow", "add"), "It is 5.")):
        with serving(tmp_path, *more) as (url, _), client(url) as asked:
            assert ask(asked).choices[0].message.content == answer
    assert calls_made(tmp_path) == ["2+3"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_ends_its_run(tmp_path: Path, stream: bool) -> None:
    with serving(with_files(tmp_path, UNTIL_LET)) as (url, _), client(url) as asked:
        with pytest.raises(openai.APITimeoutError):
            ask(asked, QUERIES[3][0], stream=stream, timeout=1)
        wait_for_runs(url, 0)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_server_that_is_to_end_finishes_what_runs_and_takes_nothing_new(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    with_files(tmp_path, UNTIL_LET)
    with serving(tmp_path) as (url, process), client(url) as asked, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, asked, QUERIES[3][0])
        wait_for_runs(url, 1)
        process.send_signal(number)
        wait_for_silence(url)
        (tmp_path / "let").touch()
        assert slow.result().choices[0].message.content == "It is 47."
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (status, "", "ended\n")


def test_what_does_not_finish_in_time_holds_up_no_exit(tmp_path: Path) -> None:
    with_files(tmp_path, UNTIL_LET)
    with serving(tmp_path, "--grace", "1") as (url, process), client(url) as asked:
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(ask, asked, QUERIES[3][0])
            wait_for_runs(url, 1)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=30)
            told = slow.exception()
            assert isinstance(told, openai.APIStatusError)
            assert (told.status_code, told.code) == (503, "shutting_down")
        ended = "error: a request was ended before its answer was there: the server stops\nended\n"
        assert (process.returncode, err) == (0, ended)


def test_a_port_in_use_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = practicum("serve", "--port", port, "--model", "scripted:none.jsonl", cwd=tmp_path)
    check_refused(done, f"port {port} of 127.0.0.1 is in use", "--port")


def test_a_variable_without_a_key_is_no_key(tmp_path: Path) -> None:
    done = practicum("serve", "--key-from", "NOT_SET", cwd=tmp_path)
    check_refused(done, "NOT_SET holds no key", "set it")
    done = practicum("serve", cwd=tmp_path, PRACTICUM_SERVE_KEY="")
    check_refused(done, "PRACTICUM_SERVE_KEY holds no key", "set it")


@pytest.mark.parametrize("key", ["schl\u00fcssel-42", "open\tsesame"])
def test_a_key_that_no_client_can_send_is_refused_at_the_start(tmp_path: Path, key: str) -> None:
    done = practicum("serve", cwd=tmp_path, PRACTICUM_SERVE_KEY=key)
    check_refused(done, "PRACTICUM_SERVE_KEY holds characters that no client can send", "ASCII")
    assert key not in done.stderr
