"""Codes from memory: other case, other marks, spaces; and words that only look like them."""

from __future__ import annotations

import pytest

from practicum.values.respelled import respelled
from practicum.values.slots import slot_of


def found(description: str, text: str) -> list[str]:
    return respelled(slot_of("code", {"type": "string", "description": description}), text)


@pytest.mark.parametrize(
    ("shown", "text", "wanted"),
    [
        ("Such as WO-25-0104.", "how many hours on wo 25 0108", ["WO-25-0108"]),
        ("Such as WO-25-0104.", "and WO250108?", ["WO-25-0108"]),
        ("Such as WO-25-0104.", "wo 25 108", []),
        ("Dock id such as D3.", "is d1 free from 24 march", ["D1"]),
        ("Dock id such as D3.", "Would dock D 7 be free?", ["D7"]),
        ("Dock id such as D3.", "vitamin d3x and d3-dimension", []),
        ("e.g. SB-000417", "label says SB 003311, and sb-001350's twin", ["SB-003311", "SB-001350"]),
        ("e.g. SB-000417", "SB-0034", []),
        ("Such as R-12 or B-7.", "what of r3 and B-22, or a 5?", ["R-3", "B-22"]),
        ("Such as MGX4410.", "the mgx-5520", ["MGX5520"]),
        ("Such as gate_4.", "the one at GATE 12", ["gate_12"]),
        ("Such as Lyon.", "lyon 3", []),
        ("Such as A12.", "a 12 inch pipe for a12", ["A12"]),
        ("Such as ORD-999.", "orders ORD-1000 and ord-998", ["ORD-1000", "ORD-998"]),
        ("Such as S1.", "what are Anna's 5 seats", []),
        ("Such as WO-25-0104.", "what of 'wo 25 0108'?", ["WO-25-0108"]),
        ("Such as M25 or M1.", "I'm 30 and within 40 m 5 days", []),
        ("Such as IN-204.", "readings in 204 minutes, or IN 205", ["IN-205"]),
        ("No example here.", "D1", []),
    ],
)
def test_a_code_is_spelled_as_those_that_are_shown(shown: str, text: str, wanted: list[str]) -> None:
    assert found(shown, text) == wanted


@pytest.mark.parametrize("text", ["d" * 60_000, "1" * 60_000, "d1 " * 20_000, "D-" * 30_000, "-. " * 20_000])
def test_long_texts_are_searched_in_no_time(text: str) -> None:
    assert len(found("Such as D-1-1-1-1.", text)) <= 1
