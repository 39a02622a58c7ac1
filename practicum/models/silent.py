"""A model that says nothing: practice with calls that are sampled, executed and phrased, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from practicum.models.reply import UNASKED
from practicum.models.scripted import ScriptedChatModel, ScriptedReply

NONE = UNASKED
"""How ``--model`` names it."""


class SilentChatModel(ScriptedChatModel):
    """Has no value to offer, calls nothing, and takes no time; only call-first practice makes sense with it.

    Its trials end unsolved, since nobody came back to the call that a query was phrased from. Training counts
    those whose calls execution confirmed, and so can be given many more values than a model has time for.
    """

    name_in_metadata: str = NONE
    model_name: ClassVar[str] = NONE
    """How the journal names it where nobody says."""
    embedded: bool = True
    """That is, calls are sampled for it."""
    silent: ClassVar[bool] = True

    def _next(self, messages: Sequence[BaseMessage]) -> ScriptedReply:
        del messages
        return ScriptedReply()

    def bind_tools(self, *_: Any, **__: Any) -> Runnable[LanguageModelInput, AIMessage]:
        return self
