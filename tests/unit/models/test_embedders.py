import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import practicum
from practicum.errors import ProviderError, SetupError
from practicum.models.cache import cache_dir
from practicum.models.embedders import HashingEmbedder, load_embedder
from practicum.models.embedding_remote import ATTEMPTS, OpenAIEmbedder

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(practicum.__file__ or "").parents[1])}


def cosine(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRACTICUM_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    monkeypatch.delenv("PRACTICUM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "practicum"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_dir() == Path.home() / ".cache" / "practicum"


@pytest.mark.parametrize("spec", ["", "word2vec", "openai:", "st:", "minilm:x", "hashing:512"])
def test_an_unknown_spec_is_answered_with_the_known_ones(spec: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="there is no embedder") as caught:
        load_embedder(spec, cache_dir=tmp_path)
    assert "minilm" in caught.value.fix


@given(st.text(st.characters(exclude_categories=())))
def test_hashing_gives_any_text_a_vector_of_length_one(text: str) -> None:
    vector = HashingEmbedder().embed([text])[0]
    assert len(vector) == 256
    assert math.isclose(cosine(vector, vector), 1, abs_tol=1e-5)


def test_hashing_tells_repetitions_from_other_queries() -> None:
    same, again, other = load_embedder("hashing", cache_dir=Path()).embed(
        ["How many pounds are 70 kg?", "how many pounds  are 70 KG?", "Will it rain in Oslo?"]
    )
    assert cosine(same, again) > 0.999
    assert cosine(same, other) < 0.5


def test_hashing_is_the_same_in_every_process() -> None:
    script = "from practicum.models.embedders import *; print(HashingEmbedder().embed(['kg']))"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert json.loads(said.stdout) == HashingEmbedder().embed(["kg"])


class EmbeddingServer(BaseHTTPRequestHandler):
    """Answers like OpenAI's /v1/embeddings: the vector of a text is (3, its length)."""

    asked: list[Any] = []  # noqa: RUF012 - a handler is made anew for each request
    status = 200
    passes_after = 1000
    """Requests after which the status is 200 again."""
    reply: bytes | None = None
    """What is sent in place of vectors."""
    silent = threading.Event()
    """Unset, no answer is given."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        EmbeddingServer.asked.append(body)
        data = [
            {"object": "embedding", "index": index, "embedding": [3.0, float(len(text))]}
            for index, text in enumerate(body["input"])
        ]
        answer: dict[str, Any] = {"object": "list", "data": data, "model": "m", "usage": {}}
        status = self.status if len(self.asked) <= self.passes_after else 200
        if status != 200:
            answer = {"error": {"message": "no such key"}}
        reply = self.reply if self.reply is not None else json.dumps(answer).encode()
        self.silent.wait(5)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        with suppress(OSError):  # nobody waits any more
            self.wfile.write(reply)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def server(socket_enabled: None) -> Iterator[str]:
    EmbeddingServer.asked, EmbeddingServer.status = [], 200
    EmbeddingServer.passes_after, EmbeddingServer.reply = 1000, None
    EmbeddingServer.silent.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), EmbeddingServer) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/v1"
        running.shutdown()
        thread.join()


def test_any_openai_compatible_server_embeds_and_gets_plain_text(server: str, tmp_path: Path) -> None:
    embedder = load_embedder(f"openai:tiny@{server}", cache_dir=tmp_path)
    vectors = embedder.embed(["four", "", "half \ud83d"])
    assert vectors[0] == pytest.approx([0.6, 0.8])
    assert EmbeddingServer.asked[0]["model"] == "tiny"
    assert EmbeddingServer.asked[0]["input"] == ["four", " ", "half ?"]
    assert embedder.name == f"openai:tiny@{server}"


def test_a_server_that_refuses_the_key_is_for_the_user_to_fix(server: str, tmp_path: Path) -> None:
    EmbeddingServer.status = 401
    with pytest.raises(SetupError, match="was refused"):
        load_embedder(f"openai:tiny@{server}", cache_dir=tmp_path).embed(["four"])


@pytest.mark.parametrize(
    "reply",
    [
        b"<html>",
        b"{}",
        b'{"object": "list", "data": []}',
        b'{"object": "list", "data": [{"embedding": []}]}',
        b'{"object": "list", "data": [{"embedding": [NaN, 1.0]}]}',
        b'{"object": "list", "data": [{"embedding": null}]}',
        b'{"object": "list", "data": [{"embedding": [1.0]}, {"embedding": [1.0]}]}',
    ],
)
def test_a_reply_without_vectors_says_so(server: str, reply: bytes) -> None:
    embedder = OpenAIEmbedder(f"tiny@{server}")
    EmbeddingServer.reply = reply
    with pytest.raises(SetupError, match="did not answer with vectors") as caught:
        embedder.embed(["four"])
    assert "OpenAI's API" in caught.value.fix
    EmbeddingServer.reply = None
    embedder.embed(["four"])
    EmbeddingServer.reply = reply
    with pytest.raises(ProviderError, match="did not answer with vectors"):
        embedder.embed(["four"])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_fault_that_passes_is_waited_for(server: str, status: int) -> None:
    EmbeddingServer.status, EmbeddingServer.passes_after = status, ATTEMPTS - 1
    waits: list[float] = []
    embedder = OpenAIEmbedder(f"tiny@{server}", sleep=waits.append)
    assert embedder.embed(["four"])[0] == pytest.approx([0.6, 0.8])
    assert len(waits) == ATTEMPTS - 1
    EmbeddingServer.passes_after = 1000
    with pytest.raises(ProviderError, match="failed"):
        embedder.embed(["four"])
    assert len(waits) == 2 * (ATTEMPTS - 1)


def test_a_server_that_keeps_silent_is_not_waited_for_without_end(server: str, tmp_path: Path) -> None:
    EmbeddingServer.silent.clear()
    try:
        with pytest.raises(SetupError, match=r"gave no answer within 0\.2 s") as caught:
            load_embedder(f"openai:tiny@{server}", cache_dir=tmp_path, timeout_s=0.2).embed(["four"])
    finally:
        EmbeddingServer.silent.set()
    assert "PRACTICUM_MODEL_TIMEOUT" in caught.value.fix
    assert len(EmbeddingServer.asked) == 1


@pytest.mark.enable_socket
def test_a_server_that_was_never_reached_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="can't be reached"):
        load_embedder("openai:tiny@http://127.0.0.1:9/v1", cache_dir=tmp_path).embed(["four"])


def test_openai_without_a_key_is_told_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(SetupError, match="needs a key"):
        load_embedder("openai:text-embedding-3-small", cache_dir=tmp_path)


@pytest.mark.slow
def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="can't be loaded"):
        load_embedder(f"st:{tmp_path}", cache_dir=tmp_path).embed(["hello"])
