"""Examples in the forms that other trainers read."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from practicum.errors import DataError, SetupError
from practicum.nodes.prompting import render
from practicum.records import JsonObject, ToolCall
from practicum.tools.sources import load_tools
from practicum.training.build_examples import Examples
from practicum.training.examples import Example, Split
from practicum.training.export import (
    DSPY_INPUTS,
    FORMATS,
    ExportFormat,
    export,
    export_splits,
    rows,
    split_files,
    to_dataset,
)

SPECS = load_tools(["almanac"]).specs
AGENT = render("agent")


def example(
    name: str, tool: str, arguments: JsonObject, query: str = "A question?", split: Split = "train"
) -> Example:
    return Example(
        id=name,
        tool=tool,
        query=query,
        call=ToolCall(name=tool, arguments=arguments),
        answer="the trial's answer",
        origin="trial",
        split=split,
    )


MILES = example(
    "a", "convert_units", {"to_unit": "km", "value": 3.0, "from_unit": "mile"}, "Three miles in km?"
)
SUNDAY = example("b", "add_to_date", {"date": "2023-11-05", "amount": -6, "unit": "weeks"})
EASTER = example("c", "days_between", {"start_date": "2023-11-05", "end_date": "2024-03-31"})
JOKE = Example(id="d", tool=None, query="Tell me a joke.", call=None, answer="A duck.", origin="no call")
ALL = (MILES, SUNDAY, EASTER, JOKE)
CALL = {"name": "convert_units", "arguments": {"value": 3, "from_unit": "mile", "to_unit": "km"}}


def names_in(row: JsonObject) -> list[str]:
    """The tools that a row of TRL's form shows."""
    return [tool["function"]["name"] for tool in json.loads(row["tools"])]


def made(one: Example, form: ExportFormat, **more: Any) -> JsonObject:
    (row,) = rows([one], SPECS, form, **more)
    return row


def test_trl_reads_a_conversation_with_its_tools() -> None:
    row = made(MILES, "trl")
    system, user = row["prompt"]
    assert (system, user["content"]) == ({"role": "system", "content": AGENT}, "Three miles in km?")
    assert row["completion"] == [
        {"role": "assistant", "tool_calls": [{"type": "function", "function": CALL}]}
    ]
    assert "convert_units" in names_in(row)


def test_openai_reads_arguments_as_a_json_string_beside_an_id() -> None:
    row = made(MILES, "openai")
    *_, last = row["messages"]
    (call,) = last["tool_calls"]
    assert call["type"] == "function"
    assert call["id"].startswith("call_")
    assert len(call["id"]) <= 40  # what the API takes
    assert call["function"]["arguments"] == '{"value":3,"from_unit":"mile","to_unit":"km"}'
    assert row["parallel_tool_calls"] is False
    assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]


def test_sharegpt_reads_calls_and_tools_as_json_strings() -> None:
    row = made(MILES, "sharegpt")
    human, called = row["conversations"]
    assert (human, row["system"]) == ({"from": "human", "value": "Three miles in km?"}, AGENT)
    assert (called["from"], json.loads(called["value"])) == ("function_call", CALL)
    assert {"name", "description", "parameters"} == set(json.loads(row["tools"])[0])


def test_dspy_reads_flat_rows_of_inputs_and_outputs() -> None:
    row = made(MILES, "dspy")
    assert set(row) == {*DSPY_INPUTS, "tool_calls", "answer"}
    assert row["tool_calls"] == [{"name": "convert_units", "args": CALL["arguments"]}]
    assert row["answer"] == ""


def test_a_request_without_a_call_is_answered_in_every_form() -> None:
    assert made(JOKE, "trl")["completion"] == [{"role": "assistant", "content": "A duck."}]
    assert made(JOKE, "openai")["messages"][-1] == {"role": "assistant", "content": "A duck."}
    assert made(JOKE, "sharegpt")["conversations"][1] == {"from": "gpt", "value": "A duck."}
    assert (made(JOKE, "dspy")["tool_calls"], made(JOKE, "dspy")["answer"]) == ([], "A duck.")


def test_arguments_stand_in_the_schemas_order_and_whole_numbers_as_integers() -> None:
    function = made(MILES, "trl")["completion"][0]["tool_calls"][0]["function"]
    assert json.dumps(function["arguments"]) == '{"value": 3, "from_unit": "mile", "to_unit": "km"}'


@pytest.mark.parametrize("most", [0, 1, 5, 1000])
def test_a_row_shows_its_own_tool_among_others_and_the_same_ones_each_time(most: int) -> None:
    for one in ALL:
        names = names_in(made(one, "trl", tools_a_row=most))
        assert len(names) == min(max(most, 0 if one.tool is None else 1), len(SPECS))
        assert one.tool is None or one.tool in names
        assert names == names_in(made(one, "trl", tools_a_row=most))


def test_rows_of_one_tool_do_not_all_show_the_same_others() -> None:
    many = [MILES.model_copy(update={"id": str(number)}) for number in range(20)]
    shown = {tuple(names_in(row)) for row in rows(many, SPECS)}
    assert len(shown) > 10


SECRET = "sk-" + "a1B2" * 8


@pytest.mark.parametrize("form", FORMATS)
def test_secrets_are_blanked_wherever_they_stand(form: ExportFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_API_KEY", "hunter2-hunter2")
    leaking = example(
        "x", "hash_text", {"text": [SECRET, "hunter2-hunter2"], "algorithm": "md5"}, f"Hash {SECRET} please"
    )
    said = JOKE.model_copy(update={"answer": f"The key is {SECRET}."})
    specs = [spec.model_copy(update={"description": f"{spec.description} {SECRET}"}) for spec in SPECS]
    text = json.dumps(list(rows([leaking, said], specs, form)))
    assert SECRET not in text
    assert "hunter2" not in text
    assert "[redacted]" in text


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_holds_one_row_a_line_and_is_never_overwritten(form: ExportFormat, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    assert export(ALL, SPECS, file, form) == 4
    assert [json.loads(line) for line in file.read_text("utf-8").splitlines()] == list(rows(ALL, SPECS, form))
    before = file.read_bytes()
    with pytest.raises(DataError, match="exists already"):
        export([MILES], SPECS, file, form)
    assert file.read_bytes() == before


def test_what_json_cannot_spell_is_written_as_text(tmp_path: Path) -> None:
    odd = example("x", "roman_numeral", {"value": float("nan"), "half": "a\ud800"}, "Odd \ud800?")
    export([odd], SPECS, tmp_path / "out.jsonl")
    (row,) = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert row["completion"][0]["tool_calls"][0]["function"]["arguments"]["value"] == "nan"


def test_a_file_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing: there is no such folder"):
        export(ALL, SPECS, tmp_path / "missing" / "out.jsonl")


@pytest.mark.parametrize("name", [".", "", "folder"])
def test_a_folder_is_no_file_to_export_to(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="is a folder"):
        split_files(Path(name))


def test_a_file_that_can_only_be_half_written_is_not_there(tmp_path: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (99, limits[1]))
    try:
        with pytest.raises(DataError, match=r"out\.jsonl: File too large"):
            export(ALL, SPECS, tmp_path / "out.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
    assert export(ALL, SPECS, tmp_path / "out.jsonl") == len(ALL)


def test_an_example_of_an_unknown_tool_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="'gone'"):
        export([example("x", "gone", {})], SPECS, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_an_unknown_format_is_the_users_to_mend() -> None:
    with pytest.raises(SetupError, match="'alpaca'") as found:
        next(rows(ALL, SPECS, "alpaca"))  # type: ignore[arg-type]  # what a user may type
    assert "sharegpt" in found.value.fix


def test_each_split_has_a_file_of_its_own_and_an_empty_one_has_none(tmp_path: Path) -> None:
    held = MILES.model_copy(update={"id": "v", "split": "validation"})
    file = tmp_path / "calls.jsonl"
    written = export_splits(Examples((*ALL, held), Counter()), SPECS, file)
    assert written == {file: 4, tmp_path / "calls.validation.jsonl": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.jsonl", "calls.validation.jsonl"]


def test_if_one_of_the_files_exists_none_is_written(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    split_files(file)["test"].write_text("mine")
    tested = MILES.model_copy(update={"id": "v", "split": "test"})
    with pytest.raises(DataError, match=r"calls\.test\.jsonl: exists already"):
        export_splits(Examples((*ALL, tested)), SPECS, file)
    assert not file.exists()


@pytest.fixture
def quiet() -> Any:
    """Let the libraries of the trainer warn about themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        datasets = pytest.importorskip("datasets")
        datasets.disable_progress_bars()
        yield datasets


@pytest.mark.parametrize("form", FORMATS)
def test_datasets_reads_the_file_and_changes_nothing(form: ExportFormat, tmp_path: Path, quiet: Any) -> None:
    file = tmp_path / "out.jsonl"
    export(ALL, SPECS, file, form)
    loaded = quiet.load_dataset(
        "json", data_files=str(file), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert [_read(row) for row in loaded] == [_read(row) for row in rows(ALL, SPECS, form)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "some", [ALL, (EASTER, EASTER), (MILES, JOKE), (JOKE,)], ids=["all", "dates", "two", "none"]
)
def test_a_dataset_holds_the_rows_without_inventing_arguments(
    form: ExportFormat, some: tuple[Example, ...], quiet: Any
) -> None:
    found = [_read(row) for row in to_dataset(some, SPECS, form)]
    assert found == [_read(row) for row in rows(some, SPECS, form)]


def test_arguments_that_other_rows_have_do_not_become_null(tmp_path: Path, quiet: Any) -> None:
    short = example("s", "airport_distance", {"origin": "OPO", "destination": "MXP"})
    long = example("l", "airport_distance", {"origin": "OPO", "destination": "MXP", "unit": "mi"})
    file = tmp_path / "out.jsonl"
    export([short, long], SPECS, file)
    loaded = quiet.load_dataset(
        "json", data_files=str(file), split="train", cache_dir=str(tmp_path / "cache")
    )
    for found in (loaded, to_dataset([short, long], SPECS)):
        arguments = [row["completion"][0]["tool_calls"][0]["function"]["arguments"] for row in found]
        assert arguments == [short.call.arguments, long.call.arguments]  # type: ignore[union-attr]  # has calls


def _read(row: JsonObject) -> JsonObject:
    """A row without the columns and fields of turns that others have, decimals to nine places."""
    found = {key: value for key, value in row.items() if value is not None}
    for column in found.keys() & {"messages", "completion"}:
        found[column] = [{k: v for k, v in turn.items() if v is not None} for turn in found[column]]
    rounded: JsonObject = json.loads(json.dumps(found), parse_float=lambda text: round(float(text), 9))
    return rounded


def test_where_all_is_kept_for_deciding_nothing_is_written_and_it_is_told(tmp_path: Path) -> None:
    kept = tuple(each.model_copy(update={"split": "validation"}) for each in (MILES, SUNDAY))
    with pytest.raises(SetupError, match="all 2 examples are kept for deciding"):
        export_splits(Examples(kept), SPECS, tmp_path / "calls.jsonl")
    assert list(tmp_path.iterdir()) == []
