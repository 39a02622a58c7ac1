from __future__ import annotations

import pytest

from practicum import values
from practicum.values.unit_table import units


def read(text: str, name: str = "unit") -> list[object]:
    return [span.values[0] for span in values.get(name).resolve(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many pounds are 70 kg?", ["lb", "kg"]),
        ("20 clicks to miles per hour", ["km", "mph"]),
        ("12 in to cm", ["in", "cm"]),
        ("2 stone in kilos", ["stone", "kg"]),
        ("how hot is 72F in C?", ["degF", "degC"]),
        ("what's 100km/h in mph?", ["km/h", "mph"]),
        ("1,500 sq ft in m\u00b2", ["ft^2", "m^2"]),
        ("30 mpg to l/100km", ["mpg", "l/100km"]),
        ("8 GB in megabits", ["GB", "Mbit"]),
        ("How many kW are 150 PS?", ["kW", "metric_horsepower"]),
        ("110 kW to ps", ["kW", "metric_horsepower"]),
        ("100 metric horsepower in horsepower", ["metric_horsepower", "hp"]),
        ("PS: it was 5 km", ["km"]),
        ("300 Nm of torque, or 300 newton-metres", ["N*m", "N*m"]),
        ("a newton meter, two newton metres, 3 N\u00b7m, 500 nm", ["N*m", "N*m", "N*m", "nm"]),
        ("10 gallons (US) in liters", ["gallon", "l"]),
        ("10 US gallons, 1 U.S. gallon and 2 gallons (UK)", ["gallon", "gallon", "imperial_gallon"]),
        ("a second look at me in a bar", []),
        ("WHAT IS 5 MILES IN KM", ["mi", "km"]),
    ],
)
def test_units_are_read_by_name_symbol_and_slang(text: str, expected: list[object]) -> None:
    assert read(text) == expected


def test_bare_degrees_are_of_temperature_unless_angles_are_spoken_of() -> None:
    assert values.get("unit").resolve("it was 90 degrees outside")[0].values == ("degC", "degF", "deg")
    assert read("90 degrees in radians") == ["deg", "rad"]


@pytest.mark.parametrize("symbol", [u.symbol for u in units().values()])
def test_every_spelling_of_every_unit_means_it(symbol: str) -> None:
    said = values.spellings("unit", symbol)
    assert said
    for spelling in said:
        assert symbol in read(f"tell me about {spelling} please"), spelling
        assert symbol in read(spelling), spelling


@pytest.mark.parametrize("spelling", ["kg", "kilogram", "Kilograms", "kilos", "kgs", "kilogramme"])
def test_kilos_are_kilograms(spelling: str) -> None:
    assert values.get("unit").canonical(spelling) == "kg"


@pytest.mark.parametrize(
    ("a", "b"), [("mph", "mile/hour"), ("km/h", "kilometer / hour"), ("m/s", "meter/second")]
)
def test_units_that_convert_one_to_one_are_the_same(a: str, b: str) -> None:
    assert values.equivalent("unit", {"type": "string"}, a, b)


def test_quantities_keep_number_and_unit_together() -> None:
    assert read("add 70 kilos and 2.5 cups", "quantity") == ["70 kg", "2.5 cup"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45 quid in yen", ["GBP", "JPY"]),
        ("how much is $20 in \u20ac", ["USD", "EUR"]),
        ("100 bucks to Swiss francs", ["USD", "CHF"]),
        ("Mexican pesos to PLN", ["MXN", "PLN"]),
        ("50 usd to inr", ["USD", "INR"]),
        ("the euro to won rate", ["EUR", "KRW"]),
        ("45 quid in Japan", ["GBP", "JPY"]),
        ("try all that can be real", []),
        ("TRY ALL THAT CAN BE REAL", []),
        ("200 TRY in euros", ["TRY", "EUR"]),
    ],
)
def test_currencies_are_read_by_code_name_sign_and_slang(text: str, expected: list[object]) -> None:
    assert read(text, "currency") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("boiling point of iron", ["Fe"]),
        ("is Au heavier than Ag?", ["Au", "Ag"]),
        ("In what state is mercury?", ["Hg"]),
        ("I am here as He is", []),
        ("element 26", ["Fe"]),
        ("how old is carbon-14", ["C"]),
        ("aluminum or sulphur", ["Al", "S"]),
    ],
)
def test_elements_are_read_by_name_symbol_and_number(text: str, expected: list[object]) -> None:
    assert read(text, "element") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("molar mass of water", ["H2O"]),
        ("How heavy is C6H12O6", ["C6H12O6"]),
        ("composition of Ca(OH)2", ["Ca(OH)2"]),
        ("table salt", ["NaCl"]),
        ("Who Is He? No!", []),
        ("The mass of [Co(NH3)6]Cl3, please", ["[Co(NH3)6]Cl3"]),
        ("K4[Fe(CN)6] or K\u2083[Fe(CN)\u2086]?", ["K4[Fe(CN)6]", "K3[Fe(CN)6]"]),
        ("how heavy is CuSO4\u00b75H2O", ["CuSO4\u00b75H2O"]),
        ("copper vitriol (CuSO4\u00b75H2O)", ["CuSO4\u00b75H2O"]),
        ("CuSO4.5H2O and CuSO4*5H2O", ["CuSO4\u00b75H2O", "CuSO4\u00b75H2O"]),
        ("BaCl2 \u2022 2 H2O", ["BaCl2\u00b72H2O"]),
        ("MgCl2\u00b7KCl\u00b76H2O", ["MgCl2\u00b7KCl\u00b76H2O"]),
        ("K4[Fe(CN)6]\u00b73H2O", ["K4[Fe(CN)6]\u00b73H2O"]),
        ("weigh CuSO4. Then H2O.", ["CuSO4", "H2O"]),
        ("NaCl \u2022 H2SO4 \u2022 KCl", ["NaCl", "H2SO4", "KCl"]),
        ("the ion [Fe(CN)6]4- in water", ["Fe(CN)6", "H2O"]),
        ("[CO2, SO2]", ["CO2", "SO2"]),
        ("NaCl (or [KCl]) in (H2O), OK? [OK] (I)", ["NaCl", "KCl", "H2O"]),
    ],
)
def test_formulas_are_read_as_written_and_by_everyday_names(text: str, expected: list[object]) -> None:
    assert read(text, "formula") == expected


def test_the_dot_of_a_hydrate_has_one_spelling_and_a_tool_may_want_another() -> None:
    for written in ("CuSO4.5H2O", "CuSO4*5H2O", "CuSO4 \u00b7 5 H2O"):
        assert values.get("formula").canonical(written) == "CuSO4\u00b75H2O"
    schema = {"type": "string", "format": "formula", "pattern": r"^[A-Za-z0-9.]+$"}
    assert values.candidates("formula", schema, "mass of CuSO4\u00b75H2O") == ("CuSO4.5H2O",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mW", "MW"), ("mPa", "MPa"), ("mHz", "MHz"), ("mg", "Mg"), ("mm", "Mm"), ("ms", "Ms"), ("ml", "ML"),
        ("b", "B"), ("Kb", "KB"), ("Gb", "GB"), ("Tb", "TB"), ("Gib", "GiB"), ("GBps", "Gbps"),
        ("Mb/s", "MB/s"),
        ("nm", "NM"), ("Cal", "cal"), ("Mt", "mt"),
    ],
)  # fmt: skip
def test_units_that_only_case_tells_apart_are_two(one: str, other: str) -> None:
    unit = values.get("unit")
    assert unit.canonical(one) != unit.canonical(other)
    assert not values.equivalent("unit", {"type": "string", "format": "unit"}, one, other)
    assert not values.equivalent("load", {"type": "string", "format": "quantity"}, f"5 {one}", f"5 {other}")
    assert values.spellings("unit", one)
    assert values.spellings("unit", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KM", "km"), ("Kg", "kg"), ("KG", "kg"), ("LB", "lb"), ("Miles", "mile"), ("MM", "mm"), ("PA", "Pa"),
        ("khz", "kHz"), ("MIN", "min"), ("Min", "min"), ("Mcg", "mcg"), ("MPH", "mph"), ("KB", "kB"),
        ("c", "C"), ("ML", "Ml"), ("b", "bits"),
    ],
)  # fmt: skip
def test_units_that_mean_one_thing_whatever_their_case_are_one(one: str, other: str) -> None:
    assert values.equivalent("unit", {"type": "string", "format": "unit"}, one, other)
    assert values.equivalent("load", {"type": "string", "format": "quantity"}, f"5 {one}", f"5 {other}")


def test_what_differs_by_case_alone_is_read_as_written_and_as_it_is_usual() -> None:
    assert [span.values for span in values.get("unit").resolve("3 mPa in bar")] == [("mPa", "MPa"), ("bar",)]
    assert [span.values for span in values.get("unit").resolve("500 Mg of it")] == [("mg", "Mg")]
    assert [span.values for span in values.get("quantity").resolve("5 Kb")] == [("5 kbit", "5 kB")]


@pytest.mark.parametrize(
    ("members", "query", "offered"),
    [
        (["mW", "W", "kW", "MW"], "How much is 5 MW?", ["MW"]),
        (["mW", "W", "kW", "MW"], "How much is 5 mW?", ["mW"]),
        (["mg", "g", "kg", "Mg"], "How much is 5 mg?", ["mg"]),
        (["Mb", "MB"], "How much is 5 MB?", ["MB"]),
        (["mHz", "MHz"], "tune it to 5 MHz", ["MHz"]),
        (["mW", "MW"], "convert 5 mW to MW", ["mW", "MW"]),
    ],
)
def test_of_members_that_only_case_tells_apart_the_one_that_is_written_is_offered(
    members: list[str], query: str, offered: list[str]
) -> None:
    schema = {"type": "string", "enum": members, "description": "Unit"}
    assert list(values.candidates("unit", schema, query)) == offered
