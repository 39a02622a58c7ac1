"""Docstrings as NumPy, Sphinx and epydoc write them, and Google's other headings: nothing said is lost."""

from __future__ import annotations

import pytest

from practicum.tools.docstrings import say_of_parameters, summary


def read(docstring: str, *names: str) -> tuple[str, dict[str, str]]:
    """Return what is said of the tool, and of each of these parameters."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    told = say_of_parameters(schema, docstring)["properties"]
    return summary(docstring, schema), {
        name: each["description"] for name, each in told.items() if "description" in each
    }


NUMPY = """Tell how high the tide stands.

    Between two stations it is interpolated.

    Parameters
    ----------
    station : {'Brest', 'Cuxhaven'}
        Where it is measured.
    start, end : datetime-like
        From when,
        and to when:

        - both in UTC
        - at most a week apart

        .. versionadded:: 2.1
    datum: str, default 'MSL'
        What heights refer to.
    unit : what the heights are told in
    *args, **kwargs
        Passed on.

    Other Parameters
    ----------------
    gaps : bool
        Whether to fill them.

    Returns
    -------
    start : float
        No parameter.

    Notes
    -----
    Winds are left out.
    """


def test_numpys_sections_say_what_stands_below_each_name() -> None:
    names = ("station", "start", "end", "datum", "unit", "kwargs", "gaps", "silent")
    both = "From when, and to when: - both in UTC - at most a week apart"
    assert read(NUMPY, *names) == (
        "Tell how high the tide stands.\n\nBetween two stations it is interpolated.",
        {
            "station": "Where it is measured.",
            "start": both,
            "end": both,
            "datum": "What heights refer to.",
            "unit": "what the heights are told in",
            "kwargs": "Passed on.",
            "gaps": "Whether to fill them.",
        },
    )


@pytest.mark.parametrize(
    "section",
    [
        "Parameters\n==========\n\nday : date\n    When it was.",
        "parameters:\n---\nday\n    When it was.",
        "Parameters\n----------\n  day : date\n      When it was.",
        "Parameters\n----------\n    day: When it was.",
        "Arguments\n---------\nday : date\n    When it was.\n\nSee also\n--------\nnight\n    Where else.",
    ],
)
def test_numpys_sections_are_read_as_people_write_them(section: str) -> None:
    assert read(f"Look back.\n\n{section}", "day", "night") == ("Look back.", {"day": "When it was."})


SPHINX = """Book a berth.

    :param str harbour: The harbour, by
        its code: ``FRBES``.

        Small ones have none.
    :param nights: How many nights,
    at least one.
    :type nights: int
    :keyword \\*\\*options: Whatever else.
    :param ghost: No parameter.
    :raises LookupError: There is none.
    :return: The number of the booking.

    Payment is due on arrival.

    :arg list(str, int) crew: Who comes along.
    """


def test_sphinx_fields_are_read_and_left_out_where_they_stand() -> None:
    assert read(SPHINX, "harbour", "nights", "options", "crew", "silent") == (
        "Book a berth.\n\nPayment is due on arrival.",
        {
            "harbour": "The harbour, by its code: ``FRBES``. Small ones have none.",
            "nights": "How many nights, at least one.",
            "options": "Whatever else.",
            "crew": "Who comes along.",
        },
    )


def test_the_fields_of_epydoc_and_of_jsdoc_are_read() -> None:
    epydoc = """Weigh a parcel.
    @param parcel: Its number,
        as printed.
    @type parcel: string
    @return: grams
    """
    assert read(epydoc, "parcel") == ("Weigh a parcel.", {"parcel": "Its number, as printed."})
    jsdoc = "Weigh a parcel.\n@param {string} parcel - Its number: as printed.\n@returns {number} grams"
    assert read(jsdoc, "parcel")[1] == {"parcel": "Its number: as printed."}


def test_a_field_ends_where_another_one_or_another_parameter_begins() -> None:
    told = """Sort.
    :param key: By what
    :class:`Key` is documented elsewhere.
    :param order: Which way
    size: how many
    >>> sort()
    """
    text, said = read(told, "key", "order", "size")
    assert said == {"key": "By what", "order": "Which way"}
    assert text.splitlines()[1:] == [":class:`Key` is documented elsewhere.", "size: how many", ">>> sort()"]


def test_what_only_looks_like_a_field_or_a_section_stays_in_the_description() -> None:
    for told in (
        "Ask.\n\n@param - index the first\n:meth:`answer` is the other way: back.",
        "Ask.\n\nParameters:\nwhatever you like",
        "Ask.\n\nParameters\n----------\nSee the manual.",
        "Ask.\n\nOverview\n--------\nIt asks.",
    ):
        assert read(told, "index") == (told, {})


def test_a_docstring_of_nothing_but_fields_is_the_description_too() -> None:
    assert read(":param day: When.\n:return: the tide", "day") == (
        ":param day: When.\n:return: the tide",
        {"day": "When."},
    )


@pytest.mark.parametrize("heading", ["Arguments:", "Parameters:", "Params:", "Keyword Args:", "Attributes:"])
def test_other_headings_of_googles_form_count_if_they_say_something_of_a_parameter(heading: str) -> None:
    told = f"Cut.\n\n{heading}\n    wood (str): Which kind.\n\nReturns:\n    planks"
    assert read(told, "wood") == ("Cut.", {"wood": "Which kind."})
    assert read(told, "metal") == (f"Cut.\n\n{heading}\n    wood (str): Which kind.", {})


def test_the_items_of_a_list_that_is_not_indented_are_no_end_of_the_section() -> None:
    told = "Cut.\n\nArgs:\n- wood (str): Which kind,\n  by its name.\n\n* `width`: How wide.\n- more"
    assert read(told, "wood", "width") == ("Cut.", {"wood": "Which kind, by its name.", "width": "How wide."})


def test_of_several_forms_the_first_that_says_something_counts() -> None:
    told = ":param a: fields\n:param b: fields\n\nArgs:\n    a: Google"
    assert read(told, "a", "b")[1] == {"a": "Google", "b": "fields"}


@pytest.mark.parametrize(
    "hostile",
    [
        ":param" + " " * 200_000 + "query",
        ":" + "p" * 200_000,
        ":param " + " -" * 100_000,
        ":param query: x\n" + "\n" * 200_000,
        "Parameters\n---\n" + "query," * 50_000,
        "Parameters\n---\n" * 20_000,
        "-" * 200_000 + "\n" + "-" * 200_000,
        "Args:\n" * 20_000,
    ],
)
def test_descriptions_made_to_take_long_are_read_in_one_go(hostile: str) -> None:
    assert read(hostile, "never")[1] == {}
