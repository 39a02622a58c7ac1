"""Roles that parameters have only beside each other: pairs, numbers with units, dates in parts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from practicum.nodes.phrasing.roles import TOPICS, Parameter, Role

_PAIRS = {
    Role.DATE: (Role.START, Role.END),
    Role.MOMENT: (Role.START, Role.END),
    Role.TIME: (Role.START, Role.END),
    Role.PLACE: (Role.ORIGIN, Role.DESTINATION),
    Role.ZONE: (Role.ZONE_FROM, Role.ZONE_TO),
    Role.LANGUAGE: (Role.LANGUAGE_FROM, Role.LANGUAGE_TO),
    **dict.fromkeys(
        (Role.SUBJECT, Role.TEXT, Role.CODE, Role.PATH, Role.PERSON, Role.NUMBER, Role.OTHER),
        (Role.FIRST, Role.SECOND),
    ),
}
_MARKS = frozenset({"a", "b", "x", "y", "1", "2", "first", "second", "other", "left", "right", "one", "two"})
_SHARED = frozenset(
    {
        Role.OTHER,
        Role.SWITCH,
        Role.OPTION,
        Role.OFFSET,
        Role.DURATION,
        Role.ITEMS,
        Role.RECORD,
        Role.MEASURE,
        Role.MEASURE_UNIT,
    }
)
_MOMENTS = frozenset({Role.DATE, Role.START, Role.MOMENT, Role.TIME, Role.MONTH})
_TITLES = frozenset({"title", "name", "label"})
_TRAVEL = frozenset({"departure", "depart", "arrival", "birth", "travel"})
_COUNTS = frozenset({Role.NUMBER, Role.QUANTITY})


def settled(
    parameters: list[Parameter], required: frozenset[str], *, shifts: bool, acts: bool
) -> list[Parameter]:
    """Correct roles in the light of the other parameters; each role is then played once.

    Args:
        parameters: As their own names and schemas have them.
        required: Names of the required parameters.
        shifts: Whether the tool's wording speaks of moving a date.
        acts: Whether the tool does something, so that a title is what its object gets.
    """
    found = _ended(_measured(_paired(parameters)))
    roles = frozenset(one.role for one in found)
    found = [replace(one, role=_corrected(one, roles, shifts)) for one in found]
    if acts:
        found = [replace(one, role=Role.OTHER) if one.words[-1] in _TITLES else one for one in found]
    return _played_once(_one_subject(found, required, acts=acts))


def grouped(parameters: list[Parameter]) -> list[Parameter]:
    """Put together what people say in one breath: a number with its unit, the parts of a date."""
    found = _amounts(_dates(parameters))
    for one in [one for one in found if one.role is Role.MEASURE]:
        unit = next((two for two in found if two.role is Role.MEASURE_UNIT and _belongs(two, one)), None)
        if unit is not None:
            found[found.index(one)] = replace(one, members=(one, unit))
            found.remove(unit)
    return found


def _dates(parameters: list[Parameter]) -> list[Parameter]:
    by_name = {one.words[-1]: one for one in parameters if one.kind == "integer"}
    for names, role, form in (
        (("year", "month", "day"), Role.DATE, "date"),
        (("year", "month"), Role.MONTH, "month"),
    ):
        parts = tuple(by_name[name] for name in names if name in by_name)
        if len(parts) < len(names) or any(one.role is role for one in parameters if one not in parts):
            continue
        whole = replace(
            parts[0],
            name="_".join(names),
            format=form,
            role=role,
            words=(form,),
            label=form,
            description="",
            members=parts,
        )
        kept = [one for one in parameters if one not in parts[1:]]
        return [whole if one is parts[0] else one for one in kept]
    return list(parameters)


def _amounts(parameters: list[Parameter]) -> list[Parameter]:
    """Put an amount and its currency together when nothing is converted."""
    by_role = {one.role: one for one in parameters}
    number, unit = by_role.get(Role.QUANTITY), by_role.get(Role.SOURCE)
    if number is None or unit is None or Role.TARGET in by_role:
        return parameters
    whole = replace(number, role=Role.MEASURE, members=(number, unit))
    return [whole if one is number else one for one in parameters if one is not unit]


def _paired(parameters: list[Parameter]) -> list[Parameter]:
    """Give the two members of an undirected pair (``city_a``, ``city_b``) their ends."""
    found = list(parameters)
    for first, second in pairwise(range(len(found))):
        one, two = found[first], found[second]
        if one.role is two.role and one.role in _PAIRS and _differ_in_a_mark(one.words, two.words):
            roles = _PAIRS[one.role]
            found[first], found[second] = replace(one, role=roles[0]), replace(two, role=roles[1])
    return found


def _differ_in_a_mark(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    return one != two and set(one) - _MARKS == set(two) - _MARKS and bool((set(one) | set(two)) & _MARKS)


def _ended(parameters: list[Parameter]) -> list[Parameter]:
    """Take back a start without an end of its kind: a departure is a date, ``max_stops`` a number."""
    kinds = {role: {one.kind for one in parameters if one.role is role} for role in (Role.START, Role.END)}
    alone = not (kinds[Role.START] & kinds[Role.END])

    def taken_back(one: Parameter) -> Role:
        if one.role not in kinds or not alone:
            return one.role
        if one.kind in {"number", "integer"}:
            return Role.OTHER
        return Role.DATE if set(one.words) & _TRAVEL and one.format == "date" else one.role

    return [replace(one, role=taken_back(one)) for one in parameters]


def _measured(parameters: list[Parameter]) -> list[Parameter]:
    """Find numbers that have a unit of their own (``height``, ``height_unit``)."""
    numbers = [one for one in parameters if one.kind in {"number", "integer"}]
    own = {one.name: two.name for one in numbers for two in parameters if _belongs(two, one)}
    directed = any(one.role is Role.TARGET and one.name not in own.values() for one in parameters)
    if not own or (directed and len(own) == 1):
        return parameters
    roles = dict.fromkeys(own, Role.MEASURE) | dict.fromkeys(own.values(), Role.MEASURE_UNIT)
    return [replace(one, role=roles.get(one.name, one.role)) for one in parameters]


def _belongs(unit: Parameter, number: Parameter) -> bool:
    """Whether the names say that ``unit`` is the unit of ``number``."""
    return unit.words in {
        (*number.words, word) for word in ("unit", "units", "currency", "scale")
    } or unit.words in {
        ("unit", "of", *number.words),
        ("unit", *number.words),
    }


def _corrected(one: Parameter, roles: frozenset[Role], shifts: bool) -> Role:
    """Return the role that ``one`` has beside the others."""
    if one.role in _COUNTS:
        return _corrected_count(one.role, roles, shifts)
    moving = bool(roles & {Role.OFFSET, Role.DURATION})
    if one.role is Role.OFFSET and not roles & _MOMENTS:
        return Role.DURATION
    if one.role is Role.OFFSET_UNIT and not moving and not roles & _COUNTS:
        return Role.TARGET
    if one.role is Role.SOURCE and not roles & (_COUNTS | {Role.TARGET, Role.SUBJECT}):
        return Role.SUBJECT
    if one.role is Role.START and Role.END not in roles and moving:
        return {"date": Role.DATE, "time": Role.TIME}.get(one.format or "", Role.MOMENT)
    return one.role


def _corrected_count(role: Role, roles: frozenset[Role], shifts: bool) -> Role:
    """What a plain number is: how far to move, which of several, how much of a unit."""
    if Role.WEEKDAY in roles:
        return Role.ORDINAL
    if Role.OFFSET_UNIT in roles and Role.OFFSET not in roles and roles & _MOMENTS:
        return Role.OFFSET if shifts else Role.DURATION
    if Role.SOURCE in roles:
        return role if role is Role.NUMBER and Role.QUANTITY in roles else Role.QUANTITY
    return role if role is Role.QUANTITY and Role.TARGET in roles else Role.NUMBER


def _one_subject(parameters: list[Parameter], required: frozenset[str], *, acts: bool) -> list[Parameter]:
    """Make the only required string without a role the subject."""
    wanted = [one for one in parameters if one.name in required]
    lonely = [one for one in wanted if one.role is Role.OTHER and one.kind == "string"]
    if (
        len(lonely) != 1
        or (acts and lonely[0].words[-1] in _TITLES)
        or any(one.role in TOPICS for one in wanted)
    ):
        return parameters
    return [replace(one, role=Role.SUBJECT) if one is lonely[0] else one for one in parameters]


def _played_once(parameters: list[Parameter]) -> list[Parameter]:
    """Let each role be played once: a second source is a target, other doubles keep a label only."""
    taken: set[Role] = set()
    found = []
    for one in parameters:
        role = one.role
        if role in taken:
            role = Role.TARGET if role is Role.SOURCE and Role.TARGET not in taken else Role.OTHER
        if role not in _SHARED:
            taken.add(role)
        found.append(replace(one, role=role))
    return found
