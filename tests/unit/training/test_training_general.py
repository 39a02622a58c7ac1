"""Instructions of the user's own file: examples without a call, bounded, and away from what measures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import DataError, SetupError
from practicum.models.embedders import HashingEmbedder
from practicum.training.general import ASKED_WITH_A_TOOL, NEAR_HELD_OUT, choose_general, read_general

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: bool(text.strip()))


def written(folder: Path, *lines: object) -> Path:
    file = folder / "general.jsonl"
    told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("".join(f"{line}\n" for line in told), "utf-8")
    return file


def pair(query: str, answer: str = "Yes.") -> dict[str, str]:
    return {"query": query, "answer": answer}


def said(role: str, content: object) -> dict[str, object]:
    return {"role": role, "content": content}


def test_each_form_of_a_line_becomes_an_example_without_a_call(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        pair("Name three fruits.", "Apple, pear, plum."),
        {"prompt": "Say hello.", "answer": " Hello. ", "source": "mine"},
        "",
        {"messages": [said("user", "Rhyme cat."), said("assistant", "Hat.")]},
        {
            "messages": [
                said("system", "Be brief."),
                said("user", "Who?"),
                said("assistant", "Me."),
                said("user", "Why?"),
                said("assistant", "Because."),
            ]
        },
    )
    made = read_general(file)
    assert [(each.query, each.answer) for each in made] == [
        ("Name three fruits.", "Apple, pear, plum."),
        ("Say hello.", "Hello."),
        ("Rhyme cat.", "Hat."),
        ("Who?", "Me."),
    ]
    assert {(each.tool, each.call, each.origin, each.split) for each in made} == {
        (None, None, "general", "train")
    }


def test_a_line_that_stands_twice_is_one_example(tmp_path: Path) -> None:
    assert len(read_general(written(tmp_path, pair("a"), pair("a"), pair("a", "No.")))) == 2


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", r"must be an object, not \[1\]"),
        ({"answer": "a"}, "neither query nor prompt nor messages"),
        ({"query": "a"}, "answer is missing"),
        ({"query": "a", "answer": 3}, "answer must be a text"),
        ({"query": " ", "answer": "a"}, "query must be a text that is not empty"),
        ('{"query": "\\ud83d", "answer": "a"}', "surrogate"),
        (pair("a", '{"name": "weather", "arguments": {"city": "Oslo"}}'), "is a tool call"),
        ({"messages": "hi"}, "must be a list of objects"),
        ({"messages": []}, "must begin with user and assistant"),
        ({"messages": [said("assistant", "a"), said("user", "b")]}, "must begin with user and assistant"),
        ({"messages": [said("user", "a"), said("assistant", None)]}, "messages: assistant: content must be"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path: Path, line: object, wrong: str) -> None:
    file = written(tmp_path, pair("fine"), line)
    with pytest.raises(SetupError, match=wrong) as refused:
        read_general(file)
    assert refused.value.message.startswith(f"{file}:2: ")
    assert "\n" not in refused.value.message


def test_a_file_that_is_not_there_or_says_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        read_general(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no instruction"):
        read_general(written(tmp_path, "", " "))
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(DataError, match="not UTF-8 at byte 1"):
        read_general(tmp_path / "latin")


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    file = written(tmp_path_factory.mktemp("general"), *(pair(query, f"So: {said}") for query, said in pairs))
    expected = {(query.strip(), f"So: {said}".strip()) for query, said in pairs}
    assert {(each.query, each.answer) for each in read_general(file)} == expected


def test_no_more_are_chosen_than_asked_for_and_always_the_same(tmp_path: Path) -> None:
    made = read_general(written(tmp_path, *(pair(f"Question number {number}?") for number in range(30))))

    def chosen(most: int, seed: int) -> list[str]:
        found = choose_general(made, most, said=[], measuring=[], embedder=HashingEmbedder(), seed=seed)
        return [each.query for each in found[0]]

    assert len(set(chosen(10, 0))) == 10
    assert chosen(10, 0) == chosen(10, 0)
    assert chosen(10, 0) != chosen(10, 1)
    assert len(chosen(100, 0)) == 30


def test_what_measures_or_is_answered_by_a_call_is_not_learned(tmp_path: Path) -> None:
    made = read_general(written(tmp_path, pair("Tell a joke."), pair("How far is it?"), pair("Sing.")))
    found, dropped = choose_general(
        made, 9, said=["how far is it"], measuring=["tell a JOKE."], embedder=HashingEmbedder(), seed=0
    )
    assert [each.query for each in found] == ["Sing."]
    assert dropped == {NEAR_HELD_OUT: 1, ASKED_WITH_A_TOOL: 1}
