"""Splits: nothing that belongs together is torn apart, and nothing moves without a reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.records import JsonObject, ToolCall, ToolSpec, call_key, query_key
from practicum.training.examples import Example, Split
from practicum.training.split import assign_splits, entity_like


def spec(name: str, **properties: JsonObject) -> ToolSpec:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return ToolSpec(name=name, description=f"The tool {name}.", parameters=parameters)


TEXT: JsonObject = {"type": "string"}
FACT = spec(
    "fact",
    country={"type": "string", "description": "A country, such as Kenya."},
    about={"type": "string", "description": "What is asked: capital, area or population."},
)
RATE = spec("rate", source={"type": "string", "description": "A currency."}, target=TEXT)
SPECS = (FACT, RATE)
COUNTRIES = ("Kenya", "Peru", "Japan", "Chad", "Fiji", "Oman", "Cuba", "Laos", "Mali", "Togo")


def example(name: str, arguments: JsonObject | None, *, tool: str = "fact", query: str = "") -> Example:
    call = None if arguments is None else ToolCall(name=tool, arguments=arguments)
    return Example(
        id=name,
        tool=None if call is None else tool,
        query=query or f"question {name}",
        call=call,
        origin="no call" if call is None else "trial",
    )


def facts(countries: Sequence[str] = COUNTRIES) -> list[Example]:
    abouts = ("capital", "area")
    return [example(f"{c}-{a}", {"country": c, "about": a}) for c in countries for a in abouts]


calls = st.builds(lambda c, a: {"country": c, "about": a}, st.sampled_from(COUNTRIES), st.sampled_from("xyz"))
lots = st.lists(calls, max_size=30).map(
    lambda drawn: [example(f"e{number}", arguments) for number, arguments in enumerate(drawn)]
)


@given(lots, st.integers(0, 5))
def test_no_signature_and_no_query_is_in_two_splits(examples: list[Example], seed: int) -> None:
    splits = assign_splits(examples, SPECS, seed=seed)
    assert set(splits.of) == {each.id for each in examples}
    of_call: dict[str, set[Split]] = {}
    for each in splits.assigned(examples):
        assert each.call is not None
        of_call.setdefault(each.call.signature, set()).add(each.split)
    assert all(len(found) == 1 for found in of_call.values())


@given(lots, st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_examples_decides_nothing(
    examples: list[Example], seed: int, random: object
) -> None:
    shuffled = list(examples)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own Random
    one, other = (assign_splits(each, SPECS, seed=seed) for each in (examples, shuffled))
    assert (one.of, one.chained) == (other.of, other.chained)


@given(lots, st.integers(0, 5))
def test_paraphrases_follow_their_origin(examples: list[Example], seed: int) -> None:
    more = [
        each.model_copy(update={"id": f"{each.id}/1", "query": f"in other words: {each.query}"})
        for each in examples
    ]
    alone = assign_splits(examples, SPECS, seed=seed)
    together = assign_splits([*more, *examples], SPECS, seed=seed)
    assert all(together.of[f"{name}/1"] == split == together.of[name] for name, split in alone.of.items())


@given(lots, lots)
def test_further_trials_move_nothing_where_the_call_alone_decides(
    examples: list[Example], more: list[Example]
) -> None:
    further = [
        each.model_copy(update={"id": f"new-{each.id}", "query": f"new {each.query}"}) for each in more
    ]
    before, after = assign_splits(examples), assign_splits([*examples, *further])
    assert all(after.of[name] == split for name, split in before.of.items())


def test_further_calls_of_a_known_entity_join_it_and_move_nothing() -> None:
    before = assign_splits(facts(), SPECS)
    further = [example(f"new-{c}", {"country": c, "about": "capital", "year": 1}) for c in COUNTRIES]
    after = assign_splits([*facts(), *further], SPECS)
    assert len(before.of) == len(facts()) > 0
    assert all(after.of[name] == split for name, split in before.of.items())
    assert all(after.of[f"new-{c}"] == after.of[f"{c}-area"] for c in COUNTRIES)


def test_one_entity_stays_in_one_split_and_an_argument_of_few_values_does_not_tie_them_all() -> None:
    splits = assign_splits(facts(), SPECS)
    assert splits.grouped_by["fact"] == ("country",)
    assert splits.chained["fact"] == ("about",)
    assert all(splits.of[f"{c}-capital"] == splits.of[f"{c}-area"] for c in COUNTRIES)
    assert len(set(splits.of.values())) > 1


def test_the_case_of_an_entity_makes_no_other_entity() -> None:
    both = [
        example("a", {"country": "KENYA", "about": "x"}),
        example("b", {"country": "kenya", "about": "y"}),
    ]
    for seed in range(20):
        found = assign_splits([*facts(COUNTRIES[1:]), *both], SPECS, seed=seed).of
        assert found["a"] == found["b"]


def test_where_entities_chain_everything_the_call_alone_decides_and_the_result_says_so() -> None:
    ring = ["USD", "EUR", "CHF", "SEK", "PLN", "GBP", "JPY", "INR", "BRL", "ZAR"]
    pairs = [(a, b) for a in ring for b in ring if a < b]
    rates = [example(f"{a}{b}", {"source": a, "target": b}, tool="rate") for a, b in pairs]
    splits = assign_splits(rates, SPECS)
    assert splits.grouped_by["rate"] == ()
    assert set(splits.chained["rate"]) == {"source", "target"}
    assert len(splits.sizes) == 3


def test_shares_are_met_in_expectation() -> None:
    many = [example(f"n{number}", {"country": "x", "about": number}) for number in range(2000)]
    sizes = assign_splits(many).sizes
    assert sizes["train"] == pytest.approx(1600, abs=60)
    assert sizes["validation"] == pytest.approx(200, abs=45)
    assert sizes["test"] == pytest.approx(200, abs=45)


def test_another_seed_is_another_split_and_the_same_seed_the_same() -> None:
    one, again, other = (assign_splits(facts(), SPECS, seed=seed).of for seed in (1, 1, 2))
    assert one == again != other


def test_requests_without_a_call_are_split_by_their_words() -> None:
    said = [example("a", None, query="Tell me a joke."), example("b", None, query="tell me  a JOKE")]
    for seed in range(20):
        found = assign_splits(said, seed=seed).of
        assert found["a"] == found["b"]


def test_the_same_query_is_never_in_two_splits_whatever_was_called() -> None:
    for seed in range(20):
        twins = [example(n, {"country": n, "about": n}, query="The same question?") for n in ("a", "b", "c")]
        assert len(set(assign_splits(twins, SPECS, seed=seed).of.values())) == 1


def test_shares_that_do_not_sum_to_one_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        assign_splits([], shares={"train": 0.8, "test": 0.1})


def test_no_examples_are_no_splits() -> None:
    assert assign_splits([], SPECS).of == {}


def test_one_call_has_one_spelling() -> None:
    known = spec("f", value={"type": "number"}, to={"type": "string", "default": "kg"})
    spelled = [{"value": 70}, {"value": 70.0, "to": "kg"}, {"to": None, "value": 70}]
    assert len({call_key(ToolCall(name="f", arguments=each), known) for each in spelled}) == 1
    assert call_key(ToolCall(name="f", arguments={"value": 70.5})) != call_key(
        ToolCall(name="f", arguments=spelled[0])
    )


def test_a_query_has_one_spelling_whatever_its_case_spaces_and_closing_marks() -> None:
    assert query_key(" How   far is it?! ") == query_key("how far is it")
    assert query_key("-5 degrees") != query_key("5 degrees")
    assert query_key("Hash \u201cabc1\u201d") == query_key("hash 'abc1'") == query_key("Hash abc1.")
    assert query_key("What\u2019s up?") == query_key("Whats up")
    assert query_key("How long are 6'?") != query_key('How long are 6"?')
    assert query_key("5'10\" in cm") != query_key("510 in cm")
    assert query_key("10\u00b2 cells") != query_key("102 cells")


def test_numbers_dates_units_and_enumerations_name_no_entity() -> None:
    tool = spec(
        "tool",
        element={"type": "string", "description": "A chemical element."},
        date={"type": "string", "format": "date"},
        unit={"type": "string", "description": "Unit of the value, such as kg."},
        mode={"type": "string", "enum": ["a", "b"]},
        value={"type": "number"},
    )
    assert entity_like(tool) == ("element",)
