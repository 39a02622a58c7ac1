"""What is mistyped, missing or broken is one line that says what is wrong and one that says what to do."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cli_parts import check_refused, journal_rows, practicum, write_script, write_tools

pytestmark = pytest.mark.slow

EXPLORE = ("explore", "--tools", "tools.py", "--home", "unmade", "--model")
SCRIPTED = (*EXPLORE, "scripted:script.jsonl")
CURATE = ("curate", "--home", "unmade", "--held-out")
EVALUATE = ("evaluate", "--home", "unmade", "--tools", "almanac:cron", "--model", "scripted:x", "--data")
UNREACHABLE = "openai:x@http://127.0.0.1:9/v1"
BROKEN_FILES = {
    "broken.py": "import no_such_library\n",
    "untyped.py": "def guess(a):\n    '''Guess.'''\n",
    "syntax.py": "def f(:\n",
    "empty.py": '"""No tool yet."""\n',
    "cut.jsonl": '{"content": "hello"}\n{"content": \n',
}
MISTAKES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "no tools": (("explore",), "Missing option '--tools'", "`practicum explore --help`"),
    "no episodes": ((*SCRIPTED, "--episodes", "0"), "Invalid value for '--episodes'", "--help"),
    "a seed that is too large": ((*SCRIPTED, "--seed", "9" * 27), "Invalid value for '--seed'", "--help"),
    "a training's seed below zero": (("train", "--seed", "-1"), "Invalid value for '--seed'", "--help"),
    "a training's seed that is too large": (
        ("train", "--seed", "9" * 20),
        "Invalid value for '--seed'",
        "--help",
    ),
    "a batch that is too large": (("train", "--batch", "9" * 22), "Invalid value for '--batch'", "--help"),
    "a base without a name": (("train", "--base", "", "--home", "unmade"), "--base '' names no", "`local`"),
    "a format of nothing": (
        ("curate", "--home", "unmade", "--format", "openai"),
        "--format is about what --export writes",
        "--export FILE",
    ),
    "misspelt command": (("exploer",), "No such command 'exploer'", "`practicum --help`"),
    "unknown option": (("memory", "list", "-x"), "No such option: -x", "`practicum memory list --help`"),
    "unknown outcome": (
        ("memory", "list", "--outcome", "lost"),
        "there is no outcome 'lost'",
        "solved, unsolved or broken",
    ),
    "no home": (("memory", "show", "3f2a"), "there is no journal at", "practicum explore"),
    "nothing to train on": (
        ("train", "--tools", "tools.py", "--home", "unmade"),
        "there is no journal at",
        "practicum explore",
    ),
    "no adapter to write": (
        ("train", "--adapter", "lora@1", "--merge", "out", "--home", "unmade"),
        "there is no journal at",
        "practicum explore",
    ),
    "tools that do not import": (
        ("tools", "--tools", "broken.py"),
        "'broken.py' does not import: ModuleNotFoundError",
        "run `python broken.py`",
    ),
    "no such source": (("tools", "--tools", "no.such"), "there is no tool source 'no.such'", "almanac"),
    "a function without types": (
        ("explore", "--tools", "untyped.py", "--home", "unmade", "--model", "scripted:script.jsonl"),
        "guess can't be used: its parameter 'a' has no type",
        "give every parameter a type",
    ),
    "unknown tool": ((*SCRIPTED, "--tool", "ad"), "there is no tool called 'ad'", "use one of: add"),
    "unknown part": ((*SCRIPTED, "--without", "sleep"), "there is no part 'sleep'", "short-term"),
    "unknown embedder": ((*SCRIPTED, "--embedder", "none"), "there is no embedder 'none'", "hashing"),
    "no key": ((*EXPLORE, "openai:gpt-x"), "OPENAI_API_KEY is not set", "openai:NAME@URL"),
    "a broken script": ((*EXPLORE, "scripted:cut.jsonl"), "cut.jsonl, line 2: not JSON", "one JSON object"),
    "no server": (
        ("explore", "--tools", "tools.py", "--home", "asked", "--trials", "2", "--model", UNREACHABLE),
        f"the server of {UNREACHABLE} can't be reached",
        "start it",
    ),
    "a limit on money without a price": (
        (*EXPLORE, UNREACHABLE, "--max-cost", "1"),
        f"the price of {UNREACHABLE} is not known",
        "--price 0.15/0.60",
    ),
    "a price of another form": (
        (*EXPLORE, UNREACHABLE, "--max-cost", "1", "--price", "3"),
        "--price can't be '3'",
        "--price 0.15/0.60",
    ),
    "no episode at all": ((*SCRIPTED, "--episodes", "-3"), "Invalid value for '--episodes'", "--help"),
    "none side by side": ((*SCRIPTED, "--concurrency", "0"), "Invalid value for '--concurrency'", "--help"),
    "no question": (("ask", ""), "the question is empty", "practicum ask"),
    "a blank question": (("ask", "  \t", "--model", "scripted:script.jsonl"), "is empty", "practicum ask"),
    "nothing to look for": (("memory", "search", " "), "the text to look for is empty", "memory search"),
    "tools with a syntax error": (
        ("tools", "--tools", "syntax.py"),
        "'syntax.py' does not import: SyntaxError",
        "run `python syntax.py`",
    ),
    "a file without tools": (("tools", "--tools", "empty.py"), "hold no tools", "name a file with typed"),
    "no such tool file": (("tools", "--tools", "none.py"), "there is no tool file 'none.py'", "the path"),
    "unknown group": (("tools", "--tools", "almanac:nope"), "no group 'nope'", "everyday"),
    "unknown group of queries": (
        ("evaluate", "--data", "almanac:nope", "--tools", "almanac"),
        "no group 'nope'",
        "everyday",
    ),
    "no such held-out file": ((*CURATE, "none.jsonl"), "none.jsonl: No such file", "name a file"),
    "a folder for a held-out file": ((*CURATE, "."), ".: Is a directory", "name a file"),
    "a held-out line that is cut": ((*CURATE, "cut.jsonl"), "cut.jsonl:1: ", "one object a line"),
    "held-out queries that are not UTF-8": ((*CURATE, "latin.jsonl"), "latin.jsonl:1: not UTF-8", ""),
    "queries that are not UTF-8": ((*EVALUATE, "latin.jsonl"), "latin.jsonl:1: not UTF-8", ""),
    "no such queries": ((*EVALUATE, "none.jsonl"), "no evaluation data 'none.jsonl'", "almanac:GROUP"),
    "an arm of a home that is not there": (
        (*EVALUATE, "almanac:cron", "--with", "base,demos"),
        "there is no journal at",
        "practicum explore",
    ),
    "unknown arm": ((*EVALUATE, "almanac:cron", "--with", "nonsense"), "no arm 'nonsense'", "demos@2"),
    "no arm": ((*EVALUATE, "almanac:cron", "--with", ","), "there is no arm", "--with base,demos"),
    "unknown grounding": (
        (*EVALUATE, "almanac:cron", "--with", "base", "--grounding", "maybe"),
        "there is no grounding 'maybe'",
        "on, off or both",
    ),
    "no model file": (("ask", "hi", "--model", "local:none.gguf"), "there is no model file", "the path"),
    "a model file that is none": (
        ("ask", "hi", "--model", "local:broken.gguf", "--home", "unmade"),
        "broken.gguf can't be loaded",
        "name a GGUF",
    ),
    "no script": (("ask", "hi", "--model", "scripted:none.jsonl"), "none.jsonl can't be read", "the path"),
    "unknown provider": (("ask", "hi", "--model", "nope:x"), "nope:x can't be used", "openai:NAME"),
    "no provider": (("ask", "hi", "--model", "nope"), "'nope' names no model", "openai:NAME"),
    "no server to ask": (("ask", "hi", "--model", UNREACHABLE), "can't be reached", "start it"),
    "no key to ask": (("ask", "hi", "--model", "openai:gpt-x"), "OPENAI_API_KEY is not set", "NAME@URL"),
}
"""What is typed, and what the two lines say."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tools, a script, and files that are broken."""
    made = tmp_path_factory.mktemp("mistakes")
    for name, text in BROKEN_FILES.items():
        (made / name).write_text(text)
    (made / "latin.jsonl").write_text('{"id":"a","query":"caf\xe9","expected":[]}\n', "latin-1")
    (made / "broken.gguf").write_bytes(bytes(range(256)) * 20)
    write_tools(made)
    write_script(made)
    return made


@pytest.fixture(scope="module")
def refusals(folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """What became of each mistake; two processes at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        done = pool.map(
            lambda mistake: practicum(*mistake[0], cwd=folder, PRACTICUM_CACHE=str(folder / "cache")),
            MISTAKES.values(),
        )
        return dict(zip(MISTAKES, done, strict=True))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_with_what_is_wrong_and_what_to_do(
    refusals: dict[str, subprocess.CompletedProcess[str]], mistake: str
) -> None:
    _, message, fix = MISTAKES[mistake]
    check_refused(refusals[mistake], message, fix)


def test_nothing_is_made_and_nothing_recorded_by_mistake(
    refusals: dict[str, subprocess.CompletedProcess[str]], folder: Path
) -> None:
    assert refusals
    assert not (folder / "unmade").exists()
    # Only the first call finds out that there is no server.
    assert journal_rows(folder / "asked", "SELECT id FROM trials") == []


def test_a_misspelt_setting_is_told_with_the_one_that_may_be_meant(tmp_path: Path) -> None:
    done = practicum("memory", "stats", "--home", "unmade", cwd=tmp_path, PRACTICUM_EMBEDER="minilm")
    note, *_ = done.stderr.splitlines()
    assert note == "note: there is no setting PRACTICUM_EMBEDER; did you mean PRACTICUM_EMBEDDER?"
    assert done.returncode == 2


def test_an_option_in_a_variable_is_told_to_be_none(tmp_path: Path) -> None:
    done = practicum("memory", "stats", "--home", "unmade", cwd=tmp_path, PRACTICUM_MAX_COST="3")
    note, *_ = done.stderr.splitlines()
    told = "note: there is no setting PRACTICUM_MAX_COST: it changes nothing"
    assert note == f"{told}; --max-cost is an option of commands"
