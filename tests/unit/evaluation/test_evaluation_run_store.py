"""Runs are kept whole, once, under numbers of their own, and come back as they were."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_parts import arm, call, calling, run

from practicum.errors import JournalError, SetupError
from practicum.evaluation.runs.record import RUN_SCHEMA, ItemAnswer, Run
from practicum.evaluation.runs.store import RunStore, read_run
from practicum.records import ToolCall

ITEMS = calling(2)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def made(**more: Any) -> Run:
    return run(ITEMS, arm(ITEMS, {}), **more)


def test_a_kept_run_comes_back_under_its_number(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first, second = store.keep(made()), store.keep(made(model="openai:x"))
    assert (first.id, second.id) == ("run-1", "run-2")
    assert store.load("run-1") == first
    assert store.load(str(tmp_path / "evaluations" / "run-2.json")) == second
    assert [kept.id for kept in store.runs()] == ["run-2", "run-1"]
    assert store.find("run-2:demos, grounded") == (second, "demos, grounded")
    assert store.find("run-2") == (second, None)


def test_a_number_that_was_removed_in_the_middle_is_not_given_again(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    for _ in range(3):
        store.keep(made())
    (tmp_path / "evaluations" / "run-2.json").unlink()
    assert store.keep(made()).id == "run-4"


def test_those_who_keep_at_once_get_numbers_of_their_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        kept = list(pool.map(lambda n: RunStore(tmp_path).keep(made(data=str(n))), range(24)))
    assert sorted(int(each.id.removeprefix("run-")) for each in kept) == list(range(1, 25))
    assert {RunStore(tmp_path).load(each.id).data for each in kept} == {str(n) for n in range(24)}
    assert len(list((tmp_path / "evaluations").iterdir())) == 24


@settings(max_examples=60)
@given(value=values)
def test_what_a_model_called_comes_back_whatever_it_is(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    store = RunStore(tmp_path_factory.mktemp("home"))
    odd = ItemAnswer(id="add-0", calls=(call(a=value),), raw="half \ud83d", strict=False, lenient=False)
    kept = store.keep(
        made().model_copy(update={"arms": (arm(ITEMS, {}).model_copy(update={"answers": (odd,)}),)})
    )
    found = store.load(kept.id)
    spelled = json.dumps(value).replace("-Infinity", '"-inf"').replace("Infinity", '"inf"')
    assert found.arms[0].answers[0].calls[0].arguments["a"] == json.loads(spelled.replace("NaN", '"nan"'))
    assert found.arms[0].answers[0].raw == "half \ud83d"


def test_an_evaluation_that_ended_twice_is_recorded_once(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    first = store.keep(made(key="one"))
    again = run(ITEMS, arm(ITEMS, {}, resumed=len(ITEMS)), key="one")
    assert store.keep(again) == first
    # With an answer that was not there before it is another evaluation, whatever its answers.
    assert store.keep(run(ITEMS, arm(ITEMS, {}, resumed=1), key="one")).id == "run-2"
    assert store.keep(again.model_copy(update={"key": "two"})).id == "run-3"


def test_no_secret_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "hunter2hunter2")
    leaking = ItemAnswer(
        id="add-0",
        calls=(ToolCall(name="add", arguments={"a": "hunter2hunter2", "sk-zyxwvutsrqponmlkjihgfe": 1}),),
        broken="401 for sk-abcdefghijklmnopqrstuvwx",
        strict=False,
        lenient=False,
    )
    given = arm(ITEMS, {}).model_copy(update={"answers": (leaking,)})
    RunStore(tmp_path).keep(run(ITEMS, given, options={"tools": ["hunter2hunter2.py"]}))
    text = (tmp_path / "evaluations" / "run-1.json").read_text()
    assert "hunter2" not in text
    assert "sk-abc" not in text
    assert "sk-zyx" not in text
    assert text.count("[redacted]") == 4


def test_a_run_is_read_again_whatever_is_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, word in enumerate(Run.model_fields):
        monkeypatch.setenv(f"DB_{number}_PASSWORD", word)
    kept = RunStore(tmp_path).keep(made())
    assert RunStore(tmp_path).load(kept.id) == kept


def test_an_unknown_run_is_answered_with_the_last_few(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    with pytest.raises(SetupError, match="there is no run 'run-1'") as none:
        store.load("run-1")
    assert "has none yet" in none.value.fix
    for _ in range(7):
        store.keep(made())
    for name in ("run-9", "run-01", "run-", "nonsense", "no/such.json"):
        with pytest.raises(SetupError, match="there is no run") as found:
            store.load(name)
        assert "run-3, run-4, run-5, run-6, run-7" in found.value.fix


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps({"schema_version": RUN_SCHEMA + 1}), "reads versions up to 1"),
        ("", "is no kept run"),
        ("[1]", "is no kept run"),
        ("{}", "is no kept run"),
        ("[" * 100_000, "is no kept run"),
        ('{"schema_version": true}', "is no kept run"),
        ('{"schema_version": 1}', "is damaged: id: Field required"),
        (b"\xff\xfe", "is no kept run"),
    ],
)
def test_a_file_that_is_newer_or_damaged_says_so_and_hides_no_other(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    store = RunStore(tmp_path)
    kept = store.keep(made())
    file = tmp_path / "evaluations" / "run-2.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SetupError, match=words):
        read_run(file)
    assert list(store.runs()) == [kept]
    assert store.keep(made()).id == "run-3"


def test_a_home_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "evaluations").write_text("a file is in the way")
    with pytest.raises(JournalError, match="can't keep the run"):
        RunStore(tmp_path).keep(made())
    assert list(RunStore(tmp_path).runs()) == []
