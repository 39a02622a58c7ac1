"""Tools about numbers in words, numerals, digests and names of languages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, number, text
from practicum.tools.effects import read_only

Form = Literal["cardinal", "ordinal", "ordinal_num", "year"]
Algorithm = Literal["md5", "sha1", "sha256", "sha512", "blake2s"]
_NUMERALS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


@read_only
def number_in_words(
    value: Annotated[int, number("Whole number to write out", 42, 1984, least=-(10**12), most=10**12)],
    language: Annotated[str, text("Language to write it in, as two-letter code", "en", "fr", longest=5)],
    form: Annotated[Form, choice("Kind of number word", "ordinal")] = "cardinal",
) -> str:
    """Write a whole number out in the words of a language.

    Returns: the words.
    Raises: ValueError for a language that is not covered (the message lists them), or a form that
        the language lacks.
    """
    import num2words

    known = num2words.CONVERTER_CLASSES
    if language not in known:
        raise ValueError(
            f"no number words for the language {language!r}; use one of: {', '.join(sorted(known))}"
        )
    try:
        return str(num2words.num2words(value, lang=language, to=form))
    except NotImplementedError as error:
        raise ValueError(f"{language} has no {form} form here; use cardinal") from error


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

    Returns: the name in the language asked for, the language's own name, and its speakers.
    Raises: langcodes' LanguageTagError for a malformed code, LookupError for one without a language.
    """
    from langcodes import Language

    found, shown = Language.get(language), Language.get(display_language)
    for given, tag in ((language, found), (display_language, shown)):
        if not tag.is_valid():
            raise LookupError(
                f"Could not find a language for the code {given!r}: codes look like ja or pt-BR"
            )
    speakers = found.speaking_population()
    return {"name": found.display_name(shown), "own_name": found.autonym(), "speakers": speakers}
