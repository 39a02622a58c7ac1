"""Chat models: ``provider:name`` to a LangChain chat model, and the embedded local one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practicum.models.loader import load_chat_model

if TYPE_CHECKING:
    from practicum.models.local import LocalChatModel
    from practicum.models.scripted import ScriptedChatModel

__all__ = ["LocalChatModel", "ScriptedChatModel", "load_chat_model"]

_HOMES = {"LocalChatModel": "practicum.models.local", "ScriptedChatModel": "practicum.models.scripted"}


def __getattr__(name: str) -> Any:
    """Import the classes on demand: LangChain's base costs 0.7 s, which ``--help`` can't afford."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
