"""A model that answers nobody before so many ask it at once."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import PrivateAttr

from practicum.models.scripted import ScriptedChatModel

LONGEST_S = 30
"""Then fewer came than should, and the test fails instead of waiting for ever."""


class MeetingModel(ScriptedChatModel):
    """Answers from its script once ``party`` calls are under way."""

    party: int
    supports_grounding: bool = False
    _came: int = PrivateAttr(0)
    _all_here: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)

    async def _agenerate(self, *args: Any, **kwargs: Any) -> Any:
        self._came += 1
        if self._came >= self.party:
            self._all_here.set()
        await asyncio.wait_for(self._all_here.wait(), LONGEST_S)
        return await super()._agenerate(*args, **kwargs)
