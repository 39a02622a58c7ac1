"""Tools about numbers in words, numerals, digests and names of languages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, number, text
from practicum.tools.effects import read_only

Form = Literal["cardinal", "ordinal", "ordinal_num", "year"]
Algorithm = Literal["md5", "sha1", "sha256", "sha512", "blake2s"]
_PROBES = {"de": "German", "ja": "Japanese"}
"""What langcodes says in English where it has no names in the language asked for."""
_NUMERALS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip

_MINUS = {"cs": "minus ", "pl": "minus ", "sk": "m\N{LATIN SMALL LETTER I WITH ACUTE}nus ",
          "vi": "\N{LATIN SMALL LETTER A WITH CIRCUMFLEX}m "}  # fmt: skip
"""The word before a negative number where num2words fails at the sign, or says another number."""
_SIGNLESS = frozenset({"am", "bn", "ce"})
"""Languages that it says negative numbers of as positive ones, or not at all."""
_BEFORE_CHRIST = frozenset(["az", "en", "en_IN", "en_NG", "fi", "hu", "ko", "pt", "pt_BR", "ro", "tet"])
"""Languages that it has words for years before Christ in; elsewhere they come out as nonsense."""
_HUNDREDS = frozenset({"da", "de", "nl", "no", "sl"})
"""Languages where it counts the years of every century in hundreds, as is done for 1100 to 1999 only."""
_LARGEST = {"am": 10**6, "en_IN": 10**10 - 1, "kn": 10**10 - 1, "te": 10**10 - 1}
"""How far it counts, where that is not to the end: in Amharic larger numbers fill the memory."""


@read_only
def number_in_words(
    value: Annotated[int, number("Whole number to write out", 42, 1984, least=-(10**12), most=10**12)],
    language: Annotated[str, text("Language to write it in, as two-letter code", "en", "fr", longest=5)],
    form: Annotated[Form, choice("Kind of number word", "ordinal")] = "cardinal",
) -> str:
    """Write a whole number out in the words of a language.

    Returns: the words.
    Raises: ValueError for a language that is not covered (the message lists them), or a form that
        the language lacks, a negative ordinal, or a number that the language does not reach.
    """
    import num2words

    known = num2words.CONVERTER_CLASSES
    if language not in known:
        raise ValueError(
            f"no number words for the language {language!r}; use one of: {', '.join(sorted(known))}"
        )
    _check_sayable(value, language, form)
    minus = _MINUS.get(language, "") if value < 0 and form == "cardinal" else ""
    plain = form == "year" and language in _HUNDREDS and not 1100 <= value < 2000
    spoken = abs(value) if minus else value
    try:
        said = str(num2words.num2words(spoken, lang=language, to="cardinal" if plain else form))
    except (NotImplementedError, LookupError, TypeError, AttributeError) as error:
        raise _unsaid(value, language, form) from error
    if not said or said == str(value):
        raise _unsaid(value, language, form)
    return f"{minus}{said}"


def _check_sayable(value: int, language: str, form: str) -> None:
    """Refuse what num2words would say wrongly, or never finish saying."""
    if value < 0 and form in {"ordinal", "ordinal_num"}:
        raise ValueError(f"{value} is negative: only whole numbers from 0 on have an {form} form")
    if value < 0 and (language in _SIGNLESS or (form == "year" and language not in _BEFORE_CHRIST)):
        raise _unsaid(value, language, form)
    if abs(value) > _LARGEST.get(language, abs(value)):
        raise ValueError(f"no words for {value} in {language!r}: it goes to {_LARGEST[language]}")


def _unsaid(value: int, language: str, form: str) -> ValueError:
    if form == "cardinal":
        return ValueError(f"no words for {value} in {language!r} here; use a number from 0 on")
    return ValueError(f"{language} has no {form} form of {value} here; use cardinal")


@read_only
def roman_numeral(
    value: Annotated[int, number("Whole number", 1999, 14, least=1, most=3999)],
) -> str:
    """Write a number as a Roman numeral.

    Returns: the numeral in capitals.
    Raises: ValueError outside 1 to 3999.
    """
    if not 1 <= value <= 3999:
        raise ValueError(f"{value} has no Roman numeral: it must be 1 to 3999")
    numeral, rest = "", value
    for worth, letters in _NUMERALS:
        times, rest = divmod(rest, worth)
        numeral += letters * times
    return numeral


@read_only
def hash_text(
    text: Annotated[str, text("Text to hash", "hello world", longest=500)],
    algorithm: Annotated[Algorithm, choice("Hash function", "sha256")],
) -> str:
    """Compute the hash of a text with a common hash function.

    Returns: the hash of the UTF-8 text, in hexadecimal.
    """
    import hashlib

    return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


@read_only
def language_name(
    language: Annotated[str, text("Language code, such as pt-BR or ja", "ja", "pt-BR", longest=20)],
    display_language: Annotated[
        str, text("Language to give the name in, as code", "en", "fr", longest=12, json_format="language")
    ] = "en",
) -> dict[str, Any]:
    """Tell which language a code stands for, and how many people speak it.

    Returns: the name in the language asked for, the language's own name, and its speakers (None
        where nobody counted them).
    Raises: langcodes' LanguageTagError for a malformed code, LookupError for one without a language.
    """
    from langcodes import Language

    found, shown = Language.get(language), Language.get(display_language)
    for given, tag in ((language, found), (display_language, shown)):
        if not tag.is_valid() or "Unknown " in tag.display_name("en"):
            raise LookupError(
                f"Could not find a language for the code {given!r}: codes look like ja or pt-BR"
            )
    shown_as = [Language.get(code).display_name(shown) for code in _PROBES]
    if shown.language != "en" and shown_as == list(_PROBES.values()):
        raise LookupError(f"no names of languages are known in {display_language!r}; use one such as en")
    speakers = found.speaking_population() or None
    return {"name": found.display_name(shown), "own_name": found.autonym(), "speakers": speakers}
