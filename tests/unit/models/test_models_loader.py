"""Specs become models, or errors that name the way out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from langchain_openai import ChatOpenAI

from practicum.errors import SetupError
from practicum.models import LocalChatModel, ScriptedChatModel, load_chat_model
from practicum.models.caller import ModelCaller
from practicum.models.loader import require_chat_model


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("spec", ["", "gpt-4", "openai:", ":x", "scripted:", "nosuchprovider:x"])
def test_an_unknown_spec_is_refused_with_the_list_of_forms(spec: str) -> None:
    with pytest.raises(SetupError) as caught:
        load_chat_model(spec)
    assert "openai:NAME@http://host:port/v1" in caught.value.fix
    assert "scripted:FILE.jsonl" in caught.value.fix


def test_openai_without_a_key_is_a_setup_error() -> None:
    with pytest.raises(SetupError, match="OPENAI_API_KEY is not set"):
        load_chat_model("openai:gpt-4o-mini")


def test_a_server_of_ones_own_needs_no_key_and_gets_plain_chat_completions() -> None:
    model = load_chat_model("openai:qwen@http://127.0.0.1:9/v1")
    assert isinstance(model, ChatOpenAI)
    assert (model.model_name, model.openai_api_base) == ("qwen", "http://127.0.0.1:9/v1")
    assert model.use_responses_api is False
    assert model.max_retries == 0


@pytest.mark.parametrize("timeout_s", [None, 7.5])
def test_a_server_is_waited_for_as_long_as_the_user_says(timeout_s: float | None) -> None:
    model = load_chat_model("openai:x@http://127.0.0.1:9/v1", timeout_s=timeout_s)
    assert isinstance(model, ChatOpenAI)
    assert model.request_timeout == timeout_s


def test_the_base_url_of_the_environment_counts_as_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    model = load_chat_model("openai:qwen")
    assert isinstance(model, ChatOpenAI)
    assert model.openai_api_base == "http://127.0.0.1:9/v1"


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(SetupError, match="no server address"):
        load_chat_model("openai:qwen@localhost:8000")


def test_a_missing_provider_package_is_named_with_its_install_command() -> None:
    with pytest.raises(SetupError) as caught:
        load_chat_model("anthropic:claude-x")
    assert caught.value.fix == "pip install langchain-anthropic"


def test_another_providers_client_does_not_retry_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-06-01")
    model = load_chat_model("azure_openai:gpt-x")
    assert model.max_retries == 0  # type: ignore[attr-defined]
    assert model.root_async_client.max_retries == 0  # type: ignore[attr-defined]


def test_a_script_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"content": "hi"}', "utf-8")
    model = load_chat_model(f"scripted:{path}")
    assert isinstance(model, ScriptedChatModel)
    assert model.invoke("x").content == "hi"


@pytest.mark.parametrize("spec", ["local:/no/such.gguf", "local:/no/such/dir", "local:./nothing"])
def test_a_local_path_that_leads_nowhere_is_a_setup_error(spec: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        load_chat_model(spec, cache_dir=tmp_path)
    assert caught.value.fix


def test_a_directory_that_is_no_model_is_a_setup_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"it has no config\.json"):
        load_chat_model(f"local:{tmp_path}")


def test_models_over_the_same_weights_share_one_engine(tmp_path: Path) -> None:
    weights = tmp_path / "tiny.gguf"
    weights.write_bytes(b"GGUF")
    one, other = (load_chat_model(f"local:{weights}", cache_dir=tmp_path) for _ in range(2))
    assert isinstance(one, LocalChatModel)
    assert isinstance(other, LocalChatModel)
    assert one.engine is other.engine


def test_importing_the_loader_imports_nothing_heavy() -> None:
    code = (
        "import sys, practicum.models\n"
        "heavy = {'langchain_core', 'langchain_openai', 'torch', 'transformers', 'openvino_genai'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_name_of_a_model_is_no_model_and_is_told_how_to_become_one() -> None:
    with pytest.raises(SetupError, match="this is 'openai:gpt-4o-mini'") as refused:
        ModelCaller("openai:gpt-4o-mini", name="it")  # type: ignore[arg-type]
    assert "load_chat_model('openai:gpt-4o-mini')" in refused.value.fix
    with pytest.raises(SetupError, match="this is 7") as refused:
        require_chat_model(7)
    assert "load_chat_model('openai:NAME')" in refused.value.fix
