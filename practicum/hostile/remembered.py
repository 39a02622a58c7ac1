"""Redacted texts that are remembered: traces say the same texts over and over."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

LONGEST = 20_000
"""A text of more characters is redacted each time."""
MOST = 2_000_000
"""Characters of all texts that are remembered, the last ones asked for."""


class Remembered:
    """What a function makes of texts, for as long as what it knows stays the same."""

    def __init__(self, clean: Callable[[str], str], known: Callable[[], Hashable]) -> None:
        """Remember nothing yet.

        Args:
            clean: Redacts a text. What it raises is not remembered.
            known: Tells what the result depends on besides the text; equal as long as that is the same.
        """
        self._clean = clean
        self._known = known
        self._of: Hashable = None
        self._made: OrderedDict[str, str] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def __call__(self, text: str) -> str:
        """Return the text as it is redacted now."""
        if len(text) > LONGEST:
            return self._clean(text)
        known = self._known()
        with self._lock:
            if known != self._of:
                self._of, self._held = known, 0
                self._made.clear()
            elif text in self._made:
                self._made.move_to_end(text)
                return self._made[text]
        made = self._clean(text)
        with self._lock:
            # What is known may have changed meanwhile: then nobody knows which of it was heeded.
            if known == self._of == self._known() and text not in self._made:
                self._keep(text, text if made == text else made)
        return made

    def _keep(self, text: str, made: str) -> None:
        self._made[text] = made
        self._held += len(text)
        while self._held > MOST:
            gone, _ = self._made.popitem(last=False)
            self._held -= len(gone)
