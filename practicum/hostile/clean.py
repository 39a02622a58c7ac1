"""Characters that people do not see and machines read, and halves of characters, which nobody reads."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff]"
)
"""C0 and C1 controls but tab and line breaks, soft and zero-width marks, directions, fillers, variation
selectors, and the plane of tags, in which whole sentences can be hidden."""
_INVISIBLE_ASCII = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Of these, what plain text can hold: sooner looked for."""
_BREAKS = re.compile("[\x85\u2028\u2029]")
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Controls but tabs and ends of lines, directions that hold for more than a letter, tags, and the space that
is none."""
_TAGS = re.compile("[\U000e0000-\U000e0fff]")


def without_tags(text: str) -> str:
    """Return ``text`` without tag characters; other marks that can't be seen are letters' in some scripts."""
    return _TAGS.sub("", text)


def visible(text: str) -> str:
    """Return ``text`` without what can't be seen; line breaks of all kinds stay breaks."""
    if text.isascii():
        return _INVISIBLE_ASCII.sub("", text)
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text))


def printable(text: str) -> str:
    """Return ``text`` without what does something to a screen or hides there.

    Joiners and variation selectors stay: they are of letters in some scripts, and of emoji.
    """
    return _UNPRINTED.sub("", _BREAKS.sub("\n", text))


def whole(text: str) -> str:
    """Return ``text`` with halves of surrogate pairs replaced: UTF-8 has no place for them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
