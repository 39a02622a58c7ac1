"""What a round goes on from, and what it is trained on, read from the registry of a home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_trials import called_trial

from practicum.errors import JournalError, SetupError
from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import Item, ToolCall, ToolSpec
from practicum.training.adapters import register_adapter
from practicum.training.general import NEAR_HELD_OUT
from practicum.training.rounds import Earlier, General, Round, examples_of, find_earlier
from practicum.training.training_options import TrainingOptions

NAMES = ("first", "second", "third")
OPTIONS = TrainingOptions(replay_share=0.25)


def spec_of(name: str, about: str = "") -> ToolSpec:
    properties = {"value": {"type": "integer"}}
    return ToolSpec(
        name=name, description=f"{name} {about}", parameters={"type": "object", "properties": properties}
    )


SPECS = [spec_of(name) for name in NAMES]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home", HashingEmbedder(), write=True) as opened:
        for spec in SPECS:
            practise(opened, spec)
        yield opened


def practise(home: Home, spec: ToolSpec, count: int = 24) -> None:
    for number in range(count):
        query = f"Please do the {spec.name} thing with {number}, {spec.description}"
        home.journal.record_trial(called_trial(spec, number, query, {"value": number}))


def trained(
    home: Home, folder: Path, *specs: ToolSpec, base: str = "base hash", start: str | None = None
) -> Adapter:
    """Register an adapter as training leaves it, but for its weights."""
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"x")
    return register_adapter(
        home,
        folder,
        training={"base_hash": base, "started_from": start} if base else {},
        targets="spans",
        schema_hashes={spec.name: spec.schema_hash for spec in specs},
        learned=[(f"about {spec.name}", ToolCall(name=spec.name, arguments={})) for spec in specs],
    )


def counted(home: Home, specs: list[ToolSpec], only: list[str], earlier: Earlier) -> list[int]:
    examples = examples_of(home, specs, Round(OPTIONS, only=only), earlier).chosen
    return [sum((each.tool, each.split) == (name, "train") for each in examples) for name in NAMES]


def test_the_first_round_begins_with_the_base(home: Home) -> None:
    assert find_earlier(home, "base hash", Round(only=["first"])) == Earlier()


def test_a_round_goes_on_from_the_newest_adapter_of_its_base(home: Home, tmp_path: Path) -> None:
    trained(home, tmp_path / "a", SPECS[0])
    trained(home, tmp_path / "b", *SPECS[:2])
    trained(home, tmp_path / "c", SPECS[2], base="another")
    trained(home, tmp_path / "d", SPECS[2], base="")
    earlier = find_earlier(home, "base hash", Round(only=["third"]))
    assert earlier.start is not None
    assert (earlier.start.name, earlier.start.folder) == ("lora@2", home.path / "adapters/lora-2")
    assert earlier.current(SPECS) == {"first", "second"}
    assert find_earlier(home, "third base", Round(only=["third"])) == Earlier()


def test_all_tools_together_begin_with_the_base_unless_a_start_is_named(home: Home, tmp_path: Path) -> None:
    trained(home, tmp_path / "a", SPECS[0])
    trained(home, tmp_path / "b", SPECS[1])
    assert find_earlier(home, "base hash", Round()) == Earlier()
    assert find_earlier(home, "base hash", Round(only=["third"], start="base")) == Earlier()
    named = find_earlier(home, "base hash", Round(start="lora@1")).start
    assert named is not None
    assert named.name == "lora@1"


def test_an_adapter_whose_files_are_gone_is_no_start(home: Home, tmp_path: Path) -> None:
    made = trained(home, tmp_path / "a", SPECS[0])
    (home.path / made.folder / "adapter_model.safetensors").unlink()
    with pytest.raises(JournalError, match="lora@1 is damaged") as caught:
        find_earlier(home, "base hash", Round(only=["second"]))
    assert "--from base" in caught.value.fix
    assert find_earlier(home, "base hash", Round(only=["second"], start="base")) == Earlier()


@pytest.mark.parametrize("name", ["lora@2", "lora@0", "lora", "demos@1", "x"])
def test_a_start_that_is_not_there_is_refused(home: Home, tmp_path: Path, name: str) -> None:
    trained(home, tmp_path / "a", SPECS[0])
    with pytest.raises(SetupError, match="has no adapter"):
        find_earlier(home, "base hash", Round(only=["second"], start=name))


def test_the_third_round_replays_the_tools_of_both_before(home: Home, tmp_path: Path) -> None:
    whole = counted(home, SPECS, list(NAMES), Earlier())
    trained(home, tmp_path / "a", *SPECS[:2])
    earlier = find_earlier(home, "base hash", Round(only=["third"]))
    found = counted(home, SPECS, ["third"], earlier)
    assert found == [round(whole[0] / 4), round(whole[1] / 4), whole[2]]


def test_a_later_round_replays_other_examples_than_the_one_before(home: Home, tmp_path: Path) -> None:
    trained(home, tmp_path / "a", SPECS[0])
    second = find_earlier(home, "base hash", Round(only=["second"]))
    trained(home, tmp_path / "b", *SPECS[:2], start="lora@1")
    third = find_earlier(home, "base hash", Round(only=["third"]))
    assert (second.rounds, third.rounds) == (1, 2)
    replayed = [
        {each.id for each in examples_of(home, SPECS, Round(OPTIONS, only=[name]), earlier).chosen}
        & {each.id for each in examples_of(home, SPECS, Round(OPTIONS, only=["first"]), Earlier()).chosen}
        for name, earlier in (("second", second), ("third", third))
    ]
    assert replayed[0] != replayed[1]


def test_what_was_not_learned_by_the_start_is_not_replayed(home: Home, tmp_path: Path) -> None:
    trained(home, tmp_path / "a", SPECS[0])
    earlier = find_earlier(home, "base hash", Round(only=["third"]))
    assert counted(home, SPECS, ["third"], earlier)[1] == 0


def test_a_tool_that_changed_is_replayed_neither_in_its_old_form_nor_in_its_new_one(
    home: Home, tmp_path: Path
) -> None:
    trained(home, tmp_path / "a", *SPECS[:2])
    changed = spec_of("first", "in another way")
    now = [changed, *SPECS[1:]]
    earlier = find_earlier(home, "base hash", Round(only=["third"]))
    assert counted(home, now, ["third"], earlier)[0] == 0
    practise(home, changed)
    assert counted(home, now, ["third"], earlier)[0] == 0
    assert counted(home, now, ["first", "third"], earlier)[0] > 0


def test_a_round_about_a_tool_without_examples_is_refused(home: Home) -> None:
    unpractised = spec_of("fourth")
    request = Round(OPTIONS, only=["first", "fourth"])
    with pytest.raises(SetupError, match="no example of 'fourth'") as refused:
        examples_of(home, [*SPECS, unpractised], request, Earlier())
    assert "practicum explore" in refused.value.fix


def test_every_seed_keeps_the_same_apart(home: Home) -> None:
    first, second = (
        examples_of(home, SPECS, Round(TrainingOptions(seed=seed)), Earlier()).apart for seed in (0, 1)
    )
    assert first == second != set()


def test_what_is_kept_apart_is_that_of_all_tools(home: Home) -> None:
    learned = examples_of(home, SPECS, Round(OPTIONS, only=["first"]), Earlier())
    examples, apart = learned.chosen, learned.apart
    assert {name for name in NAMES for each in apart if each.startswith(name)} == set(NAMES)
    assert {each.id for each in examples if each.split != "train"} < apart


def test_every_query_of_every_round_is_known_once(home: Home, tmp_path: Path) -> None:
    trained(home, tmp_path / "a", SPECS[0])
    earlier = find_earlier(home, "base hash", Round(only=["second"]))
    examples = examples_of(home, SPECS, Round(OPTIONS, only=["second"]), earlier).chosen
    learned = earlier.learned_with(examples)
    assert learned[0] == ("about first", ToolCall(name="first", arguments={}))
    assert len(learned) == 1 + sum(each.split == "train" for each in examples)
    assert Earlier(learned=learned).learned_with(examples) == learned


def test_instructions_are_at_most_the_replay_share(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "general.jsonl"
    lines = [f'{{"query": "Instruction {number}", "answer": "{number}"}}' for number in range(40)]
    file.write_text("\n".join(lines), "utf-8")

    def mixed_in(
        general: General, options: TrainingOptions = OPTIONS, held_out: tuple[Item, ...] = ()
    ) -> int:
        request = Round(options, only=["first"], general=general, held_out=held_out)
        examples = examples_of(home, SPECS, request, Earlier()).chosen
        return sum(each.origin == "general" for each in examples)

    whole = counted(home, SPECS, ["first"], Earlier())[0]
    assert mixed_in(General(file)) == round(whole / 4)
    assert mixed_in(General(file, most=30)) == 30
    measures = Item(id="i", query="instruction 7", expected=())
    assert mixed_in(General(file, most=40), held_out=(measures,)) == 39
    request = Round(OPTIONS, only=["first"], general=General(file, most=40), held_out=(measures,))
    assert examples_of(home, SPECS, request, Earlier()).dropped[NEAR_HELD_OUT] == 1
    with pytest.raises(SetupError, match="share is the replay share, which is 0"):
        mixed_in(General(file), TrainingOptions(replay_share=0))
