"""Strange codes: of several tools, an id that one shows is no id of another that shows others.

"What is in ORD-10460?" could be put to a tool that counts TNT-2P-GRN, were there none that takes ORD-10423.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from practicum.records import JsonObject, ToolSpec


def shown_letters(specs: Sequence[ToolSpec]) -> frozenset[str]:
    """Return the letters that the ids begin with which the descriptions of these tools show."""
    from practicum.values.codes import letters_of
    from practicum.values.slots import slot_of

    found = (letters_of(slot_of(name, spec.properties[name])) for spec in specs for name in _ids(spec))
    return frozenset(letters for letters in found if letters)


def without_strange(spec: ToolSpec, narrowed: ToolSpec, letters: Collection[str]) -> ToolSpec:
    """Return the narrowed tool without codes of these letters where its arguments show others."""
    properties = dict(narrowed.properties)
    for name in _ids(spec):
        if "enum" in properties.get(name, {}):
            properties[name] = _own(name, spec.properties[name], properties[name], letters)
    return narrowed.model_copy(update={"parameters": {**narrowed.parameters, "properties": properties}})


def _own(name: str, schema: JsonObject, narrowed: JsonObject, letters: Collection[str]) -> JsonObject:
    from practicum import values
    from practicum.values.codes import letters_of_code

    shown = {letters_of_code(str(value)) for value in values.shown(name, schema)}
    strange = set(letters) - shown if shown else set()
    left = [code for code in narrowed["enum"] if letters_of_code(str(code)) not in strange]
    return {**narrowed, "enum": left} if left else schema


def _ids(spec: ToolSpec) -> list[str]:
    from practicum import values

    return [name for name in values.arguments_of(spec, "identifier") if "enum" not in spec.properties[name]]
