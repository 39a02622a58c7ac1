"""Identifiers of a tool are told apart by the codes that their descriptions show."""

from __future__ import annotations

from typing import Any

import pytest

from practicum import values
from practicum.records import ToolSpec

ORDER = {"type": "string", "description": "Order number, such as ORD-10423."}
ARTICLES = {"type": "array", "items": {"type": "string"}, "description": "Articles that are sent back."}


def offered(text: str, **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    narrowed = values.ground(ToolSpec(name="t", description="", parameters=parameters), text)
    return {name: schema.get("enum") for name, schema in narrowed.properties.items()}


def test_a_code_is_meant_for_the_argument_that_shows_such() -> None:
    found = offered("Return TNT-2P and PEG-20 of ORD-10460", order_id=ORDER, skus=ARTICLES)
    assert found == {"order_id": ["ORD-10460"], "skus": [["TNT-2P", "PEG-20"]]}


def test_without_a_code_of_the_kind_shown_any_other_may_be_meant() -> None:
    assert offered("Where is 10460-B?", order_id=ORDER) == {"order_id": ["10460-B"]}


@pytest.mark.parametrize(
    ("shown", "text", "code"),
    [
        ("ORD-1", "status of ord-77", "ORD-77"),
        ("web-1", "restart WEB-2", "web-2"),
        ("Ab-1", "show aB-2", "aB-2"),
    ],
)
def test_a_code_is_written_as_it_is_shown(shown: str, text: str, code: str) -> None:
    schema = {"type": "string", "description": f"Its id, e.g. {shown}"}
    assert offered(text, thing_id=schema) == {"thing_id": [code]}


def test_the_digits_of_a_code_are_no_amount() -> None:
    found = offered("ORD-10460 was late, pay back 12 euros", order_id=ORDER, amount={"type": "number"})
    assert found == {"order_id": ["ORD-10460"], "amount": [12]}


def test_a_text_whose_description_shows_codes_takes_identifiers() -> None:
    shown = {"type": "string", "description": "Of the carrier, such as PX938201774DE"}
    assert values.detect("parcel", shown) == "identifier"
    assert values.detect("parcel", {**shown, "description": "e.g. checkout-api or 2.14.0"}) is None


@pytest.mark.parametrize(
    ("shown", "text", "found"),
    [
        ("2.14.0", "Deploy checkout-api 2.15.0-rc1, not 2.14, to staging.", ["2.15.0-rc1", "2.14"]),
        ("2.14.0", "ship v1.9.0 at 10:30", ["v1.9.0"]),
        ("checkout-api", "restart auth-gateway and mail-relay: they hang", ["auth-gateway", "mail-relay"]),
        ("Aurora or Drift", "Book Cirrus on 3 May for 2", ["Cirrus"]),
        ("Aurora", "Book it on Monday", None),
        ("checkout-api", "restart the gateway", None),
    ],
)
def test_words_that_are_made_as_what_is_shown_are_offered(
    shown: str, text: str, found: list[str] | None
) -> None:
    assert offered(text, thing={"type": "string", "description": f"What it is about, e.g. {shown}."}) == {
        "thing": found
    }


def test_a_version_is_no_number() -> None:
    assert offered("We want 1.0.0-rc2 of it", replicas={"type": "integer"}) == {"replicas": None}
    assert offered("We want 3 of 1.0.0", replicas={"type": "integer", "minimum": 0}) == {"replicas": [3]}


def test_the_end_of_a_time_is_no_id() -> None:
    assert offered("a room on 2026-06-16, 14:00-15:00", booking_id={"type": "string"}) == {"booking_id": None}


def test_codes_are_told_apart_by_how_they_are_put_together() -> None:
    meter = {"type": "string", "description": "Serial number, e.g. E14-558203"}
    assert offered("E22-100345 in CF10 since 2024", meter_id=meter) == {"meter_id": ["E22-100345"]}
    assert offered("how much went through E14-7 from 1 Nov 2024 on", id=meter) == {"id": ["E14-7"]}


def test_letters_with_few_digits_tell_where_and_not_what() -> None:
    district = {"type": "string", "description": 'First half of the postcode, e.g. "BS6"'}
    assert offered("is there an outage at LS17?", postcode_district=district) == {
        "postcode_district": ["LS17"]
    }
    assert values.detect("postcode_district", district) == "identifier"
    assert values.detect("postcode", {"type": "string", "description": "Such as BS6 5BX"}) == "postal-code"


TRUCK = {"type": "string", "description": "fleet number, ``T-07`` style"}
SITE = {"type": "string", "description": "For example ``CL-03``."}
PLATE = {"type": "string", "description": "In capitals without spaces or dashes, such as MGX4410."}


@pytest.mark.parametrize(
    ("text", "properties", "found"),
    [
        ("tonnage of truck 8 on the 3rd", {"truck": TRUCK}, ["T-08"]),
        ("tonnage of truck no. 12", {"truck_id": TRUCK}, ["T-12"]),
        ("tonnage of truck 8.5", {"truck": TRUCK}, None),
        ("will it fit on MR-01", {"site_id": SITE}, ["MR-01"]),
        ("will it fit on R-1001", {"site_id": SITE}, None),
        ("whose car is mgx-5520", {"plate": PLATE}, ["MGX5520"]),
    ],
)
def test_a_code_is_put_together_as_one_that_is_shown(
    text: str, properties: dict[str, Any], found: list[str] | None
) -> None:
    assert list(offered(text, **properties).values()) == [found]
