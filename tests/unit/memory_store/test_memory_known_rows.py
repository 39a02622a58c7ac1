"""What a process knows of the index: bounded, and never older than what it wrote itself."""

import string
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from practicum.memory_store.known_rows import KnownRows
from practicum.records import Outcome

Reads = list[tuple[str, str]]
NAMES = st.sampled_from(string.ascii_lowercase[:6])


def test_what_was_written_is_not_replaced_by_what_was_read_before() -> None:
    known = KnownRows()
    known.wrote("convert", {"a": ("q", Outcome.UNSOLVED)})
    known.read("convert", {"a": ("q", Outcome.SOLVED), "b": ("r", Outcome.SOLVED)})
    assert known.rows("convert", "abc") == {"a": ("q", Outcome.UNSOLVED), "b": ("r", Outcome.SOLVED)}


def test_ids_are_complete_or_unknown() -> None:
    known = KnownRows()
    known.wrote("convert", {"a": ("q", Outcome.SOLVED)})
    assert known.ids("convert") is None
    assert known.learn("convert", {"c", "a"}) == ["a", "c"]
    known.wrote("convert", {"b": ("q", Outcome.SOLVED)})
    assert known.ids("convert") == ["a", "b", "c"]


def test_forgetting_a_tool_leaves_the_others() -> None:
    known = KnownRows()
    for tool in ("convert", "weather"):
        known.wrote(tool, {"a": (tool, Outcome.SOLVED)})
        known.learn(tool, ["a"])
    known.forget("convert")
    assert (known.ids("convert"), known.rows("convert", "a")) == (None, {})
    assert (known.ids("weather"), known.rows("weather", "a")) == (["a"], {"a": ("weather", Outcome.SOLVED)})
    known.forget()
    assert (known.ids("weather"), len(known)) == (None, 0)


def test_the_row_used_longest_ago_goes_first() -> None:
    known = KnownRows(most=2)
    known.read("convert", {"a": ("1", Outcome.SOLVED), "b": ("2", Outcome.SOLVED)})
    known.rows("convert", ["a"])
    known.read("convert", {"c": ("3", Outcome.SOLVED)})
    assert set(known.rows("convert", "abc")) == {"a", "c"}


@given(st.lists(st.tuples(NAMES, NAMES)))
def test_rows_are_bounded_and_never_another_tools(reads: Reads) -> None:
    known = KnownRows(most=7)
    for tool, trial_id in reads:
        known.read(tool, {trial_id: (tool + trial_id, Outcome.SOLVED)})
    assert len(known) == min(7, len(set(reads)))
    found = {tool: known.rows(tool, "abcdef") for tool in "abcdef"}
    assert sum(map(len, found.values())) == len(known)
    for tool, rows in found.items():
        assert all(text == tool + trial_id for trial_id, (text, _) in rows.items())


def test_threads_may_read_and_write_at_once() -> None:
    known = KnownRows(most=50)
    known.learn("convert", [])

    def work(start: int) -> None:
        for number in range(start, start + 200):
            known.wrote("convert", {f"{number:04}": (str(number), Outcome.SOLVED)})
            known.rows("convert", [f"{number:04}", "0000"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(0, 800, 200)))
    assert known.ids("convert") == [f"{number:04}" for number in range(800)]
    assert len(known) == 50
