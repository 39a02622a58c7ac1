"""What serves: by name, with versions, and with the model that belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from graph_parts import Adder, scripted
from made_trials import made_trial

from practicum.errors import JournalError, SetupError
from practicum.graph.adapted import adapted_model
from practicum.graph.serving import recollect_from
from practicum.memory_store.candidates import Adapter, Serving
from practicum.memory_store.home import Home
from practicum.memory_store.served import named_serving, served_lessons, served_queries
from practicum.models.directory_hash import directory_hash
from practicum.models.embedders import HashingEmbedder
from practicum.models.loader import load_chat_model
from practicum.records import Demonstration, Lessons, Note, Strategy, ToolCall, utc_now
from practicum.training.merged_forms import find_adapter

SPEC = Adder().tool().spec
SHOWN = Demonstration(
    id="d",
    tool=SPEC.name,
    tool_schema_hash=SPEC.schema_hash,
    query="one and two",
    call=ToolCall(name=SPEC.name, arguments={"a": 1, "b": 2}),
    observation="3",
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        yield opened


@pytest.mark.parametrize("name", ["lora@9", "lora@" + "9" * 20, "lora@\u00b2", "wisdom"])
def test_an_adapter_that_there_is_none_of_is_told(home: Home, name: str) -> None:
    with pytest.raises(SetupError, match="this home has no adapter"):
        find_adapter(home, name)


def test_nothing_learned_serves_before_it_was_promoted(home: Home) -> None:
    home.journal.register_set("demos", [SHOWN], {})
    assert named_serving(home, "champion") == Serving()

    home.journal.record_promotion(
        "promote", "demos@1", Serving(demos="demos@1"), against=Serving(), reason="better", figures={}
    )
    assert named_serving(home, "champion") == Serving(demos="demos@1")


def test_parts_are_named_by_kind_or_version_and_joined(home: Home) -> None:
    home.journal.register_set("demos", [SHOWN], {})
    home.journal.register_set("demos", [SHOWN, SHOWN], {})

    assert named_serving(home, "demos") == Serving(demos="demos@2")
    assert named_serving(home, "demos@1 + base") == Serving(demos="demos@1")
    assert named_serving(home, "base") == Serving()
    for unknown in ("demos@9", "demos@" + "9" * 20, "demos@\u00b2", "lora", "notes", "wisdom"):
        with pytest.raises(SetupError):
            named_serving(home, unknown)


def test_the_way_to_the_first_notes_is_told_where_practice_noted_nothing(home: Home) -> None:
    with pytest.raises(SetupError) as nothing_tried:
        named_serving(home, "notes")
    assert nothing_tried.value.fix == "run `practicum curate` first"

    home.journal.record_trial(made_trial(strategy=Strategy.CALL_FIRST))
    with pytest.raises(SetupError) as call_first:
        named_serving(home, "notes")
    assert call_first.value.fix.startswith("leave notes out, or practise more: call-first")

    note = Note(id="n", tool=SPEC.name, tool_schema_hash=SPEC.schema_hash, text="Integers.", evidence=("a",))
    home.journal.record_note(note)
    with pytest.raises(SetupError) as noted:
        named_serving(home, "notes")
    assert noted.value.fix == "run `practicum curate` first"


async def test_notes_of_a_tool_as_it_is_now_are_recollected(home: Home) -> None:
    notes = [
        Note(id=text, tool=SPEC.name, tool_schema_hash=schema, text=text, evidence=("t",))
        for text, schema in (("Both are integers.", SPEC.schema_hash), ("Out of date.", "before"))
    ]
    home.journal.register_notes(notes, {})

    found = await recollect_from(home, [SPEC], named_serving(home, "notes"))("1 + 2?")
    assert [note.text for note in found.notes] == ["Both are integers."]


def test_the_queries_of_what_serves_are_known_by_tool(home: Home) -> None:
    two = SHOWN.model_copy(update={"query": "one, then two", "id": "e"})
    home.journal.register_set("demos", [SHOWN, two], {})
    folder = home.path / "adapters" / "lora-1"
    folder.mkdir(parents=True)
    rows = [{"query": "three?", "call": SHOWN.call.as_dict()}, {"query": "hello", "call": None}]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "learned.jsonl").write_text(lines)
    home.journal.register_adapter(
        lambda version: Adapter(
            version=version,
            created_at=utc_now(),
            folder="adapters/lora-1",
            files={"learned.jsonl": len(lines)},
            examples=2,
            schema_hashes={SPEC.name: SPEC.schema_hash},
            targets="spans",
            training={"base": "local"},
        )
    )
    assert served_queries(home, Serving(), [SPEC]) == {}
    demos, lora, both = (named_serving(home, name) for name in ("demos", "lora", "demos+lora"))
    assert served_queries(home, demos, [SPEC]) == {SPEC.name: ["one and two", "one, then two"]}
    assert served_queries(home, lora, [SPEC]) == {SPEC.name: ["three?"]}
    assert served_queries(home, both, [SPEC])[SPEC.name][-1] == "three?"
    changed = SPEC.model_copy(update={"description": "What it does is another thing now."})
    assert [served_queries(home, each, [changed]) for each in (demos, lora, both)] == [{}, {}, {}]


@pytest.mark.parametrize(
    "of_demos",
    [
        {},
        {SPEC.name: Lessons(tool_schema_hash="before", told=("a",))},
        {SPEC.name: Lessons(tool_schema_hash=SPEC.schema_hash)},
    ],
    ids=["none", "of another schema", "empty"],
)
def test_lessons_of_demonstrations_that_say_nothing_leave_those_of_the_adapter(
    home: Home, of_demos: dict[str, Lessons]
) -> None:
    home.journal.register_set("demos", [SHOWN], {}, of_demos)
    known = Lessons(tool_schema_hash=SPEC.schema_hash, told=("b",))
    home.journal.register_adapter(
        lambda version: Adapter(
            version=version,
            created_at=utc_now(),
            folder="adapters/lora-1",
            files={},
            examples=1,
            schema_hashes={SPEC.name: SPEC.schema_hash},
            targets="spans",
            training={"base": "local"},
            lessons={SPEC.name: known},
        )
    )
    both = named_serving(home, "demos+lora")
    assert served_lessons(home, both, [SPEC]) == {SPEC.name: known}
    own = {SPEC.name: Lessons(tool_schema_hash=SPEC.schema_hash, told=("a",))}
    home.journal.register_set("demos", [SHOWN], {}, own)
    assert served_lessons(home, named_serving(home, "demos+lora"), [SPEC]) == own
    assert served_lessons(home, both, []) == {}


def registered(home: Home, *, gguf: bool = False, base: Path | None = None) -> Serving:
    folder = home.path / "adapters" / "lora-1"
    folder.mkdir(parents=True)
    config = json.dumps({"peft_type": "LORA", "base_model_name_or_path": str(base)} if base else {})
    (folder / ("model.gguf" if gguf else "adapter_config.json")).write_text(config)
    home.journal.register_adapter(
        lambda version: Adapter(
            version=version,
            created_at=utc_now(),
            folder="adapters/lora-1",
            files={"model.gguf" if gguf else "adapter_config.json": len(config)},
            examples=12,
            schema_hashes={SPEC.name: SPEC.schema_hash},
            targets="spans",
            training={"base": str(base), "base_hash": directory_hash(base)} if base else {"base": "local"},
        )
    )
    return named_serving(home, "lora")


def test_an_adapter_is_served_by_the_embedded_engine_from_its_merged_file(home: Home) -> None:
    serving = registered(home, gguf=True)
    adapted = adapted_model(home, load_chat_model("local"), serving)
    assert str(home.path / "adapters" / "lora-1" / "model.gguf") in str(adapted.engine.weights)  # type: ignore[attr-defined] # a local model
    assert adapted_model(home, adapted, Serving()) is adapted


def test_an_adapter_of_another_base_or_for_a_model_on_a_server_is_refused(home: Home, tmp_path: Path) -> None:
    serving = registered(home, gguf=True)
    (tmp_path / "other.gguf").write_bytes(b"GGUF")
    with pytest.raises(SetupError, match="another base"):
        adapted_model(home, load_chat_model(f"local:{tmp_path / 'other.gguf'}"), serving)
    with pytest.raises(SetupError, match="on a server"):
        adapted_model(home, scripted(), serving)


def test_an_adapter_is_not_put_on_other_weights_at_the_same_place(home: Home, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text('{"model_type": "llama"}')
    (base / "model.safetensors").write_bytes(b"one")
    serving = registered(home, base=base)
    assert adapted_model(home, load_chat_model(f"local:{base}"), serving).base == str(base)  # type: ignore[attr-defined] # a local model
    (base / "model.safetensors").write_bytes(b"two")
    with pytest.raises(SetupError, match=r"holds other weights than those that lora@1 was trained on"):
        adapted_model(home, load_chat_model(f"local:{base}"), serving)


def test_an_adapter_whose_files_are_gone_is_not_served(home: Home) -> None:
    serving = registered(home, gguf=True)
    (home.path / "adapters" / "lora-1" / "model.gguf").unlink()
    with pytest.raises(JournalError, match="damaged"):
        adapted_model(home, load_chat_model("local"), serving)
