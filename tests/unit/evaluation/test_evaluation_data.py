import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practicum.errors import DataError
from practicum.evaluation import check_items, load_items, load_predictions, save_predictions
from practicum.evaluation.held_out import almanac_items, load_data
from practicum.evaluation.lines import MAX_LINE_BYTES
from practicum.records import Item, Prediction, ToolCall, ToolSpec

UNITS = ToolSpec(
    name="convert_units",
    description="Converts.",
    parameters={
        "type": "object",
        "properties": {
            "value": {"type": "number"},
            "to_unit": {"type": "string", "enum": ["kg", "lb"]},
            "digits": {"type": "integer", "default": 2},
        },
        "required": ["value", "to_unit"],
        "additionalProperties": False,
    },
)
GOOD = '{"id": "a", "query": "How many?", "expected": [{"name": "convert_units", "arguments": {"value": 1}}]}'


def accepting(accept: str) -> str:
    call = '{"name": "x", "arguments": {"y": 1}}'
    return f'{{"id": "b", "query": "q", "expected": [{call}], "accept": {accept}}}'


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "items.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> DataError:
    with pytest.raises(DataError) as caught:
        load_items(path)
    assert caught.value.fix
    assert "\n" not in caught.value.message + caught.value.fix
    return caught.value


def test_items_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "units-7", "query": "How many pounds are 70 kg?", "expected": [{"name": "convert_units", '
        '"arguments": {"value": 70, "to_unit": "lb"}}], "accept": {"to_unit": ["pound", "pounds"]}}\n'
        '{"id": "none-1", "query": "Tell me a joke.", "expected": []}\n',
    )
    units, none = load_items(path)
    assert units.expected[0].arguments == {"value": 70, "to_unit": "lb"}
    assert units.accept == {"to_unit": ("pound", "pounds")}
    assert none.expected == ()


def test_blank_lines_windows_endings_and_a_byte_order_mark_are_tolerated(tmp_path: Path) -> None:
    path = write(
        tmp_path, b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n" + GOOD.replace('"a"', '"b"').encode()
    )
    assert [item.id for item in load_items(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "b", "query": "q", "expected": [', "not JSON"),
        ("[1, 2]", "must be an object, not [1, 2]"),
        ('"text"', "must be an object"),
        ('{"id": "b", "query": "q"}', "expected is missing"),
        ('{"query": "q", "expected": []}', "id is missing"),
        ('{"id": 7, "query": "q", "expected": []}', "id must be a text"),
        ('{"id": "", "query": "q", "expected": []}', "id is empty"),
        ('{"id": "b", "query": "  ", "expected": []}', "query is empty"),
        ('{"id": "b", "query": "q", "expected": [], "gold": 1}', "gold is no known key"),
        ('{"id": "b", "query": "q", "expected": {}}', "expected must be a list"),
        ('{"id": "b", "query": "q", "expected": ["x"]}', "expected[0] must be an object"),
        ('{"id": "b", "query": "q", "expected": [{"arguments": {}}]}', "expected[0].name is missing"),
        ('{"id": "b", "query": "q", "expected": [{"name": ""}]}', "expected[0].name is empty"),
        (
            '{"id": "b", "query": "q", "expected": [{"name": "x", "arguments": "{}"}]}',
            "arguments must be an obj",
        ),
        (
            '{"id": "b", "query": "q", "expected": [{"name": "x", "args": {}}]}',
            "expected[0].args is no known key",
        ),
        ('{"id": "b", "query": "q", "expected": [], "accept": {"x": [1]}}', "no call is expected"),
        (
            '{"id": "b", "query": "q", "expected": [], "why_none": "because"}',
            "why_none must be 'missing_argument', not \"because\"",
        ),
        (
            '{"id": "b", "query": "q", "expected": [{"name": "x"}], "why_none": "missing_argument"}',
            "why_none is given, but a call is expected",
        ),
        (accepting('{"y": []}'), "accept.y is empty"),
        (accepting('{"y": "s"}'), "accept.y must be a list"),
        (accepting('["y"]'), "accept must be an object"),
        (
            '{"id": "b", "query": "q", "expected": [{"name": "x", "arguments": {"y": NaN}}]}',
            "NaN is no JSON number",
        ),
        ('{"id": "b", "query": "q", "expected": [{"name": "x", "arguments": {"y": 1e999}}]}', "too large"),
        ('{"id": "b", "id": "c", "query": "q", "expected": []}', "'id' stands twice"),
        ('{"id": "b", "query": "\\ud800", "expected": []}', "surrogate"),
        ('{"id": "a", "query": "q", "expected": []}', "the id 'a' stands on line 1 already"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": "b", "query": "q", "expected": ' + "[" * 80 + "]" * 80 + "}", "nested too deeply"),
        (
            '{"id": "b", "query": "q", "expected": [{"name": "x", "arguments": {"y": ' + "1" * 5000 + "}}]}",
            "digits",
        ),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_what_is_wrong(
    tmp_path: Path, line: str, words: str
) -> None:
    path = write(tmp_path, f"{GOOD}\n\n{line}\n")
    error = refusal(path)
    assert error.message.startswith(f"{path}:3: ")
    assert words in error.message


def test_a_line_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.encode() + b"\n" + GOOD.replace("How", "Wie gro\u00df").encode("latin-1"))
    assert refusal(path).message.startswith(f"{path}:2: not UTF-8: byte ")


def test_a_huge_line_is_refused_unread(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD + "\n" + " " * MAX_LINE_BYTES + GOOD)
    assert refusal(path).message == f"{path}:2: longer than 1,000,000 bytes"


def test_fifty_megabytes_on_a_line_are_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    with path.open("wb") as file:
        file.write(b'{"id": "a", "raw": "')
        for _ in range(50):
            file.write(b"y" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="longer than 1,000,000 bytes"):
            load_predictions(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ("{" + "".join(f'"{n}":0,' for n in range(60_000)) + '"59999":1}', "the key '59999' stands twice"),
        ('{"a": ' + "9" * 900_000 + "}", "the number 99999999999999999999... has more than 4000 digits"),
    ],
    ids=["lists", "objects", "many keys", "many digits"],
)
def test_hostile_arguments_are_refused_with_their_line(tmp_path: Path, arguments: str, words: str) -> None:
    call = f'{{"name": "x", "arguments": {arguments}}}'
    path = write(tmp_path, f'{{"id": "a", "calls": []}}\n{{"id": "b", "calls": [{call}]}}\n')
    with pytest.raises(DataError) as refused:
        load_predictions(path)
    assert refused.value.message.startswith(f"{path}:2: {words}")


@pytest.mark.parametrize("content", ["", "\n\n  \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert "no item" in refusal(write(tmp_path, content)).message


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "missing.jsonl").message
    assert "directory" in refusal(tmp_path).message


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_items_or_a_data_error(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    with suppress(DataError):
        assert load_items(path)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
calls = st.builds(
    ToolCall, name=st.text(max_size=8), arguments=st.dictionaries(st.text(max_size=5), json_values)
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(calls, max_size=3), raw=st.text(max_size=20))
def test_predictions_come_back_as_they_were_saved(tmp_path: Path, made: list[ToolCall], raw: str) -> None:
    path = tmp_path / "predictions.jsonl"
    saved = (Prediction(id="a", calls=tuple(made), raw=raw), Prediction(id="b"))
    save_predictions(path, saved, overwrite=True)
    assert load_predictions(path) == saved


def test_saving_never_overwrites_a_file_unasked_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    save_predictions(path, [Prediction(id="first")])
    with pytest.raises(DataError, match="exists already"):
        save_predictions(path, [Prediction(id="second")])
    assert load_predictions(path)[0].id == "first"
    save_predictions(path, [Prediction(id="second")], overwrite=True)
    assert load_predictions(path)[0].id == "second"
    assert [entry.name for entry in tmp_path.iterdir()] == ["predictions.jsonl"]


def test_saving_into_a_missing_folder_is_something_the_user_can_fix(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No such file"):
        save_predictions(tmp_path / "nowhere" / "p.jsonl", [Prediction(id="a")])


def test_what_json_can_not_spell_is_saved_as_text(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    odd = ToolCall(name="x", arguments={"y": float("nan"), "z": [float("inf")]})
    save_predictions(path, [Prediction(id="a", calls=(odd,), raw="half \ud800")])
    loaded = load_predictions(path)[0]
    assert loaded.calls[0].arguments == {"y": "nan", "z": ["inf"]}
    assert loaded.raw == "half ?"


def test_a_bad_prediction_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id": "a"}\n{"id": "b", "calls": [{"name": "x", "arguments": "{}"}]}\n')
    with pytest.raises(DataError, match=r"items.jsonl:2: calls\[0\].arguments must be an object"):
        load_predictions(path)
    with pytest.raises(DataError, match="no prediction"):
        load_predictions(write(tmp_path, "\n"))


def item(**arguments: Any) -> Item:
    return Item(id="units-7", query="q", expected=(ToolCall(name="convert_units", arguments=arguments),))


def test_items_whose_calls_fit_their_tools_pass_the_check() -> None:
    fitting = [item(value=70, to_unit="lb"), item(value=70, to_unit="lb", digits=None)]
    check_items(fitting, [UNITS])
    check_items([Item(id="none", query="q", expected=())], [])
    with pytest.raises(DataError):  # the same items, without their tool
        check_items(fitting, [])


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (item(value="70", to_unit="lb"), "convert_units.value: '70' is not of type 'number'"),
        (item(value=70), "'to_unit' is a required property"),
        (item(value=None, to_unit="lb"), "None is not of type 'number'"),
        (item(value=70, to_unit="stone"), "'stone' is not one of"),
        (item(value=70, to_unit="lb", colour="red"), "colour"),
        (Item(id="units-7", query="q", expected=(ToolCall(name="convert"),)), "no tool is named 'convert'"),
    ],
)
def test_an_expected_call_that_can_not_be_right_is_refused_with_the_items_id(
    broken: Item, words: str
) -> None:
    with pytest.raises(DataError) as caught:
        check_items([broken], [UNITS])
    assert caught.value.message.startswith("item 'units-7': expected[0]: ")
    assert words in caught.value.message


def test_the_reason_for_no_call_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "a", "query": "How heavy?", "expected": [], "why_none": "missing_argument"}\n'
        '{"id": "b", "query": "Hello!", "expected": []}\n',
    )
    assert [item.why_none for item in load_items(path)] == ["missing_argument", None]


def test_requests_with_a_missing_argument_are_a_set_of_their_own() -> None:
    missing = load_data("almanac:missing")
    assert len(missing) == 20
    assert {item.why_none for item in missing} == {"missing_argument"}
    assert not {item.query for item in missing} & {item.query for item in almanac_items()}
    assert {item.why_none for item in almanac_items()} == {None}
