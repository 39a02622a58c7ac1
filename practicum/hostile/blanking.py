"""Redaction of whole conversations: what one of their texts gives away is blanked in all of them.

Unlike `redact_seen` it keeps what it met to itself: the agent whose conversations are kept goes on
answering as if they were not.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from practicum.hostile.clean import visible
from practicum.hostile.known import MOST_MET, SHORTEST, is_telling
from practicum.hostile.marks import MARK, Found, holds_redacted, marked
from practicum.hostile.patterns import TooSlowError
from practicum.hostile.redaction import NOT_SEARCHED, find_private


class Blanking:
    """What was met in conversations so far, and is blanked in whatever is kept from now on.

    To be used by one thread at a time.
    """

    def __init__(self, most: int = MOST_MET) -> None:
        """Know nothing yet; at most so many values are remembered, the newest."""
        self._most = most
        self._met: OrderedDict[str, str] = OrderedDict()
        self._learned: OrderedDict[int, None] = OrderedDict()

    def learn(self, texts: Iterable[str]) -> None:
        """Remember what these texts give away by its form or by the name beside it.

        A text that was learned from lately is not read again: conversations come with each of their turns.
        """
        for text in texts:
            if self._knows(text):
                continue
            try:
                found = find_private(visible(text))
            except TooSlowError:
                continue  # the text itself is blanked as a whole
            for start, end, mark in found:
                self._remember(visible(text)[start:end], mark)

    def text(self, text: str) -> str:
        """Return ``text`` as it may be kept."""
        seen = visible(text)
        try:
            return marked(seen, [*find_private(seen), *self._places(seen)])
        except TooSlowError:
            return NOT_SEARCHED

    def value(self, value: Any) -> Any:
        """Return a JSON value as it may be kept, keys included; a text under a telling name is blanked."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                self.text(str(key)): MARK
                if part and _is_text(part) and is_telling(str(key))
                else self.value(part)
                for key, part in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(part) for part in value]
        if _is_number(value) and holds_redacted(self.text(json.dumps(value))):
            return MARK  # a card or a phone number is one without its quotes, too
        return value

    def _knows(self, text: str) -> bool:
        """Whether a text was learned from lately; it has been from now on."""
        name = hash(text)
        known = name in self._learned
        self._learned[name] = None
        self._learned.move_to_end(name)
        while len(self._learned) > self._most:
            self._learned.popitem(last=False)
        return known

    def _remember(self, value: str, mark: str) -> None:
        if len(value) < SHORTEST or holds_redacted(value):
            return
        self._met[value] = mark
        self._met.move_to_end(value)
        while len(self._met) > self._most:
            self._met.popitem(last=False)
            self._learned.clear()  # what told of it may be met again, and has to be read again

    def _places(self, text: str) -> Iterable[Found]:
        for value, mark in self._met.items():
            for spelled in {value, json.dumps(value)[1:-1]}:
                at = text.find(spelled)
                while at >= 0:
                    yield at, at + len(spelled), mark
                    at = text.find(spelled, at + len(spelled))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or _is_number(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
