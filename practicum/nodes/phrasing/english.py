"""Small rules of English: splitting names, numbers of nouns, base forms of verbs, articles."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_IRREGULAR = {
    "person": "people",
    "child": "children",
    "foot": "feet",
    "inch": "inches",
    "man": "men",
}
_SINGULAR = {plural: singular for singular, plural in _IRREGULAR.items()}
_INVARIANT = frozenset(
    {
        "series",
        "species",
        "news",
        "status",
        "lux",
        "yen",
        "yuan",
        "baht",
        "rand",
        "won",
        "celsius",
        "fahrenheit",
        "kelvin",
    }
)
_ACRONYMS = re.compile(
    r"\b(iban|bic|isbn|url|uri|id|iata|icao|zip|vat|ip|uuid|sku|iso|utc|api|gps|dns|pdf|csv|json|html|sql|bmi)\b"
)
_SILENT_H = ("hour", "honest", "honor", "honour", "heir")
_YOU_SOUND = ("uni", "use", "usu", "euro", "one", "once", "eu", "utc", "url", "uk", "us ", "ubi")
_SPOKEN_VOWEL = frozenset("AEFHILMNORSX")


@lru_cache(maxsize=1)
def lexicon() -> dict[str, Any]:
    """Return the word lists of ``lexicon.toml``."""
    return tomllib.loads(files(__package__).joinpath("lexicon.toml").read_text("utf-8"))


def split_name(name: str) -> tuple[str, ...]:
    """Return the lower-case words of a snake_case, camelCase, kebab-case or dotted name."""
    return tuple(word.lower() for word in _WORD.findall(name))


def humanise(name: str) -> str:
    """Return an identifier or enum member as words; text that is not an identifier stays as it is."""
    if re.fullmatch(r"[A-Za-z0-9]+(?:[_\-.][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+", name) is None:
        return name
    if name.isupper() or name.islower() or "_" in name:
        words = [word for word in re.split(r"[_\-.]", name) if word]
        return " ".join(words if not name.isupper() else [word.lower() for word in words])
    return " ".join(split_name(name))


def plural(noun: str) -> str:
    """Return the plural of the last word of ``noun``; what is plural already stays."""
    head, _, last = noun.rpartition(" ")
    if not last.isalpha() or last in _INVARIANT or is_plural(last):
        return noun
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    elif re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    else:
        last += "s"
    return f"{head} {last}".strip()


def singular(noun: str) -> str:
    """Return the singular of the last word of ``noun``."""
    head, _, last = noun.rpartition(" ")
    if last in _SINGULAR:
        last = _SINGULAR[last]
    elif is_plural(last):
        if last.endswith("ies"):
            last = last[:-3] + "y"
        elif re.search(r"(ss|x|z|ch|sh)es$", last):
            last = last[:-2]
        else:
            last = last[:-1]
    return f"{head} {last}".strip()


def is_plural(noun: str) -> bool:
    """Say whether the last word of ``noun`` looks like a plural."""
    last = noun.rpartition(" ")[2]
    if last in _SINGULAR:
        return True
    return (
        bool(re.search(r"[^su'i]s$", last) or last.endswith("ies"))
        and last not in _INVARIANT
        and len(last) > 3
    )


def article(following: str) -> str:
    """Return ``a`` or ``an``, as the sound of the following word asks."""
    word = re.sub(r"^\W+", "", following)
    low = word.lower()
    if not low:
        return "a"
    if re.match(r"(8|11\b|18\b)", low):
        return "an"
    initials = re.match(r"[A-Z]{2,}\b", word)
    if initials and not re.match(r"[AEIOU]?[^AEIOU]?[AEIOU][^AEIOU]", word):
        return "an" if word[0] in _SPOKEN_VOWEL else "a"
    if low.startswith(_SILENT_H):
        return "an"
    if low.startswith(_YOU_SOUND):
        return "a"
    return "an" if low[0] in "aeiou" else "a"


def base_form(word: str) -> str | None:
    """Return the base form of a known verb (``returns``, ``calculating`` ...), None for other words."""
    known = _verbs()
    low = word.lower()
    candidates = [low, lexicon()["verbs"]["third_person"].get(low, low)]
    if low.endswith("s"):
        candidates += [low[:-1], low[:-2], low[:-3] + "y"]
    if low.endswith("ing"):
        candidates += [low[:-3], low[:-3] + "e", low[:-4]]
    return next((found for found in candidates if found in known), None)


def retrieves(verb: str) -> bool:
    """Say whether the verb's object is something to know, rather than something to be done."""
    return verb in lexicon()["verbs"]["retrieve"]


def acts(words: tuple[str, ...]) -> bool:
    """Say whether a name begins with a verb of doing (``create_issue``)."""
    verb = base_form(words[0]) if words else None
    return verb is not None and not retrieves(verb)


def answers(verb: str) -> bool:
    """Say whether the verb is the tool's (``tell``), and a user would find out instead."""
    return verb in lexicon()["verbs"]["answer"]


def acronyms(text: str) -> str:
    """Write well-known abbreviations in capitals."""
    return _ACRONYMS.sub(lambda found: found[1].upper(), text)


def listing(items: list[str]) -> str:
    """Join with commas and a last ``and``."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


@lru_cache(maxsize=1)
def _verbs() -> frozenset[str]:
    lists = lexicon()["verbs"]
    return frozenset(lists["retrieve"]) | frozenset(lists["act"])
