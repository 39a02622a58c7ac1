from __future__ import annotations

import pytest

from practicum import values


def read(name: str, text: str) -> list[object]:
    return [span.values[0] for span in values.get(name).resolve(text)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("country", "public holidays in Germany in 2024", ["DE"]),
        ("country", "days off in the States", ["US"]),
        ("country", "Which days do the Dutch get?", ["NL"]),
        ("country", "the currency of Holland", ["NL"]),
        ("country", "C\u00f4te d\u2019Ivoire and T\u00fcrkiye", ["CI", "TR"]),
        ("country", "capital of BRA", ["BR"]),
        ("country", "roast turkey for chad", []),
        ("country", "CAN YOU TELL US IF IT IS IN FRANCE", ["FR"]),
        ("country", "Republic of Korea", ["KR"]),
        ("subdivision", "Tell me about Bavaria", ["DE-BY"]),
        ("subdivision", "Austin, TX", ["US-TX"]),
        ("subdivision", "look up CA-ON", ["CA-ON"]),
        ("subdivision", "Catalonia", ["ES-CT"]),
        ("language", "write 42 in German", ["de"]),
        ("language", "in Brazilian Portuguese", ["pt-BR"]),
        ("language", 'what language is "ja"', ["ja"]),
        ("language", "polish it in Polish", ["pl"]),
        ("language", "as they write it in Brazil", ["pt-BR"]),
        ("time-zone", "what's 3pm Tokyo time in NYC", ["Asia/Tokyo", "America/New_York"]),
        ("time-zone", "9am in California, in Germany", ["America/Los_Angeles", "Europe/Berlin"]),
        ("time-zone", "America/New_York to CET", ["America/New_York", "Europe/Berlin"]),
        ("time-zone", "UTC offset of Kathmandu", ["Asia/Kathmandu"]),
        ("time-zone", "noon in japan, in india", ["Asia/Tokyo", "Asia/Kolkata"]),
        ("time-zone", "is it late in Fargo?", ["America/Chicago"]),
        ("time-zone", "the Big Apple", ["America/New_York"]),
        ("time-zone", "UTC+3", ["Etc/GMT-3"]),
        ("airport", "How far is London from Tokyo?", ["LHR", "HND"]),
        ("airport", "Can you fly from Guangzhou to CAN", ["CAN", "CAN"]),
        ("airport", "Heathrow to jfk", ["LHR", "JFK"]),
        ("airport", "New York (EWR) to Boise", ["EWR", "BOI"]),
        ("airport", "from New York LaGuardia to Milan Malpensa", ["LGA", "MXP"]),
        ("airport", "Washington Dulles or Osaka Kansai", ["IAD", "KIX"]),
        ("airport", "from Tokyo to Narita", ["HND", "NRT"]),
        ("airport", "elevation of EDDF", ["FRA"]),
        ("airport", "can you sin per del", []),
        ("city", "sunrise in Nairobi and san fran", ["Nairobi", "San Francisco"]),
    ],
)
def test_places_and_languages_are_read(name: str, text: str, expected: list[object]) -> None:
    assert read(name, text) == expected


def test_a_city_offers_its_main_airports_largest_first() -> None:
    (span,) = values.get("airport").resolve("flights to London")
    assert span.values == ("LHR", "LGW", "STN")


@pytest.mark.parametrize(
    ("name", "schema", "text", "expected"),
    [
        ("country", {"type": "string", "maxLength": 2}, "in Germany", "DE"),
        ("country", {"type": "string", "examples": ["FRA"]}, "in Germany", "DEU"),
        (
            "country",
            {"type": "string", "description": "English name of the country"},
            "the States",
            "United States",
        ),
        ("country", {"type": "string", "enum": ["germany", "france"]}, "in the German way", "germany"),
        ("language", {"type": "string", "examples": ["de-DE", "en-US"]}, "in French", "fr-FR"),
        ("language", {"type": "string", "examples": ["de", "en"]}, "in French", "fr"),
        ("icao_code", {"type": "string", "description": "ICAO code of the airport"}, "Frankfurt", "EDDF"),
        ("state", {"type": "string", "pattern": "^[A-Z]{2}$"}, "in Texas", "TX"),
        ("element", {"type": "integer", "description": "atomic number of the element"}, "iron", 26),
        ("element", {"type": "string", "examples": ["carbon"]}, "what is Fe", "iron"),
        ("month", {"type": "string", "enum": ["jan", "feb", "mar"]}, "rain in March", "mar"),
        ("day", {"type": "string", "examples": ["monday"], "format": "weekday"}, "on Fridays", "friday"),
        ("zone", {"type": "string"}, "in Mumbai", "Asia/Kolkata"),
    ],
)
def test_the_schema_decides_the_spelling(
    name: str, schema: dict[str, object], text: str, expected: object
) -> None:
    assert values.candidates(name, schema, text) == (expected,)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("iban", "is DE89 3704 0044 0532 0130 00 valid", "DE89370400440532013000"),
        ("bic", "whose code is DEUTDEFF?", "DEUTDEFF"),
        ("isbn", "check ISBN 978-0-306-40615-7, please", "978-0-306-40615-7"),
        ("phone", "call +44 20 8366 1177", "+442083661177"),
        ("phone", "is 020 8366 1177 real in Britain?", "020 8366 1177"),
        ("email", "write to bob@example.com.", "bob@example.com"),
        ("uri", "open https://example.com/a?b=1.", "https://example.com/a?b=1"),
        ("ipv4", "ping 10.0.0.1 now", "10.0.0.1"),
        ("hex-color", "paint it #ff8800!", "#ff8800"),
        ("identifier", "where is order AB-12345?", "AB-12345"),
        ("postal-code", "ZIP 94103, which city", "94103"),
        ("weekday", "the last Mon in May", "Monday"),
        ("boolean", "true", True),
        ("text", 'say "hello there" twice', "hello there"),
    ],
)
def test_codes_and_addresses_are_read(name: str, text: str, expected: object) -> None:
    assert read(name, text)[0] == expected
