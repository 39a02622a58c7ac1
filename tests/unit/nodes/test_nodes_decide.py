"""The deployed agent's move: what is recollected for a query, and what the model is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from nodes_episodes import SPEC, call_of, calling, scripted, tool_of

from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.nodes.decide import decision_messages, evidence, last_query, make_decide
from practicum.nodes.recollect import Recollection, make_recollect
from practicum.records import Demonstration, Lessons, ToolCall, ToolSpec
from practicum.tools.almanac.units import convert_units
from practicum.tools.executor import Executor

UNITS = tool_of(convert_units).spec


def shown(name: str, query: str = "q", schema_hash: str = SPEC.schema_hash) -> Demonstration:
    return Demonstration(
        id=name,
        tool="convert",
        tool_schema_hash=schema_hash,
        query=query,
        call=call_of(1, "cubit"),
        observation='{"meters": 2}',
    )


class Shelf:
    """Demonstrations on a shelf, found by spelling; keeps what it was asked for."""

    def __init__(self, *demonstrations: Demonstration) -> None:
        self.demonstrations = demonstrations
        self.asked: list[tuple[int, tuple[str, ...]]] = []

    async def retrieve(
        self, query: str, k: int = 4, *, current: Mapping[str, str] | None = None
    ) -> list[Demonstration]:
        self.asked.append((k, tuple(current or ())))
        return sorted(self.demonstrations, key=lambda each: cosine(query, each.query))[-k:]

    async def tool_scores(self, query: str, current: Mapping[str, str]) -> dict[str, float]:
        del current
        scores: dict[str, float] = {}
        for each in self.demonstrations:
            scores[each.tool] = max(scores.get(each.tool, 0.0), cosine(query, each.query))
        return scores


class Nearness:
    """Tools by the spelling of their descriptions, and one request that needs none."""

    def __init__(self, specs: list[ToolSpec], prototype: str = "Tell me a joke about cats.") -> None:
        self.specs, self.prototype = specs, prototype

    async def similar(self, query: str) -> dict[str, float]:
        return {spec.name: cosine(query, spec.description) for spec in self.specs}

    async def nearest_prototype(self, query: str) -> float:
        return cosine(query, self.prototype)


def cosine(one: str, other: str) -> float:
    left, right = HashingEmbedder().embed([one, other])
    return sum(a * b for a, b in zip(left, right, strict=True))


def named(name: str, description: str) -> ToolSpec:
    return ToolSpec(name=name, description=description, parameters={"type": "object", "properties": {}})


MANY = [named("moon", "Phase of the moon."), named("tide", "Height of the tide."), named("sun", "Sunrise.")]


async def test_demonstrations_come_with_the_nearest_last_and_only_for_the_tools_shown() -> None:
    shelf = Shelf(shown("far", "Tell me about furlongs"), shown("near", "How long is a cubit?"))
    found = await make_recollect([SPEC], shelf, k=2)("How long is one cubit?")
    assert [each.id for each in found.demonstrations] == ["far", "near"]
    assert (found.tools, found.tool_choice, shelf.asked) == ((SPEC,), "auto", [(2, ("convert",))])


async def test_demonstrations_of_a_tool_that_has_changed_are_never_shown() -> None:
    shelf = Shelf(shown("old", schema_hash="before"), shown("new"))
    found = await make_recollect([SPEC], shelf)("q")
    assert [each.id for each in found.demonstrations] == ["new"]
    assert (await make_recollect([UNITS], shelf)("q")).demonstrations == ()


async def test_of_many_tools_the_nearest_are_shown_in_their_own_order() -> None:
    recollect = make_recollect(MANY, nearness=Nearness(MANY), most_tools=2)
    found = await recollect("Sunrise, and the phase of the moon?")
    assert [spec.name for spec in found.tools] == ["moon", "sun"]


async def test_a_demonstration_makes_its_tool_near() -> None:
    words = named("convert", "Zzz.")
    specs = [*MANY, words]
    recollect = make_recollect(
        specs, Shelf(shown("a", "cubits please")), nearness=Nearness(specs), most_tools=1
    )
    assert (await recollect("cubits please")).tools == (words,)


async def test_tools_within_the_bound_and_tools_without_scores_are_all_shown() -> None:
    assert (await make_recollect(MANY, nearness=Nearness(MANY))("Sunrise.")).tools == tuple(MANY)
    assert (await make_recollect(MANY, most_tools=2)("Sunrise.")).tools == tuple(MANY)


@pytest.mark.parametrize("query", ["", "  \n"])
async def test_nothing_said_recollects_nothing(query: str) -> None:
    shelf = Shelf(shown("a"))
    found = await make_recollect(MANY, shelf, nearness=Nearness(MANY), most_tools=2, small=True)(query)
    assert found == Recollection(tuple(MANY[:2]))
    assert shelf.asked == []


async def test_for_a_small_model_it_is_decided_here_whether_a_tool_is_called() -> None:
    shelf = Shelf(shown("a", "Sunrise?"))
    recollect = make_recollect(MANY, shelf, nearness=Nearness(MANY), small=True)
    assert (await recollect("Phase of the moon?")).tool_choice == "any"
    joke = await recollect("Tell me a joke about cats")
    assert (joke.tool_choice, joke.demonstrations) == ("none", ())


class Practised:
    """What tools were asked in practice."""

    def __init__(self, **near: float) -> None:
        self.by_tool = near

    async def near(self, query: str) -> dict[str, float]:
        assert query
        return self.by_tool


@pytest.mark.parametrize(
    ("near", "left"),
    [
        ({"moon": 0.9, "tide": 0.2, "sun": 0.1}, ["moon"]),
        ({"moon": 0.5, "tide": 0.8, "sun": 0.1}, ["moon", "tide"]),
        ({"moon": -0.9, "tide": -0.9}, ["sun"]),  # not practised: its documentation says how near it is
    ],
)
async def test_a_small_model_chooses_among_the_tools_that_practice_says_are_near(
    near: dict[str, float], left: list[str]
) -> None:
    given = {"nearness": Nearness(MANY), "practised": Practised(**near)}
    found = await make_recollect(MANY, **given, small=True)("Phase of the moon?")  # type: ignore[arg-type]
    assert [spec.name for spec in found.tools] == left
    large = await make_recollect(MANY, **given)("Phase of the moon?")  # type: ignore[arg-type]
    assert large.tools == tuple(MANY)


async def test_of_many_tools_practice_says_which_are_nearest_to_a_small_model() -> None:
    given = {"nearness": Nearness(MANY), "practised": Practised(moon=0.1, tide=0.8, sun=0.9)}
    found = await make_recollect(MANY, **given, small=True, most_tools=2)("Phase of the moon?")  # type: ignore[arg-type]
    assert [spec.name for spec in found.tools] == ["tide", "sun"]


async def test_a_small_model_with_demonstrations_is_shown_no_documentation() -> None:
    recollect = make_recollect([SPEC], Shelf(shown("a")), nearness=Nearness([SPEC]), small=True)
    query = "Convert an old length to meters"
    assert (await recollect(query)).documented is False
    stale = make_recollect([SPEC], Shelf(shown("a", schema_hash="b")), nearness=Nearness([SPEC]), small=True)
    assert (await stale(query)).documented is True


async def test_a_fine_tuned_model_is_documented_a_tool_that_is_not_as_it_learned_it() -> None:
    learned = {spec.name: spec.schema_hash for spec in MANY}
    nearest = MANY[0]
    for hashes, documented in (
        (learned, False),
        ({**learned, MANY[-1].name: "another"}, False),
        ({**learned, nearest.name: "another"}, True),
        ({name: found for name, found in learned.items() if name != nearest.name}, True),
        (None, True),
    ):
        recollect = make_recollect(MANY, nearness=Nearness(MANY), trained=hashes)
        recollected = await recollect(nearest.description)
        assert (recollected.documented, recollected.trained) == (documented, not documented)


def test_instructions_come_first_then_demonstrations_then_the_conversation() -> None:
    talk: list[BaseMessage] = [HumanMessage("hi"), AIMessage("hello"), HumanMessage("How long?")]
    made = decision_messages(talk, Recollection((SPEC,), (shown("a", "demo"),)))
    assert isinstance(made[0], SystemMessage)
    assert made[1].content == "demo"
    assert made[-3:] == talk


def test_the_users_own_instructions_take_the_place_of_ours() -> None:
    talk: list[BaseMessage] = [SystemMessage("Be brief."), HumanMessage("How long?")]
    made = decision_messages(talk, Recollection((SPEC,), (shown("a", "demo"),)))
    assert [message.content for message in made if isinstance(message, SystemMessage)] == ["Be brief."]
    assert (made[0], made[-1]) == (talk[0], talk[1])


def test_values_may_come_from_the_last_query_and_what_was_observed_since() -> None:
    talk: list[BaseMessage] = [
        HumanMessage("old question"),
        ToolMessage("old result", tool_call_id="0"),
        HumanMessage("new question"),
        AIMessage("thinking"),
        ToolMessage("new result", tool_call_id="1"),
    ]
    assert evidence(talk) == "new question\nnew result"
    assert (last_query(talk), last_query([]), evidence([])) == ("new question", "", "")


async def test_the_model_chooses_among_words_of_the_query_and_its_call_means_their_values() -> None:
    query = [HumanMessage("How many kilos are 150 pounds?")]
    words = {"value": 150, "from_unit": "pounds", "to_unit": "kilos"}
    model, script = scripted(calling(ToolCall(name="convert_units", arguments=words)))
    reply = await make_decide(model, grounding=True)(query, Recollection((UNITS,)))
    offered = [each["function"]["parameters"]["properties"] for each in script.bound[0]["grounded"]]
    assert {tuple(each["value"]["enum"]) for each in offered} == {(150,)}
    assert {"pounds", "kilos"} <= {word for each in offered for word in each["from_unit"]["enum"]}
    assert script.bound[0]["tools"][0]["function"]["parameters"] == UNITS.parameters
    seen = await Executor([tool_of(convert_units)]).execute(reply.calls[0])
    assert seen.text == '{"value": 68.0389, "unit": "kilogram"}'


async def test_what_practice_taught_sets_right_what_a_small_model_wrote_in_free_words() -> None:
    asked = [HumanMessage("what is the size of gold 3 days ago")]
    parameters = {
        "type": "object",
        "properties": {"property": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["property", "days"],
    }
    spec = ToolSpec(name="look_up", description="Look up.", parameters=parameters)
    lessons = Lessons(
        tool_schema_hash=spec.schema_hash,
        vocabulary={"property": ("mass", "size")},
        signs={"days": {"+": {"": 9, "after": 9}, "-": {"": 9, "ago": 9}}},
    )
    written = ToolCall(name="look_up", arguments={"property": "size", "days": 3})
    model, script = scripted(calling(written), calling(written))
    like = shown("d").model_copy(update={"tool": "look_up", "call": written})
    recollection = Recollection((spec,), (like,), lessons={"look_up": lessons}, documented=False)
    reply = await make_decide(model)(asked, recollection)
    assert reply.calls[0].arguments == {"property": "size", "days": -3}
    (offered,) = script.bound[0]["grounded"]
    assert offered["function"]["parameters"]["properties"]["property"]["enum"] == ["mass", "size"]
    assert script.prompts[0][-1].text == f"{asked[0].text}\n{asked[0].text}"  # copied better so
    await make_decide(model, trained_on="spans")(asked, recollection)
    assert script.prompts[1][-1].text == asked[0].text  # as it was trained


async def test_a_model_without_a_grammar_is_offered_the_values_themselves() -> None:
    script = ScriptedChatModel(replies=(ScriptedReply(),), supports_grounding=False)
    decide = make_decide(ModelCaller(script, name="remote"), grounding=True)
    await decide([HumanMessage("How many kilograms are 150 pounds?")], Recollection((UNITS,)))
    (tool,) = script.bound[0]["tools"]
    assert tool["function"]["parameters"]["properties"]["value"]["enum"] == [150]


@pytest.mark.parametrize(
    ("recollected", "asked", "choice"),
    [("none", None, "none"), ("none", "any", "any"), ("any", "none", "none")],
)
async def test_who_decides_between_call_and_answer(recollected: str, asked: Any, choice: str) -> None:
    model, script = scripted(ScriptedReply(content="hello"))
    recollection = Recollection((SPEC,), tool_choice=recollected)
    await make_decide(model)([HumanMessage("hi")], recollection, tool_choice=asked)
    assert script.bound[0]["tool_choice"] == choice
