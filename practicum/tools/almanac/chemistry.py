"""Tools about elements, isotopes and compounds."""

from __future__ import annotations

from typing import Annotated, Any

from practicum.tools.almanac.fields import number, one_of, text
from practicum.tools.effects import read_only

_PROPERTIES = {
    "name": ("name", ""),
    "number": ("number", ""),
    "mass": ("mass", "u"),
    "density": ("density", "g/cm^3"),
    "covalent_radius": ("covalent_radius", "angstrom"),
}
_FORMULA = r"^[A-Z(\[][A-Za-z0-9()\[\]·]*$"
_SPELLINGS = {"aluminium": "aluminum", "caesium": "cesium", "sulphur": "sulfur"}
"""British names to those of the table."""


@read_only
def element_property(
    element: Annotated[
        str, text("Symbol of the chemical element", "Fe", "O", longest=2, json_format="element")
    ],
    property: Annotated[str, text("The property to look up", "density", longest=20)],  # noqa: A002 - the word users say
) -> dict[str, Any]:
    """Look up a property of a chemical element.

    Returns: element, property, value and unit.
    Raises: ValueError for an unknown symbol, or a property that is not known (the message lists them).
    """
    import periodictable

    try:
        found = periodictable.elements.symbol(element)
    except ValueError as error:
        raise ValueError(f"{error}: symbols look like Fe or O") from error
    if found.number == 0:
        raise ValueError(f"unknown element {element}")  # "n" is the neutron
    attribute, unit = _PROPERTIES[one_of(property, tuple(_PROPERTIES), "property")]
    value = getattr(found, attribute)
    if value is None:
        raise ValueError(f"the {property} of {found.name} has not been measured")
    rounded = round(value, 6) if isinstance(value, float) else value
    return {"element": found.name, "property": property, "value": rounded, "unit": unit}


@read_only
def molar_mass(
    formula: Annotated[
        str, text("Chemical formula", "H2O", "C6H12O6", pattern=_FORMULA, json_format="formula")
    ],
) -> dict[str, Any]:
    """Calculate the molar mass of a chemical compound from its formula.

    Returns: grams per mole, and the number of atoms of each element.
    Raises: ValueError for a formula that can't be read, or an element that does not exist.
    """
    parsed = _parse(formula)
    atoms = {str(atom): int(count) for atom, count in parsed.atoms.items()}
    return {"grams_per_mole": round(parsed.mass, 3), "atoms": atoms}


def _parse(formula: str) -> Any:
    import periodictable
    from pyparsing import ParseException

    # periodictable reads square brackets as isotopes; of a hydrate's parts it takes the sum.
    plain = formula.translate(str.maketrans("[]·", "()+"))
    try:
        parsed = periodictable.formula(plain)
    except ValueError as error:
        raise ValueError(f"{error} in {formula!r}; write symbols of elements, as in H2O") from error
    except ParseException as error:
        raise ValueError(
            f"{formula!r} is no chemical formula: {error}; capitals matter, as in H2O"
        ) from error
    if not all(parsed.atoms.values()):
        raise ValueError(f"{formula!r} has an element without atoms")
    return parsed


@read_only
def mass_composition(
    compound: Annotated[
        str, text("Formula of the compound, such as NaCl", "NaCl", "Fe2O3", pattern=_FORMULA)
    ],
) -> dict[str, float]:
    """Tell how much of a compound's mass each of its elements makes up, in percent.

    Returns: percent of the mass by element symbol.
    Raises: ValueError for a formula that can't be read, or an element that does not exist.
    """
    fractions = _parse(compound).mass_fraction
    return {str(atom): round(100 * share, 2) for atom, share in fractions.items()}


@read_only
def isotope(
    element: Annotated[
        str, text("English name of the chemical element, in small letters", "carbon", longest=15)
    ],
    mass_number: Annotated[int, number("Protons and neutrons of the isotope", 14, least=1, most=300)],
) -> dict[str, Any]:
    """Look up the mass and the natural abundance of an isotope, such as carbon-14.

    Returns: the isotope, its mass in u and its abundance in percent: 0 for an isotope that hardly
        occurs, None where the table has none for the element (such as uranium).
    Raises: ValueError for an unknown name, or an isotope that is not known (the message gives the range).
    """
    import periodictable

    found = _named(element)
    if isinstance(found, periodictable.core.Isotope):  # deuterium, tritium
        if found.isotope != mass_number:
            raise ValueError(f"{element} is hydrogen-{found.isotope}; for another isotope use hydrogen")
        found = found.element
    try:
        chosen = found[mass_number]
    except KeyError as error:
        known = found.isotopes
        span = f"{known[0]} to {known[-1]}" if known else "unknown"
        raise ValueError(f"{error.args[0]}; its mass numbers are {span}") from error
    tabulated = any(found[number].abundance for number in found.isotopes)
    return {
        "isotope": f"{found.name}-{mass_number}",
        "mass_u": round(chosen.mass, 6),
        "abundance_percent": round(chosen.abundance, 4) if tabulated else None,
    }


def _named(element: str) -> Any:
    from difflib import get_close_matches

    import periodictable

    try:
        return periodictable.elements.name(_SPELLINGS.get(element, element))
    except ValueError as error:
        symbols = {each.symbol: each.name for each in periodictable.elements}
        names = [name for name in symbols.values() if name != "neutron"]
        close = [symbols[element]] if element in symbols else get_close_matches(element.lower(), names, n=3)
        hint = f"; close: {', '.join(close)}" if close else ""
        raise ValueError(f"{error}: it must be a name in small letters, such as carbon{hint}") from error
