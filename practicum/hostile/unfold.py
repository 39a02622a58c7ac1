"""The ways in which a text can be read: as it stands, and with its disguises taken off, all bounded."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from practicum.hostile.clean import visible

LONGEST = 40_000
"""Characters that are looked at: what is stored of a result is shorter."""
MOST_ENCODED = 24
"""Encoded words that are decoded."""

_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХҮаеіјорсухѕԁһԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧαιοκνρυχɑɡıⅼ",
    "ABESIJKMHOPCTXYaeijopcyxsdhqwlABEZHIKMNOPTYXaioknpuxagil",
)
"""Cyrillic, Greek and Latin letters that are drawn like plain Latin ones (Unicode TR 39, the common ones).
Compatibility forms, such as full-width or mathematical letters, are Unicode normalisation's business."""
_LEET = str.maketrans("013457@$!|", "oieastasil")
_SPACED = re.compile(r"(?<![A-Za-z])[A-Za-z]([ .\-_*])(?:[A-Za-z]\1){2,}[A-Za-z](?![A-Za-z])")
_IN_SPACED = re.compile(r"([ .\-_*])[A-Za-z]\1[A-Za-z]\1")
"""What every spaced word holds, in a tenth of the time."""
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{20,}={0,6}")
_IN_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{20}")
"""What every encoded word holds, in a fifth of the time."""
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrt\"'\\/]))")
_PADDING = re.compile(r"\s\s\s\s+")
"""White space that pushes a text's parts out of sight: of each other, and of patterns that bound it. Spelled
so that Python looks for a space first, which ``{4,}`` keeps it from."""
_ZEROS = re.compile(r"&#0+(?=[0-9])")
_NO_LETTER = re.compile(r"&#[0-9]{8,};?")
"""The number of no letter, which may have more digits than Python turns into a number."""
_FEW = 8
"""Letters that are sooner removed one after the other."""
_LIKELY_TEXT = 0.9
"""Share of letters and spaces from which decoded bytes are taken for text."""


def views(text: str) -> Iterator[str]:
    """Yield the text as a model may read it, each view once: plain, folded, unescaped, decoded, reversed."""
    seen: set[str] = set()
    for view in map(_close, _all(visible(text[:LONGEST]))):
        if view not in seen:
            seen.add(view)
            yield view


def _close(text: str) -> str:
    """Return the text with its parts close to each other: padding becomes a space, or a line's end."""
    return _PADDING.sub(lambda match: "\n" if "\n" in match[0] else " ", text)


def _all(text: str) -> Iterator[str]:
    yield text
    plain = folded(text)
    yield plain
    for _ in range(2):
        shown = _unescaped(text)
        if shown == text:
            break
        text = visible(shown)
        yield text
        yield folded(text)
    if _IN_SPACED.search(plain):
        yield _SPACED.sub(lambda match: match[0].replace(match[1], ""), plain)
    yield plain.translate(_LEET)
    yield codecs.decode(plain, "rot13")
    yield plain[::-1]
    for decoded in _decoded(plain):
        yield decoded
        yield from _decoded(decoded)


def folded(text: str) -> str:
    """Return the text with compatibility forms, look-alike letters and stacked accents made plain."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKD", text)
    accents = [letter for letter in set(composed) if unicodedata.category(letter) == "Mn"]
    bare = unicodedata.normalize("NFKC", _without(accents, composed))
    return bare if bare.isascii() else bare.translate(_LOOKALIKES)


def _without(letters: list[str], text: str) -> str:
    if len(letters) > _FEW:
        return text.translate(dict.fromkeys(map(ord, letters)))
    for letter in letters:
        text = text.replace(letter, "")
    return text


def _unescaped(text: str) -> str:
    """Return the text without the escapes of JSON, HTML and addresses."""
    escapes = {"n": "\n", "r": "\n", "t": "\t"}
    shown = _ESCAPE.sub(
        lambda match: escapes.get(match[3], match[3]) if match[3] else chr(int(match[1] or match[2], 16)),
        text,
    )
    return unquote(html.unescape(_NO_LETTER.sub("", _ZEROS.sub("&#", shown))))


def _decoded(text: str) -> Iterator[str]:
    if not _IN_ENCODED.search(text):
        return
    for number, match in enumerate(_ENCODED.finditer(text)):
        if number == MOST_ENCODED:
            return
        word = match[0].rstrip("=")
        for decode in (_base64, bytes.fromhex, _base32):
            said = _text_of(decode, word)
            if said is not None:
                yield said


def _base64(word: str) -> bytes:
    return base64.urlsafe_b64decode(word.replace("+", "-").replace("/", "_") + "=" * (-len(word) % 4))


def _base32(word: str) -> bytes:
    return base64.b32decode(word + "=" * (-len(word) % 8))


def _text_of(decode: Callable[[str], bytes], word: str) -> str | None:
    try:
        said = decode(word).decode("utf-8")
    except (ValueError, binascii.Error):
        return None
    likely = sum(letter.isalnum() or letter.isspace() or letter in ".,:;!?'\"()-=/+" for letter in said)
    return said if said and likely >= _LIKELY_TEXT * len(said) else None
