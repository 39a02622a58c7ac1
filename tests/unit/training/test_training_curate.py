"""What becomes a demonstration, and the count of everything that does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_trials import made_trial

from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import (
    ErrorKind,
    Mode,
    Observation,
    Outcome,
    Reflection,
    Step,
    ToolCall,
    Trial,
)
from practicum.training.curate import OBSERVATION_CHARACTERS, Curated, curate, worth_judging
from practicum.training.learn import learn_demonstrations, unverified_of

EMBEDDER = HashingEmbedder()
QUERIES = (
    "What is the weight of a proton?",
    "Convert twelve miles to kilometers, please.",
    "How far is Oslo from Bergen by air?",
    "When does the sun set in Lisbon tomorrow?",
)


def call(value: float = 1) -> ToolCall:
    return ToolCall(name="convert", arguments={"value": value})


def step(
    made: ToolCall | None = None, mode: Mode = Mode.LIVE, error: ErrorKind | None = None, text: str = "ok"
) -> Step:
    return Step(call=made or call(), observation=Observation(text=text, mode=mode, error=error))


def trial(name: str, query: str = QUERIES[0], *steps: Step, **more: Any) -> Trial:
    usual = {"tool_schema_hash": "now", "steps": steps or (step(),)}
    return made_trial(**{**usual, "id": name, "query": query, **more})


def curated(*trials: Trial, **more: Any) -> Curated:
    return curate(trials, EMBEDDER, **more)


def kept(result: Curated) -> list[str]:
    return [shown.id for shown in result.kept]


def test_a_solved_trial_becomes_a_demonstration_of_its_last_successful_call() -> None:
    steps = (
        step(call(1), text="first"),
        step(call(2), text="x" * 5000),
        step(call(3), error=ErrorKind.RAISED),
    )
    (shown,) = curated(trial("a", QUERIES[0], *steps, answer="Two.")).kept
    assert (shown.id, shown.tool, shown.tool_schema_hash) == ("a", "convert", "now")
    assert (shown.query, shown.call, shown.answer) == (QUERIES[0], call(2), "Two.")
    assert len(shown.observation) == OBSERVATION_CHARACTERS


FAILED = step(error=ErrorKind.RAISED)
CHECKED = step(mode=Mode.DRY_RUN, error=ErrorKind.REFUSED, text="Dry run: nothing was executed.")
UNREAD = Step(call=None, observation=Observation(text="?", error=ErrorKind.UNREADABLE))


@pytest.mark.parametrize(
    ("dropped", "reason"),
    [
        (trial("a", outcome=Outcome.BROKEN), "broken"),
        (trial("a", outcome=Outcome.UNSOLVED), "unsolved"),
        (trial("a", QUERIES[0], FAILED, UNREAD), "no call succeeded"),
        (trial("a", QUERIES[0], step(mode=Mode.SIMULATED)), "simulated"),
        (trial("a", QUERIES[0], step(), step(mode=Mode.SIMULATED), outcome=Outcome.UNSOLVED), "simulated"),
        (trial("a", QUERIES[0], step(mode=Mode.DRY_RUN)), "not executed"),
        (trial("a", QUERIES[0], CHECKED, outcome=Outcome.UNSOLVED), "not executed"),
        (trial("a", tool_schema_hash="before"), "tool changed or gone"),
        (trial("a", tool="gone"), "tool changed or gone"),
    ],
)
def test_what_is_dropped_is_counted_with_its_reason(dropped: Trial, reason: str) -> None:
    result = curated(dropped, schema_hashes={"convert": "now"})
    assert (result.kept, result.dropped, result.seen) == ((), Counter({reason: 1}), 1)


def test_a_trial_counts_under_its_first_reason_only() -> None:
    everything = trial("a", QUERIES[0], FAILED, outcome=Outcome.BROKEN, tool_schema_hash="before")
    result = curated(everything, schema_hashes={"convert": "now"}, reviews={"a": "rejected"})
    assert result.dropped == Counter({"broken": 1})


def test_without_current_schemas_no_trial_is_stale() -> None:
    assert kept(curated(trial("a", tool_schema_hash="before"))) == ["a"]


def test_a_failed_call_on_the_way_does_no_harm() -> None:
    assert kept(curated(trial("a", QUERIES[0], FAILED, UNREAD, step()))) == ["a"]


def test_a_person_overrules_the_models_reflection_both_ways() -> None:
    unsolved = trial("a", outcome=Outcome.UNSOLVED)
    result = curated(unsolved, trial("b", QUERIES[1]), reviews={"a": "approved", "b": "rejected"})
    assert (kept(result), result.dropped) == (["a"], Counter({"rejected by review": 1}))


@pytest.mark.parametrize(
    "never",
    [
        trial("a", outcome=Outcome.BROKEN),
        trial("a", QUERIES[0], FAILED, outcome=Outcome.UNSOLVED),
        trial("a", QUERIES[0], step(mode=Mode.SIMULATED)),
        trial("a", tool_schema_hash="before"),
    ],
)
def test_approval_cannot_make_a_demonstration_of_what_is_no_evidence(never: Trial) -> None:
    assert curated(never, reviews={"a": "approved"}, schema_hashes={"convert": "now"}).kept == ()


def test_what_a_tool_returned_when_it_was_recorded_counts_as_what_it_returns() -> None:
    assert kept(curated(trial("a", QUERIES[0], step(mode=Mode.REPLAYED)))) == ["a"]


@pytest.mark.parametrize("only", [CHECKED, step(call(), mode=Mode.SIMULATED, text="made up")])
def test_what_no_execution_confirmed_is_kept_only_if_it_is_asked_for_and_reflection_speaks_for_it(
    only: Step,
) -> None:
    right, wrong = (
        trial(
            name,
            query,
            only,
            outcome=Outcome.UNSOLVED,
            reflection=Reflection(solved=solved, reason="r"),
            answer="I would have done it.",
        )
        for name, query, solved in (("a", QUERIES[0], True), ("b", QUERIES[1], False))
    )
    assert kept(curated(right, wrong)) == []
    assert worth_judging([right, wrong]) == []
    assert worth_judging([right, wrong], unverified=True) == [right]
    result = curated(right, wrong, unverified=True)
    assert (kept(result), result.dropped) == (["a"], Counter({"unsolved": 1}))
    (shown,) = result.kept
    assert shown.call == call()
    assert shown.observation == ("made up" if only is not CHECKED else "")


def test_nothing_near_a_held_out_query_is_kept() -> None:
    trials = (
        trial("a", QUERIES[0] + "  "),
        trial("b", QUERIES[1].upper()),
        trial("c", QUERIES[2], step(call(3))),
    )
    result = curated(*trials, held_out=[(QUERIES[0], [call(7)]), (QUERIES[1], [])])
    assert kept(result) == ["c"]
    assert result.dropped == Counter({"near a held-out query": 2})


def test_no_call_of_a_held_out_query_is_kept_however_it_is_asked() -> None:
    trials = (trial("a", QUERIES[2], step(call(7))), trial("b", QUERIES[3], step(call(8))))
    result = curated(*trials, held_out=[(QUERIES[0], [call(6), call(7)])])
    assert (kept(result), result.dropped) == (["b"], Counter({"same call as a held-out query": 1}))


def test_the_first_of_near_duplicates_is_kept_and_other_calls_are_no_duplicates() -> None:
    trials = (
        trial("a"),
        trial("b", QUERIES[0].lower()),
        trial("c", QUERIES[0], step(call(2))),
        trial("d", QUERIES[0]),
        trial("e", QUERIES[1]),
    )
    result = curated(*trials)
    assert (kept(result), result.dropped) == (["a", "c", "e"], Counter({"near duplicate": 2}))


class Chain:
    """An embedder of unit vectors in the plane: the text is the angle in degrees."""

    name = "chain"

    def embed(self, texts: Any) -> list[list[float]]:
        from math import cos, radians, sin

        return [[cos(radians(float(text))), sin(radians(float(text)))] for text in texts]


def test_only_what_is_near_a_kept_trial_is_a_duplicate() -> None:
    chain = [trial(angle, angle) for angle in ("0", "8", "16", "24")]
    result = curate(chain, Chain())
    assert (kept(result), result.dropped) == (["0", "16"], Counter({"near duplicate": 2}))


def test_nothing_in_nothing_out() -> None:
    result = curated(held_out=[(QUERIES[0], [])])
    assert (result.kept, result.dropped, result.seen) == ((), Counter(), 0)


outcomes = st.sampled_from(list(Outcome))


@given(st.lists(st.tuples(st.sampled_from(QUERIES), outcomes, st.integers(1, 3)), max_size=12))
def test_every_trial_is_either_kept_or_counted_and_kept_ones_keep_their_order(
    drawn: list[tuple[str, Outcome, int]],
) -> None:
    trials = [
        trial(f"{number:02}", query, step(call(value)), outcome=outcome)
        for number, (query, outcome, value) in enumerate(drawn)
    ]
    result = curated(*trials, held_out=[(QUERIES[3], [call(3)])])
    assert result.seen == len(trials)
    assert kept(result) == sorted(kept(result))
    assert QUERIES[3] not in {shown.query for shown in result.kept}
    assert kept(curated(*(each for each in trials if each.id in kept(result)))) == kept(result)


def test_practice_without_execution_is_counted_as_unconfirmed_where_it_is_kept(tmp_path: Path) -> None:
    noted = trial("noted", QUERIES[0], step(mode=Mode.DRY_RUN, text="The call was noted."))
    with Home.open(tmp_path / "home", EMBEDDER, write=True) as home:
        home.journal.record_trial(noted)
        home.journal.record_trial(trial("ran", QUERIES[1]))
        usual, _ = learn_demonstrations(home, None)
        asked, version = learn_demonstrations(home, None, unverified=True)
        made = home.journal.demonstration_set(version)
        assert (kept(usual), unverified_of(home, usual)) == (["ran"], 0)
        assert (kept(asked), unverified_of(home, asked)) == (["noted", "ran"], 1)
    assert made is not None
    assert made.meta["unverified"] == 1
