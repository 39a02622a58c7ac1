from practicum.models.embedders import HashingEmbedder
from practicum.records import ToolCall
from practicum.training.examples import Example
from practicum.training.neighbours import nearest_others

SAID = {
    "feet": ("How many feet are 3 metres?", 3),
    "feet again": ("How many feet is 3 metres?", 3),
    "pounds": ("How many pounds are 70 kg?", 70),
    "pounds again": ("How many pounds is 70 kg?", 70),
    "far": ("thanks, and the temperature of it, which was 20 celsius, in kelvin", 20),
}


def example(name: str, **changes: object) -> Example:
    query, value = SAID[name]
    call = ToolCall(name="convert", arguments={"value": value})
    made = Example(id=name, tool="convert", query=query, call=call, answer="", origin="trial", split="train")
    return made.model_copy(update=changes)


def test_neighbours_are_the_nearest_phrasings_of_other_calls_the_nearest_last() -> None:
    found = nearest_others([example(name) for name in SAID], HashingEmbedder(), k=2)
    assert [each.id for each in found["feet"]] == ["far", "pounds"]
    assert [each.id for each in found["pounds again"]] == ["far", "feet again"]


def test_only_what_is_trained_on_with_a_call_is_a_neighbour() -> None:
    apart = example("pounds", split="validation")
    silent = example("pounds again", call=None, tool=None)
    found = nearest_others([example("feet"), apart, silent, example("far")], HashingEmbedder())
    assert {name: [each.id for each in near] for name, near in found.items()} == {
        "feet": ["far"],
        "far": ["feet"],
    }
    assert nearest_others([apart], HashingEmbedder()) == {}
