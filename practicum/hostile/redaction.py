"""Redaction: secrets wherever text is kept, personal data where a tool's result is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from practicum.hostile.clean import without_tags
from practicum.hostile.forms import find_forms
from practicum.hostile.keyed import find_keyed
from practicum.hostile.known import find_configured, find_known, is_name, is_telling, known_now, remember_met
from practicum.hostile.lines import Offsets, across_lines
from practicum.hostile.marks import MARK, Found, mark_of, marked
from practicum.hostile.patterns import TooSlowError, compiled, find_matches
from practicum.hostile.personal import find_personal
from practicum.hostile.remembered import Remembered

if TYPE_CHECKING:
    from regex import Pattern

NOT_SEARCHED = mark_of("text")
"""In the place of a text that one of the user's patterns took too long for: it may hold anything."""
_SHORTEST = 6
"""A shorter text holds no secret."""


@dataclass(frozen=True)
class Redaction:
    """What is redacted besides secrets. Made once, at the edge; see `use`."""

    personal: bool | None = None
    """Personal data in the results of tools: True everywhere, False nowhere; None: of all tools but those
    whose data is public or made up (the almanac, and the suites of benchmarks)."""
    patterns: tuple[str, ...] = ()
    """Regular expressions of the user's, blanked like secrets."""


_settings = Redaction()
_patterns: tuple[Pattern[str], ...] = ()


def use(redaction: Redaction) -> None:
    """Redact by these settings from now on, in the whole process.

    Raises:
        ValueError: one of the patterns can't be used; the message says why.
    """
    global _settings, _patterns  # noqa: PLW0603 - "wherever it turns up" is a matter of the whole process
    _patterns = tuple(compiled(pattern) for pattern in redaction.patterns)
    _settings = redaction


def redact(text: str) -> str:
    """Return ``text`` with secrets blanked: by their form, by their value, by the user's patterns.

    Redacting again changes nothing.
    """
    if len(text) < _SHORTEST:
        return text
    try:
        return marked(text, ((*span, MARK) for span in _secrets(text)))
    except TooSlowError:
        return NOT_SEARCHED


def redact_seen(text: str, *, public: bool = False, said: str = "", name: str = "") -> str:
    """Return a tool's result as it may be stored: without secrets, nor what a telling name stands beside.

    Personal data goes, too, where `Redaction.personal` says so. What was found is remembered, so that it is
    blanked where a model repeats it.

    Args:
        text: What the tool returned.
        public: Whether its data is public or made up.
        said: The call's arguments: personal data that they held is no news, and whose it is nobody knows.
        name: The tool's, which is no secret wherever else it is said.
    """
    try:
        found: list[Found] = [(*span, MARK) for span in _secrets(text)]
    except TooSlowError:
        return NOT_SEARCHED
    if not public:
        found += [(*span, MARK) for span in find_keyed(text)]
    if not public if _settings.personal is None else _settings.personal:
        found += [each for each in _personal(text) if text[each[0] : each[1]] not in said]
    for start, end, _ in found:
        for spelled in _unwrapped(text[start:end]):
            if spelled not in name:
                remember_met(spelled)
    return marked(text, found)


def _personal(text: str) -> Iterator[Found]:
    direct = list(find_personal(text))
    yield from direct
    spans = [(start, end) for start, end, _ in direct]
    for start, end in across_lines(text, lambda joined: (each[:2] for each in find_personal(joined)), spans):
        yield start, end, mark_of("data")


def _unwrapped(value: str) -> set[str]:
    """Return what was found as it may be said again: as it is, and without the lines that it stood on."""
    words = value.replace("\\n", " ").split()
    return {value, " ".join(words), "".join(words)} if len(words) > 1 else {value}


def redact_told(text: str) -> str:
    """Return what Practicum tells of its own work without secrets that it was configured with.

    What was met in results stays, and so does a password that is a word: nobody's words are in such a text,
    and a tool that returns what Practicum says must not keep it from being read.
    """
    return marked(text, ((*span, MARK) for span in (*find_forms(text), *find_configured(text))))


def redact_used(text: str) -> str:
    """Return what names a tool, or says what was used, without secrets that it was configured with.

    Unlike `redact_told` it leaves what may be the name of a tool, with dashes: work is taken up by it.
    ``rpa_start_unattended_process`` has the form of a key, and is none: keys are no words.
    """
    if is_name(text):
        return text
    return marked(text, ((*span, MARK) for span in (*find_forms(text), *find_configured(text, is_name))))


def redact_value(value: Any, clean: Callable[[str], str] = redact, *, keys: bool = True) -> Any:
    """Return a JSON value with ``clean`` applied to each text in it, and to keys unless they are our own."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {
            clean(key) if keys and isinstance(key, str) else key: redact_value(part, clean, keys=keys)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_value(part, clean, keys=keys) for part in value]
    return value


def redact_written(text: str) -> str:
    """Return what a model wrote without secrets, and without characters that hide what it repeats."""
    return redact(without_tags(text))


def redact_trace(value: Any) -> Any:
    """Return what is traced with everything blanked that can be told: secrets, telling names, personal data.

    Personal data stays where `Redaction.personal` is False.
    """
    if isinstance(value, str):
        return _trace_text(value)
    if isinstance(value, dict):
        return {
            _trace_text(key) if isinstance(key, str) else key: (
                _blanked(part) if is_telling(str(key)) else redact_trace(part)
            )
            for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_trace(part) for part in value]
    return value


def _blanked(value: Any) -> Any:
    """Return what stands under a telling name without any text."""
    if isinstance(value, dict):
        return {
            _trace_text(key) if isinstance(key, str) else key: _blanked(part) for key, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_blanked(part) for part in value]
    return MARK if isinstance(value, str) and value else value


def find_private(text: str) -> list[Found]:
    """Return where anything stands that a conversation must not be kept with, whoever said it.

    Secrets, what a telling name stands beside, and personal data unless `Redaction.personal` is False.

    Raises:
        TooSlowError: one of the user's patterns took too long; the text may hold anything.
    """
    found: list[Found] = [(*span, MARK) for span in (*_secrets(text), *find_keyed(text))]
    return [*found, *(_personal(text) if _settings.personal is not False else ())]


def _trace_text(text: str) -> str:
    if len(text) < _SHORTEST:
        return text
    try:
        return _trace_texts(text)
    except TooSlowError:
        return NOT_SEARCHED


def _searched_for_trace(text: str) -> str:
    found: list[Found] = [(*span, MARK) for span in (*_secrets(text), *find_keyed(text))]
    return marked(text, [*found, *(find_personal(text) if _settings.personal is not False else ())])


_trace_texts = Remembered(_searched_for_trace, lambda: (_settings, _patterns, known_now()))


def _secrets(text: str) -> list[Offsets]:
    direct = list(_find(text))
    return [*direct, *across_lines(text, _find, direct), *find_matches(text, _patterns)]


def _find(text: str) -> Iterator[Offsets]:
    yield from find_forms(text)
    yield from find_known(text)
