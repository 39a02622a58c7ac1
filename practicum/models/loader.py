"""``provider:name`` to a LangChain chat model."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import SetupError, first_line
from practicum.models.cache import cache_dir as default_cache_dir

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from practicum.models.engine import DecodingEngine
    from practicum.models.openvino_engine import OpenVinoEngine
    from practicum.models.transformers_engine import TransformersEngine

SMALL_TEXT_TOKENS = 48
"""What a model of the embedded one's size says beyond this is repetition."""
SMALL_BYTES = 600_000_000
"""Of a quantised file; a model in Hugging Face form is small when it has fewer weights than that."""
FORMS = (
    "openai:NAME, openai:NAME@http://host:port/v1, local, local:FILE.gguf, local:DIR-OR-HUB-ID, "
    "scripted:FILE.jsonl, none, or another provider:name that LangChain knows"
)


def load_chat_model(
    spec: str, *, cache_dir: Path | None = None, timeout_s: float | None = None
) -> BaseChatModel:
    """Return the chat model that ``spec`` names.

    Nothing is loaded or connected to before the first call, so a wrong key shows then.

    Args:
        spec: one of `FORMS`.
        cache_dir: where converted weights are kept; by default `practicum.models.cache` says.
        timeout_s: seconds to wait for an answer of ``openai:``; None: as long as its client does.

    Raises:
        SetupError: the spec is unknown, or what it needs (a key, a package, a file) is missing.
    """
    provider, _, name = spec.strip().partition(":")
    if spec.strip() == "none":
        from practicum.models.silent import SilentChatModel

        return SilentChatModel()
    if provider == "local":
        return _local(name, cache_dir or default_cache_dir())
    if provider and name:
        if provider == "scripted":
            return _scripted(name)
        return _openai(name, timeout_s) if provider == "openai" else _other(provider, name)
    raise SetupError(f"{spec!r} names no model", f"use {FORMS}")


def require_chat_model(model: object) -> None:
    """Refuse what is no chat model, such as the name of one.

    Raises:
        SetupError: it says how to get one.
    """
    if hasattr(model, "ainvoke"):
        return
    spec = repr(model) if isinstance(model, str) else repr("openai:NAME")
    raise SetupError(
        f"a model is a LangChain chat model here, and this is {model!r:.100}",
        f"from practicum.models import load_chat_model; model=load_chat_model({spec:.100})",
    )


def _scripted(name: str) -> BaseChatModel:
    from practicum.models.scripted import ScriptedChatModel

    return ScriptedChatModel.from_file(Path(name))


def _openai(name: str, timeout_s: float | None) -> BaseChatModel:
    model, _, url = name.partition("@")
    base_url = url or os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE")
    key = os.environ.get("OPENAI_API_KEY")
    if not key and not base_url:
        raise SetupError(
            "OPENAI_API_KEY is not set", "export OPENAI_API_KEY=..., or use a server with openai:NAME@URL"
        )
    if url and not re.match(r"https?://", url):
        raise SetupError(f"{url!r} is no server address", "write it as openai:NAME@http://host:port/v1")
    # Imported after the checks: the package takes seconds to load, a missing key should not.
    from pydantic import SecretStr

    from practicum.models.connections import with_own_connections
    from practicum.models.openai_chat import OpenAIChatModel

    # Retries belong to whoever keeps the budget. Servers other than OpenAI's rarely know its newer API,
    # and most want no key, but the client insists on one.
    made = OpenAIChatModel(
        model=model,
        base_url=base_url or None,
        api_key=SecretStr(key or "none"),
        use_responses_api=False if base_url else None,
        max_retries=0,
        **({} if timeout_s is None else {"timeout": timeout_s}),
    )
    return with_own_connections(made)


def _other(provider: str, name: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    spec = f"{provider}:{name}"
    try:
        model: BaseChatModel = init_chat_model(name, model_provider=provider)
    except ImportError as error:
        named = re.search(r"pip install (?:-U )?`?([\w.-]+)", str(error))
        package = named.group(1) if named else f"langchain-{provider.replace('_', '-')}"
        raise SetupError(f"the package for {spec} is not installed", f"pip install {package}") from error
    except ValueError as error:
        line = first_line(error)
        raise SetupError(f"{spec} can't be used: {line[:300]}", f"use {FORMS}") from error
    return _without_retries(model, provider, name)


def _without_retries(model: BaseChatModel, provider: str, name: str) -> BaseChatModel:
    """Return the model without retries of its client's own, which no budget would count."""
    from langchain.chat_models import init_chat_model

    if "max_retries" not in type(model).model_fields:
        return model
    # Made anew: a client takes the number when it is made.
    bare: BaseChatModel = init_chat_model(name, model_provider=provider, max_retries=0)
    return bare


def _local(name: str, cache: Path) -> BaseChatModel:
    from practicum.models.local import LocalChatModel
    from practicum.models.tasks import TEXT_TOKENS

    engine: DecodingEngine
    if name.endswith(".gguf") or not name:
        engine = openvino = _gguf_engine(name, cache)
        small = openvino.weights.stat().st_size < SMALL_BYTES
        base = "" if name else "local"
    else:
        engine = transformers = _transformers_engine(name)
        small = 0 < transformers.count_weights() < SMALL_BYTES
        base = transformers.source
    # Of the embedded model's size, such as that model with an adapter: asked as that model is.
    text_tokens = SMALL_TEXT_TOKENS if small else TEXT_TOKENS
    return LocalChatModel(engine=engine, base=base, embedded=small, text_tokens=text_tokens)


@lru_cache(maxsize=8)
def _gguf_engine(name: str, cache: Path) -> OpenVinoEngine:
    """Return the engine of a GGUF; one for all models over the same file."""
    from practicum.models.openvino_engine import OpenVinoEngine
    from practicum.models.weights import embedded_weights

    weights = Path(name).expanduser().absolute() if name else embedded_weights(cache)
    if not weights.is_file():
        raise SetupError(f"there is no model file {weights}", "check the path after 'local:'")
    return OpenVinoEngine(weights, cache=cache)


@lru_cache(maxsize=2)
def _transformers_engine(name: str) -> TransformersEngine:
    from practicum.models.transformers_engine import TransformersEngine

    return TransformersEngine(name)
