"""Languages: BCP 47 tags, English names from CLDR, and locales ("Brazilian Portuguese")."""

from __future__ import annotations

import functools
import random
import re
from typing import Any

from practicum.values.countries import adjective_spans, country_of, name_lexicon
from practicum.values.registry import ValueFormat
from practicum.values.slots import Slot
from practicum.values.spans import Lexicon, Span, find_codes, settle, span, word_set
from practicum.values.tables import table

_TAG = re.compile(r"(?<![\w-])([a-z]{2,3})[-_]([A-Z][a-z]{3})?[-_]?([A-Z]{2}|\d{3})?(?![\w-])")
_COMMON_CODES = word_set("de fr es nl sv da fi pl cs sk hu ro bg el ru uk tr ar fa hi ja ko zh pt en sw")
_QUOTED = re.compile(
    r"[\"'`\u201c\u2018]([a-z]{2,3})[\"'`\u201d\u2019]|\b(?:code|tag|tagged|locale)\s+([a-z]{2,3})\b"
    r"|\b([a-z]{2,3})(?=\s+(?:code|tag|locale)\b|\s+in\s+(?:an?|the|my|its)\s+(?:lang|language|locale)\b)"
)


@functools.cache
def _names() -> dict[str, str]:
    """Return English names by tag, for the languages and locales that CLDR names."""
    from babel import Locale

    named = {tag.replace("_", "-"): name for tag, name in Locale("en").languages.items()}
    return {tag: name for tag, name in named.items() if tag not in {"und", "mul", "zxx", "root", "no"}}


@functools.cache
def _lexicon() -> Lexicon:
    reviewed = table("languages")
    entries: dict[str, list[str]] = {name: [tag] for name, tag in reviewed["names"].items()}
    for tag, name in _names().items():
        entries.setdefault(name.lower(), [tag])
    rare = [name for tag, name in _names().items() if len(tag) > 2]
    return Lexicon(entries, capitalised=(*reviewed["lowercase_names"], *rare))


def resolve_languages(text: str) -> list[Span]:
    """Return the languages of ``text`` as BCP 47 tags: names, then tags and quoted codes.

    Where none is named, the countries of the text stand for the locales spoken there.
    """
    codes = {tag.upper(): [tag] for tag in _names() if tag.isalpha() and len(tag) == 2}
    found = [*_located(text, _lexicon().find(text)), *_tags(text), *find_codes(text, codes)]
    if not found:
        found = [s for m in re.finditer(r"\b[a-z]{2}\b", text) for s in _bare(text, m)]
    return settle(found) or _by_country(text)


def _located(text: str, named: list[Span]) -> list[Span]:
    """Offer "German ... in Austria" as the locale as well as the language."""
    countries = [s.values[0] for s in name_lexicon().find(text)]
    spans = []
    for one in named:
        local = tuple(f"{v}-{c}" for v in one.values for c in countries if "-" not in v and _spoken(v, c))
        spans.append(Span(one.start, one.end, one.text, (*one.values, *local)))
    return spans


def _tags(text: str) -> list[Span]:
    found = []
    for match in _TAG.finditer(text):
        if match[1] in _names() and (match[2] or match[3]):
            tag = "-".join(part for part in match.groups() if part)
            found.append(span(text, match.start(), match.end(), tag))
    for match in _QUOTED.finditer(text):
        code = next(filter(None, match.groups()))
        if code in _names():
            start = match.start(match.lastindex or 0)
            found.append(span(text, start, start + len(code), code))
    return found


def _bare(text: str, match: re.Match[str]) -> list[Span]:
    """Lower-case codes that no English word is spelled like, or the whole text."""
    code = match.group()
    alone = code == text.strip() and code in _names()
    return [span(text, match.start(), match.end(), code)] if alone or code in _COMMON_CODES else []


def _by_country(text: str) -> list[Span]:
    found = []
    for one in settle([*name_lexicon().find(text), *adjective_spans(text)]):
        tags = _official(one.values[0])
        if tags:
            local = tuple(f"{tag}-{one.values[0]}" for tag in tags[:2])
            found.append(Span(one.start, one.end, one.text, local))
    return found


@functools.cache
def _official(country: str) -> tuple[str, ...]:
    from babel.languages import get_official_languages

    return tuple(get_official_languages(country, de_facto=True))


def _spoken(tag: str, country: str) -> bool:
    from babel.core import get_global

    return tag in get_global("territory_languages").get(country, {})


@functools.lru_cache(maxsize=2048)
def language_of(value: str) -> str | None:
    """Return the tag of a language written alone in any way, None when it is unknown."""
    import langcodes

    text = value.strip()
    named = _lexicon().get(text)
    if named and len(text) > 3:
        return str(named[0])
    try:
        tag = langcodes.standardize_tag(text.replace("_", "-"))
    except (ValueError, LookupError):
        return None
    primary = langcodes.Language.get(tag).language
    if primary in _names() and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w+)*", text):
        return str(tag)
    return str(named[0]) if named else None


def _verbalise(value: Any) -> tuple[str, ...]:
    tag = language_of(str(value))
    if tag is None:
        return ()
    name = _names().get(tag)
    slang = [n.title() for n, known in table("languages")["names"].items() if known == tag]
    if name is None:
        region = country_of(tag.rpartition("-")[2])
        return (*slang, tag) if region else ()
    said = [n for n in (name, *slang) if _lexicon().get(n)[:1] == (tag,)]
    spoken = "-" in tag or (not said and len(tag) == 2)
    return tuple(dict.fromkeys((*said, tag) if spoken else said))


def _canonical(value: Any) -> Any:
    return language_of(str(value)) or value


def _forms(value: Any, _: Slot) -> tuple[Any, ...]:
    """Return tag, locale with its likeliest country, ISO 639-3 code, name, other cases."""
    import langcodes

    tag = language_of(str(value))
    if tag is None:
        return (value,)
    language = langcodes.Language.get(tag)
    primary = language.language or tag
    likely = language if language.territory else langcodes.Language.get(tag).maximize()
    locale = f"{primary}-{likely.territory}" if likely.territory else None
    name = _names().get(tag) or _names().get(primary)
    plain = tag if language.territory or language.script else primary
    return (
        plain,
        locale,
        language.to_alpha3(),
        name,
        (locale or plain).replace("-", "_"),
        name and name.lower(),
    )


def _draw(rng: random.Random) -> str:
    return str(rng.choice(table("languages")["common"]))


FORMATS = (
    ValueFormat(
        "language", _verbalise, resolve_languages, _draw, _canonical, _forms,
        (
            r"639-1|two-letter|code", r"language and country|locale", r"639-[23]|three-letter",
            r"(?:english )?name of the language|language name", "locale identifier",
        ),
        _lexicon,
    ),
)  # fmt: skip
