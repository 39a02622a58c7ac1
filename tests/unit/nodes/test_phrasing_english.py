"""Small rules of English that the realiser stands on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.nodes.phrasing.english import (
    acronyms,
    article,
    base_form,
    humanise,
    is_plural,
    listing,
    plural,
    singular,
    split_name,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("get_stock_price", ("get", "stock", "price")),
        ("currencyExchangeRate", ("currency", "exchange", "rate")),
        ("list-files", ("list", "files")),
        ("HTTPServerStatus", ("http", "server", "status")),
        ("city2", ("city", "2")),
    ],
)
def test_names_of_all_conventions_split_into_words(name: str, words: tuple[str, ...]) -> None:
    assert split_name(name) == words


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("mile", "miles"),
        ("inch", "inches"),
        ("foot", "feet"),
        ("country", "countries"),
        ("day", "days"),
        ("US dollar", "US dollars"),
        ("person", "people"),
        ("box", "boxes"),
    ],
)
def test_a_noun_and_its_plural_lead_to_each_other(one: str, several: str) -> None:
    assert plural(one) == several
    assert singular(several) == one


@pytest.mark.parametrize("noun", ["yen", "celsius", "hertz", "business", "status", "bus", "basis"])
def test_words_that_only_look_like_plurals_are_singular(noun: str) -> None:
    assert not is_plural(noun)


@given(st.sampled_from(["unit", "city", "box", "watch", "year", "tax", "rate", "event", "dish", "boy"]))
def test_the_plural_of_a_plural_is_itself(noun: str) -> None:
    assert plural(plural(noun)) == plural(noun)


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("hour", "an"),
        ("unit", "a"),
        ("euro", "a"),
        ("apple", "an"),
        ("IBAN", "an"),
        ("UUID", "a"),
        ("8-sided die", "an"),
        ("URL", "a"),
        ("FBI file", "an"),
        ("“old” one", "an"),
    ],
)
def test_the_article_follows_the_sound(word: str, right: str) -> None:
    assert article(word) == right


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("Converts", "convert"),
        ("getting", "get"),
        ("searches", "search"),
        ("Returns", "return"),
        ("weather", None),
    ],
)
def test_verbs_are_found_in_their_base_form(word: str, verb: str | None) -> None:
    assert base_form(word) == verb


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("premium_economy", "premium economy"),
        ("in-progress", "in progress"),
        ("LIVING_ROOM", "living room"),
        ("camelCase", "camel case"),
        ("New York", "New York"),
        ("Fe", "Fe"),
    ],
)
def test_identifiers_become_words_and_text_stays(value: str, words: str) -> None:
    assert humanise(value) == words


def test_lists_end_with_and() -> None:
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing(["a"]) == "a"


def test_abbreviations_are_written_in_capitals() -> None:
    assert acronyms("the iata code") == "the IATA code"
