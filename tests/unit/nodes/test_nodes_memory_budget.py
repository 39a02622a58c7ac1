"""Memory lives within one budget of tokens: depth first, and never without breadth."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodes_episodes import SPEC, call_of, step_of, trial_of

from practicum.nodes.memory_budget import LEAST_BUDGET, MEMORY_TOKENS, Remembered, memory_within, strongest
from practicum.nodes.summarize import make_note
from practicum.nodes.token_estimate import estimate
from practicum.records import LongTermView, Note, Outcome, PastQuery, Trial

ENDLESS = "How many furlongs are 1234567 cubits? " * 30


def past(name: str, query: str = "") -> PastQuery:
    return PastQuery(trial_id=name, query=query or f"past {name}", outcome=Outcome.SOLVED)


def view_of(nearest: int = 5, sampled: int = 5, query: str = "", hints: int = 0) -> LongTermView:
    return LongTermView(
        gaps=tuple(f"gap {number} {query}" for number in range(hints)),
        offers=tuple(f"offer {number} {query}" for number in range(hints)),
        nearest=tuple(past(f"n{number}", query) for number in range(nearest)),
        sampled=tuple(past(f"s{number}", query) for number in range(sampled)),
        total=100,
    )


def note(text: str, *evidence: str, parameter: str | None = None) -> Note:
    return make_note(SPEC, parameter, text, evidence or ("t1",))


def asked(number: int, query: str = "") -> Trial:
    step = step_of(call_of(number, "cubit"), f'{{"meters": {2 * number}, "unit": "cubit"}}')
    return trial_of(number, query, steps=(step,))


words = st.text(max_size=400)
trials = st.lists(st.builds(asked, st.integers(1, 99), words.map(lambda text: f"q{text}")), max_size=12)
memories = st.fixed_dictionaries(
    {
        "trials": trials,
        "view": st.builds(view_of, st.integers(0, 6), st.integers(0, 6), words, st.integers(0, 5)),
        "notes": st.lists(st.builds(note, words), max_size=12),
        "rejected": st.lists(words, max_size=4),
    }
)
budgets = st.integers(LEAST_BUDGET, 1000)


def prompted(memory: Remembered) -> str:
    """The entries as the prompt writes them, between their headings."""
    told = (memory.notes, memory.past, memory.episode, memory.rejected, memory.gaps, memory.offers)
    entries = [entry for part in told for entry in part]
    return "".join(f"- {entry}\n" for entry in entries)


@given(budgets, memories)
def test_memory_never_costs_more_than_its_budget(budget: int, held: dict[str, Any]) -> None:
    memory = memory_within(budget, **held)
    assert estimate(prompted(memory)) <= memory.tokens <= budget


@given(budgets, memories)
def test_the_last_trial_is_always_told_and_told_last(budget: int, held: dict[str, Any]) -> None:
    shown = memory_within(budget, **held).episode
    assert bool(shown) == bool(held["trials"])
    for entry in shown[-1:]:
        assert entry.startswith("[solved")


@given(budgets, memories)
def test_at_least_one_past_query_is_always_shown(budget: int, held: dict[str, Any]) -> None:
    assert bool(memory_within(budget, **held).past) == bool(held["view"].queries)


@given(budgets, st.integers(1, 60))
def test_of_many_trials_the_newest_are_told_in_their_order(budget: int, number: int) -> None:
    told = memory_within(budget, trials=[asked(each, f"q{each}") for each in range(1, number + 1)]).episode
    queries = [entry.splitlines()[0].split(" q")[-1] for entry in told]
    assert queries == [str(each) for each in range(number - len(told) + 1, number + 1)]


def test_a_whole_episode_fits_with_breadth_left() -> None:
    notes = [note(f"Lesson {number} about old units of length.") for number in range(8)]
    memory = memory_within(
        MEMORY_TOKENS, trials=[asked(1), asked(2), asked(3)], view=view_of(query=ENDLESS), notes=notes
    )
    assert len(memory.episode) == 3
    assert all("cubit" in entry for entry in memory.episode)
    assert memory.past
    assert memory.notes


def test_the_last_trial_is_told_in_more_detail_than_the_earlier_ones() -> None:
    first, _, last = memory_within(MEMORY_TOKENS, trials=[asked(n, ENDLESS) for n in (1, 2, 3)]).episode
    assert estimate(last) > estimate(first)


def test_short_term_memory_leaves_less_room_for_past_queries_and_notes() -> None:
    held: dict[str, Any] = {"view": view_of(query=ENDLESS), "notes": [note(ENDLESS), note(f"x {ENDLESS}")]}
    full, empty = (
        memory_within(MEMORY_TOKENS, trials=[asked(1), asked(2)], **held),
        memory_within(MEMORY_TOKENS, **held),
    )
    assert 1 <= len(full.past) < len(empty.past)


def test_what_fits_is_shown_whole() -> None:
    memory = memory_within(MEMORY_TOKENS, view=view_of(2, 1), notes=[note("Old units.")], rejected=["a", "b"])
    assert memory.past == ("[solved] past n0", "[solved] past s0", "[solved] past n1")
    assert memory.notes == ("Old units.",)
    assert memory.rejected == ("a", "b")


def test_a_past_query_that_is_near_and_drawn_is_shown_once() -> None:
    view = LongTermView(nearest=(past("a"), past("b")), sampled=(past("b"), past("c")), total=3)
    assert memory_within(MEMORY_TOKENS, view=view).past == (
        "[solved] past a",
        "[solved] past b",
        "[solved] past c",
    )


def test_of_what_was_turned_down_the_newest_is_shown() -> None:
    assert memory_within(MEMORY_TOKENS, rejected=["one", "two", "three"]).rejected == ("two", "three")


def test_the_note_with_the_most_evidence_comes_first_then_the_newest() -> None:
    held = [note("old", "t1"), note("often", "t1", "t2"), note("new", "t9")]
    assert [each.text for each in strongest(held)] == ["often", "new", "old"]


def test_what_was_learned_twice_counts_once_with_all_its_evidence() -> None:
    held = [note("Metres are refused.", "t1"), note("Other.", "t2"), note("metres are  refused.", "t3", "t1")]
    merged, other = strongest(held)
    assert (merged.evidence, other.text) == (("t1", "t3"), "Other.")
    apart = [note("Refused.", parameter="unit"), note("Refused.", parameter="value")]
    assert len(strongest(apart)) == 2


def test_a_budget_too_small_for_both_memories_is_refused() -> None:
    with pytest.raises(ValueError, match="memory needs 120 tokens"):
        memory_within(LEAST_BUDGET - 1)


def test_a_gap_and_a_value_are_shown_however_full_memory_is() -> None:
    memory = memory_within(
        MEMORY_TOKENS,
        trials=[asked(number, ENDLESS) for number in (1, 2, 3)],
        view=view_of(query=ENDLESS, hints=4),
        notes=[note(ENDLESS)],
    )
    assert (len(memory.gaps), len(memory.offers)) == (1, 1)
    assert memory_within(MEMORY_TOKENS, view=view_of(0, 0, hints=4)).gaps == tuple(
        f"gap {number} ".rstrip() for number in range(4)
    )
