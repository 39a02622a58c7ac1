"""What all trials together teach about a tool's arguments, and other ways to say what was kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from practicum.memory_store.entries import ReviewDecision
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import (
    Demonstration,
    ErrorKind,
    JsonObject,
    Judgement,
    Observation,
    Outcome,
    Step,
    Strategy,
    ToolCall,
    ToolSpec,
    Trial,
)
from practicum.tools.sources import load_tools
from practicum.training.learn import learn_demonstrations
from practicum.training.lessons import learn_lessons
from practicum.training.rephrase import MOST_EACH, rephrased

EMBEDDER = HashingEmbedder()
SPECS = {spec.name: spec for spec in load_tools(["almanac:everyday"]).specs}
UNITS, ELEMENTS = SPECS["convert_units"], SPECS["element_property"]
LISTING = "Error: there is no property 'weight'; choose from: density, mass, number, symbol"


def trial(number: int, spec: ToolSpec, query: str, arguments: JsonObject, **more: object) -> Trial:
    call = ToolCall(name=spec.name, arguments=arguments)
    fields: dict[str, object] = {
        "id": f"t{number}",
        "episode_id": "e",
        "tool": spec.name,
        "tool_schema_hash": spec.schema_hash,
        "episode": 1,
        "number": number,
        "strategy": Strategy.CALL_FIRST,
        "model": "local",
        "query": query,
        "imagined": call,
        "outcome": Outcome.UNSOLVED,
        "started_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return Trial.model_validate({**fields, **more})


def conversions(count: int = 6) -> list[Trial]:
    return [
        trial(n, UNITS, f"Convert {n} miles to yards.", {"value": n, "from_unit": "mile", "to_unit": "yard"})
        for n in range(2, 2 + count)
    ]


def refused() -> Trial:
    wrong = ToolCall(name=ELEMENTS.name, arguments={"element": "Au", "property": "weight"})
    probe = Step(call=wrong, observation=Observation(text=LISTING, error=ErrorKind.RAISED))
    return trial(99, ELEMENTS, "density of gold", {"element": "Au", "property": "density"}, probes=(probe,))


def test_unsolved_trials_teach_where_arguments_stand_when_the_call_came_first() -> None:
    lessons = learn_lessons([UNITS], conversions(), EMBEDDER)["convert_units"]

    assert lessons.tool_schema_hash == UNITS.schema_hash
    assert lessons.cues["from_unit"][""] == lessons.cues["to_unit"]["<to"] == 6


def test_query_first_trials_teach_only_when_they_were_solved() -> None:
    untrue = [one.model_copy(update={"imagined": None}) for one in conversions()]
    assert learn_lessons([UNITS], untrue, EMBEDDER) == {}


def test_rejected_stale_and_held_out_trials_teach_nothing() -> None:
    trials = conversions()
    stale = [one.model_copy(update={"tool_schema_hash": "old"}) for one in trials]
    held_out: list[tuple[str, list[ToolCall]]] = [(one.query, []) for one in trials]

    assert learn_lessons([UNITS], stale, EMBEDDER) == {}
    assert learn_lessons([UNITS], trials, EMBEDDER, held_out=held_out) == {}
    assert learn_lessons([UNITS], trials, EMBEDDER, reviews={one.id: "rejected" for one in trials}) == {}


def test_what_a_judge_found_wrong_teaches_nothing_unless_a_person_approved_it() -> None:
    told = conversions()
    wrong = Judgement(informative=True, faithful=True, appropriate=False)
    judgements = {each.id: wrong for each in told}
    assert learn_lessons([UNITS], told, EMBEDDER)
    assert learn_lessons([UNITS], told, EMBEDDER, judgements=judgements) == {}
    approved: dict[str, ReviewDecision] = {each.id: "approved" for each in told}
    assert learn_lessons([UNITS], told, EMBEDDER, judgements=judgements, reviews=approved)


def test_a_refusal_that_lists_what_is_allowed_closes_the_set() -> None:
    lessons = learn_lessons([ELEMENTS], [refused()], EMBEDDER)["element_property"]
    assert set(lessons.vocabulary["property"]) == {"density", "mass", "number", "symbol"}


def kept(number: int) -> Demonstration:
    return Demonstration(
        id=f"t{number}",
        tool=UNITS.name,
        tool_schema_hash=UNITS.schema_hash,
        query=f"Convert {number} miles to yards.",
        call=ToolCall(name=UNITS.name, arguments={"value": number, "from_unit": "mile", "to_unit": "yard"}),
        observation="1",
    )


def test_a_call_is_said_in_other_words_up_to_the_target_the_same_in_every_run() -> None:
    shown = [kept(2), kept(3)]
    more = rephrased(shown, SPECS, {"t2", "t3"}, target=12)

    assert len(more) == 10
    assert more == rephrased(shown, SPECS, {"t2", "t3"}, target=12)
    assert {one.call.signature for one in more} == {one.call.signature for one in shown}
    assert len({one.query for one in [*shown, *more]}) == 12
    assert len(rephrased(shown, SPECS, {"t2"}, target=500)) <= MOST_EACH


def test_queries_in_a_models_own_words_are_left_as_they_are() -> None:
    assert rephrased([kept(2)], SPECS, set()) == []
    assert rephrased([kept(2)], SPECS, {"t2"}, target=1) == []


def test_lessons_need_no_tools_where_the_home_keeps_them(tmp_path: Path) -> None:
    with Home.open(tmp_path / "home", EMBEDDER, write=True) as home:
        for one in conversions():
            made = Step(call=one.imagined, observation=Observation(text="1"))
            home.journal.record_trial(one.model_copy(update={"outcome": Outcome.SOLVED, "steps": (made,)}))
        learn_demonstrations(home, None)
        without = home.journal.demonstration_set()
        home.journal.record_exploration({"tools": {UNITS.name: UNITS.schema_hash}}, [UNITS])
        learn_demonstrations(home, None)
        kept = home.journal.demonstration_set()
    assert without is not None
    assert kept is not None
    assert without.lessons == {}
    assert kept.lessons["convert_units"].cues["from_unit"]


def test_what_was_tried_with_an_older_schema_is_not_said_in_other_words() -> None:
    old = UNITS.model_copy(update={"description": "Convert."})
    kept = [
        Demonstration(
            id=one.id,
            tool=one.tool,
            tool_schema_hash=hashed,
            query=one.query,
            call=one.imagined,
            observation="1",
        )
        for one in conversions(1)
        for hashed in (UNITS.schema_hash, old.schema_hash)
    ]
    ids = {one.id for one in kept}
    assert rephrased(kept[:1], {UNITS.name: UNITS}, ids)
    assert rephrased(kept[1:], {UNITS.name: UNITS}, ids) == []


def test_what_found_nothing_tells_no_values() -> None:
    spec = ToolSpec(
        name="find",
        description="Find.",
        parameters={"type": "object", "properties": {"plate": {"type": "string"}}, "required": ["plate"]},
    )

    def searched(number: int, plate: str, text: str) -> Trial:
        made = trial(number, spec, f"whose is {plate}", {"plate": plate})
        return made.model_copy(
            update={"probes": (Step(call=made.imagined, observation=Observation(text=text)),)}
        )

    trials = [
        searched(number, plate, "[]" if plate == "1999" else '[{"id": 7}]')
        for number, plate in enumerate(["1999", "MGX4410", "1999", "KLT2291"] * 3)
    ]
    lessons = learn_lessons([spec], trials, EMBEDDER)["find"]
    assert lessons.met == {"plate": ("MGX4410", "KLT2291")}
    assert "1999" not in lessons.vocabulary.get("plate", ())
