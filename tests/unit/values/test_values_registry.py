from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from practicum import values
from practicum.errors import SetupError
from practicum.values import registry

SHELF = re.compile(r"shelf ([a-z])")


@pytest.fixture
def shelf() -> Iterator[None]:
    values.register(
        "shelf",
        verbalise=lambda value: f"shelf {str(value).lower()}",
        resolve=lambda text: [(m.start(), m.end(), m[1].upper()) for m in SHELF.finditer(text)],
        sample=lambda rng: rng.choice("ABC"),
        canonical=lambda value: str(value).upper(),
    )
    yield
    del registry._registered["shelf"]


@pytest.mark.usefixtures("shelf")
def test_a_format_of_ones_own_is_detected_resolved_and_sampled() -> None:
    schema = {"type": "string", "format": "shelf"}
    assert values.detect("place", schema) == "shelf"
    assert values.candidates("place", schema, "it is on shelf b") == ("B",)
    assert values.spellings("shelf", "B") == ("shelf b",)
    assert values.sample("place", schema, random.Random(0)) in {"A", "B", "C"}
    assert values.equivalent("place", schema, "a", "A")
    assert "shelf" in values.names()


def test_an_unknown_format_names_those_that_exist() -> None:
    with pytest.raises(SetupError, match="no value format called 'colour of magic'") as caught:
        values.get("colour of magic")
    assert "date-time" in caught.value.fix


@pytest.mark.parametrize(
    ("alias", "name"), [("datetime", "date-time"), ("timezone", "time-zone"), ("currency_code", "currency")]
)
def test_formats_go_by_their_usual_aliases(alias: str, name: str) -> None:
    assert values.get(alias).name == name


def test_importing_the_package_loads_no_library_of_facts() -> None:
    heavy = ("babel", "pint", "pycountry", "airportsdata", "periodictable", "phonenumbers", "langcodes")
    code = f"import sys, practicum.values; sys.exit(any(m in sys.modules for m in {heavy!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
