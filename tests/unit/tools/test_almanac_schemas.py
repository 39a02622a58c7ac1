"""What a model is told of the almanac's tools."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from almanac_inventory import IMPLICIT_FORMATS, LIBRARIES, UNLISTED
from jsonschema import Draft202012Validator
from langchain_core.tools import StructuredTool

from practicum.errors import SetupError
from practicum.records import canonical_json
from practicum.tools.almanac import GROUPS, functions
from practicum.tools.effects import Effect, declared_effect

FORMATS = (
    "date time date-time duration unit currency country subdivision language time-zone airport element"
    " formula iban bic isbn phone cron year month weekday"
)

Function = Callable[..., Any]


def schema_of(function: Function) -> dict[str, Any]:
    tool = StructuredTool.from_function(function, parse_docstring=False)
    schema: dict[str, Any] = tool.tool_call_schema.model_json_schema()  # type: ignore[union-attr]  # a pydantic model
    return schema


SCHEMAS = {function.__name__: schema_of(function) for function in functions()}


def parameters() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (tool, name, parameter)
        for tool, schema in SCHEMAS.items()
        for name, parameter in schema["properties"].items()
    ]


def test_there_are_forty_tools_over_a_dozen_libraries() -> None:
    assert 40 <= len(functions()) <= 44
    assert set(LIBRARIES) == set(SCHEMAS)
    assert len(set(LIBRARIES.values()) - {"python"}) >= 12


def test_every_tool_is_in_a_topical_group_and_counted_once() -> None:
    names = [function.__name__ for function in functions()]
    assert len(names) == len(set(names))
    topical = {f.__name__ for group, tools in GROUPS.items() for f in tools if group != "everyday"}
    assert topical == set(names)
    assert len(functions("everyday")) == 7


def test_an_unknown_group_is_an_error_that_names_the_groups() -> None:
    with pytest.raises(SetupError) as caught:
        functions("astrology")
    assert "everyday" in caught.value.fix


@pytest.mark.parametrize("function", functions(), ids=lambda function: function.__name__)
def test_every_tool_is_read_only_and_says_in_one_line_what_it_does(function: Function) -> None:
    first = (inspect.getdoc(function) or "").splitlines()[0]
    assert declared_effect(function) is Effect.READ_ONLY
    assert first.endswith(".")
    assert len(first) <= 120


def test_every_tool_has_one_to_four_parameters_and_most_require_one() -> None:
    assert all(1 <= len(schema["properties"]) <= 4 for schema in SCHEMAS.values())
    assert all(schema.get("required") for schema in SCHEMAS.values())


def test_schemas_are_flat() -> None:
    text = json.dumps(SCHEMAS)
    assert "$ref" not in text
    assert "$defs" not in text


@pytest.mark.parametrize(("tool", "name", "schema"), parameters())
def test_every_parameter_is_described_bounded_and_has_valid_examples(
    tool: str, name: str, schema: dict[str, Any]
) -> None:
    assert schema["description"], (tool, name)
    assert schema["examples"], (tool, name)
    bounds = {"string": {"minLength", "maxLength"}, "number": {"minimum", "maximum"}}
    if "enum" not in schema:
        kind = "number" if schema["type"] == "integer" else schema["type"]
        assert bounds[kind] <= set(schema)
    for value in (*schema["examples"], *([schema["default"]] if "default" in schema else [])):
        Draft202012Validator(schema).validate(value)


def test_about_two_thirds_of_the_formats_are_declared() -> None:
    declared = {(tool, name): schema["format"] for tool, name, schema in parameters() if "format" in schema}
    assert not declared.keys() & IMPLICIT_FORMATS.keys()
    assert IMPLICIT_FORMATS.keys() <= {(tool, name) for tool, name, _ in parameters()}
    assert {*declared.values(), *IMPLICIT_FORMATS.values()} == set(FORMATS.split())
    assert 0.6 <= len(declared) / (len(declared) + len(IMPLICIT_FORMATS)) <= 0.72


def test_about_a_third_of_the_closed_sets_is_left_to_the_errors() -> None:
    listed = {(tool, name) for tool, name, schema in parameters() if "enum" in schema}
    known = {(tool, name): schema for tool, name, schema in parameters()}
    assert all(not {"enum", "pattern"} & known[parameter].keys() for parameter in UNLISTED)
    assert 0.28 <= len(UNLISTED) / len(listed | UNLISTED) <= 0.4


def test_two_processes_are_told_the_same_and_answer_the_same() -> None:
    program = (
        "from practicum.tools.almanac import functions, calendar, money, time, cron, places\n"
        "from practicum.records import digest\n"
        "print(digest([f.__name__ for f in functions()]),"
        " digest(calendar.public_holidays('IN', 2024), money.currency_of_country('Bulgaria'),"
        " places.country_fact('CHE', 'currency'), time.moon_phase('2024-03-25'),"
        " cron.describe_cron('0 8 * * 1'),"
        " cron.next_cron_runs('*/7 * * * *', '2024-03-05T08:00')))"
    )
    places = (
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"},
    )
    outputs = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=env).stdout
        for env in places
    }
    assert len(outputs) == 1


def test_weekdays_and_months_are_english_under_any_locale(tmp_path: Path) -> None:
    localedef = shutil.which("localedef")
    if localedef is None or not Path("/usr/share/i18n/locales/de_DE").exists():
        pytest.skip("no German locale can be made here")
    locale = str(tmp_path / "de_DE.UTF-8")
    subprocess.run([localedef, "-i", "de_DE", "-f", "UTF-8", locale], check=True, capture_output=True)
    program = (
        "import calendar, json, locale\n"
        "locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8')\n"
        "from practicum.tools.almanac import calendar as days, time\n"
        "from practicum.values import calendar_words as words\n"
        "print(json.dumps([calendar.day_name[1], days.weekday_of_date(2024, 3, 5)['weekday'],"
        " days.add_to_date('2024-03-05', 1, 'days')['weekday'],"
        " days.add_working_days('2024-03-05', 1, 'DEU')['weekday'],"
        " days.nth_weekday_of_month(2024, 3, 'Tuesday', 1),"
        " time.convert_time_zone('12:00', 'UTC', 'UTC', '2024-03-05')['weekday'],"
        " time.add_duration('2024-03-05T12:00', 'P1D')['weekday'],"
        " words.MONTH_NAMES[2], words.MONTH_ABBREVIATIONS[2], words.WEEKDAY_NAMES[2]]))"
    )
    env = {**os.environ, "LOCPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env
    )
    assert json.loads(done.stdout) == [
        *("Dienstag", "Tuesday", "Wednesday", "Wednesday", "2024-03-05", "Tuesday", "Wednesday"),
        *("March", "Mar", "Wednesday"),
    ]


def test_importing_the_almanac_loads_none_of_its_libraries() -> None:
    heavy = (
        "pint holidays babel pycountry phonenumbers currency_converter airportsdata haversine astral"
        " periodictable schwifty croniter langcodes num2words zipcodes"
    )
    program = (
        "import sys, practicum.tools.almanac\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_results_are_json() -> None:
    from practicum.tools.almanac import places, units

    assert canonical_json(units.convert_units(1, "mile", "km"))
    assert canonical_json(places.country_fact("BRA", "time zones"))
