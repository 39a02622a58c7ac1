"""The bench of the ablations: equal trials, nothing measured twice, a table that can go into the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from graph_parts import QUERIES

from bench import __main__ as benches
from bench.ablation_settings import Settings, read
from bench.ablation_table import BASE, FULL, markdown
from bench.ablations import WITHOUT, main, measure
from bench.log_entry import insert_entry
from practicum.errors import SetupError

TOOLS = '''
import practicum

@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    with open("CALLS", "a") as log:
        log.write(f"{a}+{b}\\n")
    return f"sum={a + b};"
'''
ITEMS = [("Sum of 1000 and 7?", 1000, 7), ("Join 31 sheep to a flock of 64", 31, 64)]
NO_EXECUTION = "without execution"


def calling(when: str, a: int, b: int) -> dict[str, Any]:
    return {"when": when, "tool_calls": [{"name": "add", "arguments": {"a": a, "b": b}}]}


def practising(said: str) -> list[dict[str, Any]]:
    """What a model says in two trials; ``said`` is what it sees of the first number's call."""
    queries = QUERIES[:2]
    return [
        *({"when": "You imagine", "structured": {"query": query}} for query, _, _ in queries),
        *({"when": "judge it", "structured": {"solved": True, "reason": "as asked"}} for _ in queries),
        {"when": "You practised", "structured": {"lessons": []}},
        *(calling(*query) for query in queries),
        *({"when": said.format(a + b), "content": "There."} for _, a, b in queries),
    ]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """One episode of two trials with a tool, and two queries that are held out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    Path("tools.py").write_text(TOOLS)
    expected = [
        {"id": f"i{a}", "query": query, "expected": [{"name": "add", "arguments": {"a": a, "b": b}}]}
        for query, a, b in ITEMS
    ]
    Path("items.jsonl").write_text("\n".join(map(json.dumps, expected)))
    answering = [
        {"when": ITEMS[0][0], "content": "I don't know."},
        calling(*ITEMS[1]),
        *(calling(*item) for item in ITEMS),
        calling(*ITEMS[0]),
        {"when": ITEMS[1][0], "content": "Ninety-five."},
    ]
    script = [*practising("sum={};"), *practising("was noted"), *answering]
    Path("script.jsonl").write_text("\n".join(map(json.dumps, script)))
    return Settings(
        model="scripted:script.jsonl",
        tools=("tools.py",),
        episodes=1,
        trials=2,
        grounding="off",
        data="items.jsonl",
        embedder="hashing",
    )


def test_variants_have_equal_trials_and_are_measured_on_the_same_queries(
    settings: Settings, tmp_path: Path
) -> None:
    base, full, blind = measure(settings, tmp_path / "out", (FULL, NO_EXECUTION))
    assert [each.name for each in (base, full, blind)] == [BASE, FULL, NO_EXECUTION]
    assert [each.correct("").k for each in (base, full, blind)] == [1, 2, 1]
    assert all(each.correct("").n == 2 for each in (base, full, blind))
    assert (full.trials, full.solved, full.kept) == (blind.trials, blind.solved, blind.kept) == (2, 2, 2)
    assert full.distinct["distinct_calls"] == full.distinct["distinct_meaning"] == 1
    assert full.prompt_tokens > 0
    # Only the full method ran the tool.
    assert Path("CALLS").read_text().splitlines() == [f"{a}+{b}" for _, a, b in QUERIES[:2]]
    table = markdown([base, full, blind])
    assert "correct (n=2)" in table
    assert "| -50 (" in table


def test_what_is_measured_is_not_measured_again(settings: Settings, tmp_path: Path) -> None:
    first = measure(settings, tmp_path / "out", (FULL, NO_EXECUTION))
    Path("script.jsonl").write_text("")
    assert measure(settings, tmp_path / "out", (FULL, NO_EXECUTION)) == first


def test_the_table_becomes_an_entry_of_the_log_once(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log.md"
    log.write_text("# Log\n\nNewest first.\n\n## 2020-01-01: older\n\nText.\n")
    arguments = ["--model", settings.model, "--tools", "tools.py", "--data", "items.jsonl"]
    arguments += ["--episodes", "1", "--trials", "2", "--grounding", "off", "--embedder", "hashing"]
    arguments += ["--variant", FULL, "--out", "out", "--log", str(log)]
    assert main(arguments) == 0
    text = log.read_text()
    assert text.startswith("# Log\n\nNewest first.\n\n## 2")
    assert text.index("ablations of the method") < text.index("| full method |") < text.index("older")
    assert "--episodes 1" in " ".join(text.split())
    assert text.endswith("\n\n## 2020-01-01: older\n\nText.\n")
    assert "| base |" in capsys.readouterr().out


def test_an_entry_that_is_there_is_not_added_again(tmp_path: Path) -> None:
    log = tmp_path / "log.md"
    log.write_text("# Log\n")
    assert insert_entry(log, "first", "| a |")
    assert not insert_entry(log, "again", "| a |\n")
    assert insert_entry(log, "second", "| b |")
    assert log.read_text().index("second") < log.read_text().index("first")


def test_held_out_queries_of_other_tools_are_nothing_to_measure_with(settings: Settings) -> None:
    Path("items.jsonl").write_text(
        json.dumps({"id": "x", "query": "Weather?", "expected": [{"name": "weather", "arguments": {}}]})
    )
    with pytest.raises(SetupError, match="no held-out query expects one of these tools"):
        settings.items(settings.catalog())


def test_the_usual_settings_are_the_papers_with_every_variant() -> None:
    settings, options = read([], WITHOUT)
    assert (settings.model, settings.tools, settings.episodes) == ("local", ("almanac:everyday",), 15)
    assert (options.variant, options.log) == (None, None)
    assert list(WITHOUT) == [
        FULL,
        *(f"without {part}" for part in ("execution", "short-term", "long-term", "reflection")),
    ]
    assert "ablations" in benches.names()
    assert "ablations" in benches.LONG
