"""Arguments of one kind told apart by what practice met beside them."""

from __future__ import annotations

from nodes_episodes import tool_of

from practicum.nodes.grounding import dealt_out, ground_tool, missing
from practicum.nodes.grounding.cues import alike, learn_cues, likeliest, mentions, set_right
from practicum.nodes.spoken import offer
from practicum.records import Lessons, ToolCall, ToolSpec
from practicum.tools.almanac.places import airport_distance
from practicum.tools.almanac.units import convert_units

UNITS = tool_of(convert_units).spec


def call(value: float, source: str, target: str) -> ToolCall:
    return ToolCall(name=UNITS.name, arguments={"value": value, "from_unit": source, "to_unit": target})


PRACTISED = [
    ("Convert 3 miles to yards.", call(3, "mile", "yard")),
    ("How many feet are 20 meters?", call(20, "meter", "foot")),
    ("In grams, how much is 7 ounces?", call(7, "ounce", "gram")),
    ("I have 12 inches and need it in centimeters.", call(12, "inch", "centimeter")),
    ("How many liters are there in 5 gallons?", call(5, "gallon", "liter")),
    ("What is 90 minutes in hours?", call(90, "minute", "hour")),
]
CUES = learn_cues(UNITS, PRACTISED)


def test_only_arguments_of_one_kind_need_cues() -> None:
    assert alike(UNITS) == ["from_unit", "to_unit"]
    assert alike(tool_of(airport_distance).spec) == ["origin", "destination"]


def test_a_mention_is_found_in_the_words_of_the_query() -> None:
    query = "How many kilos are 11 stone?"
    (start, end), *_ = mentions(UNITS, "to_unit", "kilogram", query)
    assert query[start:end] == "kilos"


def test_what_stands_beside_a_number_is_learned_as_the_source() -> None:
    ways = [{"from_unit": "pound", "to_unit": "kilogram"}, {"from_unit": "kilogram", "to_unit": "pound"}]
    for query in ("how many pounds is 70 kg", "70 kg, in pounds?", "in pounds, what are 70 kg?"):
        assert likeliest(UNITS, ways, query, CUES)[0]["from_unit"] == "kilogram", query


def test_without_cues_every_way_stays() -> None:
    ways = [{"from_unit": "pound", "to_unit": "kilogram"}, {"from_unit": "kilogram", "to_unit": "pound"}]
    assert likeliest(UNITS, ways, "70 kg in pounds", {}) == ways
    assert learn_cues(UNITS, PRACTISED[:3]) == {}, "three queries prove nothing"


def test_decoding_is_offered_the_likelier_way_only() -> None:
    query = "How many pounds are 70 kg?"
    lessons = {UNITS.name: Lessons(tool_schema_hash=UNITS.schema_hash, cues=CUES)}

    offered = offer([UNITS], query, lessons)

    assert len(offer([UNITS], query).tools) == 2
    (only,) = offered.tools
    assert [only.properties[name]["enum"] for name in ("from_unit", "to_unit")] == [["kg"], ["pounds"]]


def test_a_call_written_the_wrong_way_round_is_set_right() -> None:
    query = "How many pounds are 70 kg?"
    right = call(70, "kilogram", "pound")

    assert set_right(UNITS, call(70, "pound", "kilogram"), query, CUES) == right
    assert set_right(UNITS, right, query, CUES) == right
    assert set_right(UNITS, call(70, "pound", "yard"), query, CUES) == call(70, "pound", "yard")


def test_optional_arguments_that_the_text_does_not_speak_of_are_not_offered() -> None:
    spec = tool_of(airport_distance).spec
    assert "unit" not in ground_tool(spec, "How far is it from Oslo to Rome?").properties
    assert ground_tool(spec, "How many miles from Oslo to Rome?").properties["unit"]["enum"] == ["mi"]


STATION = {"type": "string", "enum": ["LIS", "OPO", "FAO"]}
FEE = ToolSpec(
    name="one_way_fee",
    description="",
    parameters={
        "type": "object",
        "properties": {"from_station": STATION, "to_station": STATION, "size": {"enum": ["s", "m"]}},
        "required": ["from_station", "to_station", "size"],
    },
)


def test_members_of_one_enumeration_are_dealt_out_and_placed_by_cues() -> None:
    assert alike(FEE) == ["from_station", "to_station"]
    said = [
        (
            query,
            ToolCall(name=FEE.name, arguments={"from_station": one, "to_station": other}),
        )
        for one, other in (("LIS", "OPO"), ("OPO", "LIS"), ("FAO", "LIS"), ("LIS", "FAO"))
        for query in (f"fee from {one} to {other}", f"to {other} from {one}?")
    ]
    cues = learn_cues(FEE, said)
    query = "between OPO and FAO, what is the fee?"
    narrowed = ground_tool(FEE, query)
    places = [
        tuple(way.properties[name]["enum"][0] for name in alike(FEE))
        for way in dealt_out(FEE, narrowed, query, {})
    ]
    assert sorted(places) == [("FAO", "OPO"), ("OPO", "FAO")]
    ways = [dict(zip(alike(FEE), way, strict=True)) for way in places]
    right = [{"from_station": "FAO", "to_station": "OPO"}]
    assert likeliest(FEE, ways, "to OPO from FAO, what is the fee?", cues) == right
    assert likeliest(FEE, ways, "to OPO and from FAO", {}) == right  # the names tell, without practice


def test_one_member_may_be_meant_for_both() -> None:
    narrowed = ground_tool(FEE, "back to LIS from LIS")
    assert missing(FEE, narrowed) == []
    assert [way.properties["to_station"]["enum"] for way in dealt_out(FEE, narrowed, "", {})] == [["LIS"]]
