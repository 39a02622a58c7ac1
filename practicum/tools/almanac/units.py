"""Tools about quantities and their units."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from practicum.tools.almanac.fields import choice, number, one_of, text
from practicum.tools.almanac.unit_names import parse_unit, registry
from practicum.tools.effects import read_only

FuelMeasure = Literal["mpg_us", "mpg_uk", "l_per_100km", "km_per_l"]
_LITERS_PER_100KM = {"mpg_us": 235.214583, "mpg_uk": 282.480936, "km_per_l": 100.0}
_TURNS = ("radian", "revolution", "turn", "degree")
_QUANTITIES = (
    ("length", "meter"), ("area", "meter**2"), ("volume", "meter**3"), ("mass", "kilogram"),
    ("time", "second"), ("temperature", "kelvin"), ("speed", "meter/second"), ("energy", "joule"),
    ("power", "watt"), ("pressure", "pascal"), ("force", "newton"), ("frequency", "hertz"),
    ("electric current", "ampere"), ("electric potential", "volt"), ("density", "kilogram/meter**3"),
    ("amount of substance", "mole"), ("electric charge", "coulomb"), ("electric resistance", "ohm"),
    ("capacitance", "farad"), ("inductance", "henry"), ("magnetic flux density", "tesla"),
    ("luminous intensity", "candela"), ("illuminance", "lux"), ("acceleration", "meter/second**2"),
    ("an angle, information or a plain number", ""),
)  # fmt: skip


def rounded(value: float, digits: int = 6) -> float:
    """Round to significant digits, so that results read like those of a calculator."""
    return float(f"{value:.{digits}g}")


@read_only
def convert_units(
    value: Annotated[float, number("How much to convert", 5, 72.5, least=-1e12, most=1e12)],
    from_unit: Annotated[str, text("Unit of the value", "mile", "kg", "celsius", json_format="unit")],
    to_unit: Annotated[str, text("Unit wanted", "km", "pound", "fahrenheit", json_format="unit")],
) -> dict[str, Any]:
    """Convert a quantity from one unit of measurement to another.

    Returns: the value, rounded to six significant digits, and the unit.
    Raises: pint's errors, for units that don't fit each other; ValueError for unknown ones.
    """
    source, target = parse_unit(from_unit), parse_unit(to_unit)
    converted = registry().Quantity(value, source).to(target)
    _check_temperature(value, source)
    return {"value": rounded(converted.magnitude * _cycles(source, target)), "unit": f"{converted.units:P}"}


def _cycles(source: Any, target: Any) -> float:
    """How many radians pint takes one hertz for, where one is a turn: 60 rpm are 1 Hz."""
    turning = [
        any("hertz" not in f"{unit}" and word in f"{unit}" for word in _TURNS) for unit in (source, target)
    ]
    hertz = ["hertz" in f"{unit}" for unit in (source, target)]
    if hertz[0] and turning[1]:
        return math.tau
    return 1 / math.tau if turning[0] and hertz[1] else 1.0


def _check_temperature(value: float, unit: Any) -> None:
    kelvin = registry().Unit("kelvin")
    if unit.dimensionality == kelvin.dimensionality and unit != registry().Unit("delta_degree_Celsius"):
        lowest = registry().Quantity(0, kelvin).to(unit).magnitude
        if value < lowest - 1e-6:
            raise ValueError(f"{value:g} {unit} is below absolute zero, which is {lowest:.2f} {unit}")


@read_only
def describe_unit(
    unit: Annotated[str, text("Unit of measurement, by name or symbol", "acre", "psi", "mph")],
) -> dict[str, Any]:
    """Tell what a unit of measurement measures and what one of it is in SI units.

    Returns: name, symbol, the quantity it measures, and one of it in SI base units.
    """
    parsed = parse_unit(unit)
    base = registry().Quantity(1, parsed).to_base_units()
    measures = [name for name, si in _QUANTITIES if registry().Unit(si).is_compatible_with(parsed)]
    return {
        "name": f"{parsed:P}",
        "symbol": f"{parsed:~P}",
        "measures": measures[0] if measures else f"{parsed.dimensionality}",
        "one_is": f"{rounded(base.magnitude):g} {base.units:P}".strip(),
    }


@read_only
def travel_time(
    distance: Annotated[float, number("How far to go", 120, 26.2, least=0, most=1e9)],
    distance_unit: Annotated[str, text("Unit of length the distance is given in", "km", "mile")],
    speed: Annotated[float, number("How fast, on average", 80, 12.5, least=0.001, most=1e9)],
    speed_unit: Annotated[str, text("Unit of the speed", "km/h", "mph", "knot", json_format="unit")],
) -> dict[str, Any]:
    """Work out how long a journey takes at a constant speed.

    Returns: hours as a decimal, and the same as hours and minutes, or seconds where it is less than one.
    """
    way = registry().Quantity(distance, parse_unit(distance_unit)).to("meter")
    pace = registry().Quantity(speed, parse_unit(speed_unit)).to("meter/second")
    seconds = (way / pace).to("second").magnitude
    minutes, hours = round(seconds / 60), seconds / 3600
    said = f"{minutes // 60} h {minutes % 60} min" if minutes or not seconds else f"{rounded(seconds, 3):g} s"
    return {"hours": round(hours, 3) if hours >= 0.1 else rounded(hours, 3), "duration": said}


@read_only
def body_mass_index(
    weight: Annotated[float, number("Body weight", 72, 160, least=1, most=1500)],
    weight_unit: Annotated[Literal["kg", "lb", "stone"], choice("Unit of the weight", "kg")],
    height: Annotated[float, number("Body height", 178, 5.9, least=0.3, most=300)],
    height_unit: Annotated[Literal["cm", "m", "ft", "in"], choice("Unit of the height", "cm")],
) -> dict[str, Any]:
    """Calculate a person's body mass index (BMI) from weight and height.

    Returns: the index in kg/m², and the class that the WHO gives it for adults.
    Raises: ValueError for what nobody weighs or measures.
    """
    mass = registry().Quantity(weight, weight_unit).to("kilogram").magnitude
    size = registry().Quantity(height, parse_unit(height_unit)).to("meter").magnitude
    if not (0.3 <= size <= 3 and mass <= 700):
        raise ValueError(
            f"{weight:g} {weight_unit} and {height:g} {height_unit} are no person's; check the units"
        )
    index = mass / size**2
    limits = ((18.5, "underweight"), (25, "normal"), (30, "overweight"))
    return {"bmi": round(index, 1), "class": next((name for top, name in limits if index < top), "obese")}


@read_only
def convert_fuel_economy(
    figure: Annotated[float, number("Fuel economy or consumption", 30, 6.5, least=0.1, most=1000)],
    from_measure: Annotated[FuelMeasure, choice("How the figure is expressed", "mpg_us")],
    to_measure: Annotated[FuelMeasure, choice("How it is wanted", "l_per_100km")],
) -> dict[str, Any]:
    """Convert a car's fuel economy, such as miles per gallon to litres per 100 km.

    Returns: the figure to two places, and its measure.
    """
    litres = _LITERS_PER_100KM[from_measure] / figure if from_measure in _LITERS_PER_100KM else figure
    wanted = _LITERS_PER_100KM[to_measure] / litres if to_measure in _LITERS_PER_100KM else litres
    return {"figure": round(wanted, 2), "measure": to_measure}


@read_only
def format_file_size(
    size_bytes: Annotated[int, number("Size in bytes", 1536, 4700000000, least=0, most=10**18)],
    system: Annotated[str, text("The system of prefixes to write the size in", "decimal", longest=20)],
) -> str:
    """Write a file size in bytes the way people read it, such as 4.7 GB.

    Returns: the size with two places at most and its unit.
    Raises: ValueError that lists the systems.
    """
    binary = one_of(system, ("decimal", "binary"), "system of prefixes") == "binary"
    step, units = (1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")) if binary else (1000, _DECIMAL)
    size, power = float(size_bytes), 0
    while round(size, 2) >= step and power < len(units) - 1:
        size, power = size / step, power + 1
    return f"{round(size, 2):g} {units[power]}"


_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
