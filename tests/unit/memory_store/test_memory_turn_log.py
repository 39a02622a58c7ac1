"""Turns are written beside the journal, a file a process, and read whole whatever befell their writer."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from memory_parts import ENVIRONMENT
from turn_parts import made_turn

from practicum.errors import JournalError
from practicum.hostile import Blanking
from practicum.memory_store import turn_files, turn_log
from practicum.memory_store.journal import Journal
from practicum.memory_store.turn_files import read_turns, turns_waiting
from practicum.memory_store.turn_log import TurnLog, turns_folder
from practicum.records import SCHEMA_VERSION, Outcome, Turn

WRITER = """
import pathlib, sys, time
sys.path[:0] = [{tests!r}]
from turn_parts import made_turn
from practicum.memory_store.turn_log import TurnLog
log = TurnLog(pathlib.Path(sys.argv[1]))
for number in range(100_000):
    turn = made_turn(id=f"{{sys.argv[2]}}-{{number}}", after=str(number), answer="x" * 3000)
    log.keep(lambda _, turn=turn: turn)
    while log._writer._work_queue.qsize() > 20:
        time.sleep(0.001)
    if number == 40:  # so that some are on the disk
        print("begun", flush=True)
"""


def given(turn: Turn, _: Blanking) -> Turn:
    return turn


def keep(log: TurnLog, *turns: Turn) -> None:
    for turn in turns:
        log.keep(partial(given, turn))


def written(home: Path, *turns: Turn) -> Path:
    """The file that a process left."""
    log = TurnLog(home)
    keep(log, *turns)
    log.close()
    (file,) = turns_folder(home).glob("*.jsonl")
    return file


def test_turns_come_back_as_they_were_in_the_order_of_the_answers(tmp_path: Path) -> None:
    turns = [made_turn(id=str(number), after=str(number)) for number in range(3)]
    file = written(tmp_path, *turns)
    assert [kept.turn for kept in read_turns(tmp_path).turns] == turns
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_nothing_is_written_before_the_first_turn(tmp_path: Path) -> None:
    TurnLog(tmp_path).close()
    assert list(turns_folder(tmp_path).iterdir()) == []
    assert read_turns(tmp_path / "elsewhere").turns == ()


def test_a_turn_knows_the_one_that_followed_it_in_its_conversation(tmp_path: Path) -> None:
    first = made_turn(id="1", after="a")
    other = made_turn(id="2", after="b")
    second = made_turn(id="3", before="a", after="c", query="That is wrong.", number=2)
    written(tmp_path, first, other, second)
    following = {kept.turn.id: kept.followed_by for kept in read_turns(tmp_path).turns}
    assert following == {"1": second, "2": None, "3": None}


def test_what_follows_two_conversations_that_began_alike_is_the_later_ones(tmp_path: Path) -> None:
    twice = [made_turn(id=name, after="a") for name in ("1", "2")]
    written(tmp_path, *twice, made_turn(id="3", before="a", after="c", number=2))
    assert [kept.followed_by is not None for kept in read_turns(tmp_path).turns] == [False, True, False]


@pytest.mark.parametrize(
    ("line", "unreadable", "newer"),
    [
        (b'{"id": "cut', 0, 0),
        (b'{"id": "cut\n', 1, 0),
        (b"[]\n", 1, 0),
        (b"\xff\xfe\n", 1, 0),
        (b"[" * 100_000 + b"\n", 1, 0),
        (b"\n\n", 0, 0),
        (json.dumps({"schema_version": SCHEMA_VERSION + 1}).encode() + b"\n", 0, 1),
    ],
)
def test_a_torn_line_costs_no_other(tmp_path: Path, line: bytes, unreadable: int, newer: int) -> None:
    file = written(tmp_path, made_turn())
    with file.open("ab") as opened:
        opened.write(line)
    found = read_turns(tmp_path)
    assert ([kept.turn for kept in found.turns], found.unreadable, found.newer) == (
        [made_turn()],
        unreadable,
        newer,
    )


@pytest.mark.parametrize(("line", "whole", "torn"), [(b'{"id": "cut', 0, 1), (None, 1, 0)])
def test_a_last_line_without_an_end_is_read_once_nobody_can_be_writing_it(
    tmp_path: Path, line: bytes | None, whole: int, torn: int
) -> None:
    file = written(tmp_path, made_turn())
    with file.open("ab") as opened:
        opened.write(line or json.dumps(made_turn(id="2", after="2").as_dict()).encode())
    now = read_turns(tmp_path)
    assert (len(now.turns), now.unreadable) == (1, 0)
    earlier = file.stat().st_mtime - 2 * turn_files.WRITING_S
    os.utime(file, (earlier, earlier))
    later = read_turns(tmp_path)
    assert (len(later.turns), later.unreadable) == (1 + whole, torn)


def test_a_write_that_fails_is_told_once_and_the_next_turn_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    log, real, calls = TurnLog(tmp_path, told.append), os.write, [0]

    def full(file: int, data: Any) -> int:
        calls[0] += 1
        if calls[0] in (2, 5, 6):
            raise OSError(28, "No space left on device")
        return real(file, data[:100] if calls[0] == 1 else data)

    monkeypatch.setattr(os, "write", full)
    keep(log, made_turn(id="cut"), made_turn(id="whole"), made_turn(id="next"), made_turn(id="lost"))
    keep(log, made_turn(id="lost, too"))
    log.close()
    assert len(told) == 1
    assert "No space left on device" in told[0]
    found = read_turns(tmp_path)
    assert ([kept.turn.id for kept in found.turns], found.unreadable) == (["whole", "next"], 1)


def test_what_can_not_be_made_is_told_without_what_was_said(tmp_path: Path) -> None:
    told: list[str] = []
    log = TurnLog(tmp_path, told.append)

    def broken(_: Any) -> Turn:
        raise ValueError("the user's words")

    log.keep(broken)
    keep(log, made_turn())
    log.close()
    log.close()
    keep(log, made_turn(id="after the end"))
    assert len(told) == 1
    assert "ValueError" in told[0]
    assert "words" not in told[0]
    assert len(read_turns(tmp_path).turns) == 1


def test_a_disk_that_is_too_slow_costs_turns_and_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_log, "MOST_WAITING", 2)
    told: list[str] = []
    log = TurnLog(tmp_path, told.append)
    held: list[Any] = []
    monkeypatch.setattr(log._writer, "submit", lambda *job: held.append(job))  # a disk that does not answer
    keep(log, *(made_turn(id=str(number)) for number in range(5)))
    assert len(held) == 2
    assert len(told) == 1


def test_a_folder_that_can_not_be_written_is_refused_before_anything_is_answered(tmp_path: Path) -> None:
    (tmp_path / "service").write_text("a file")
    with pytest.raises(JournalError):
        TurnLog(tmp_path)


def test_turns_wait_until_the_journal_has_them(tmp_path: Path) -> None:
    idle = made_turn(id="3", steps=(), schema_hashes={}, after="3")
    written(tmp_path, made_turn(id="1"), made_turn(id="2", after="2"), idle)
    with Journal.open(tmp_path / "journal.sqlite", write=True) as journal:
        assert turns_waiting(journal) == 2
        journal.record_trial(made_turn(id="1").as_trial(Outcome.UNSOLVED, None))
        assert turns_waiting(journal) == 1


@pytest.mark.slow
def test_processes_that_are_killed_while_they_write_leave_whole_turns_each_once(tmp_path: Path) -> None:
    script = WRITER.format(tests=str(Path(__file__).parents[2]))
    command = [sys.executable, "-c", script, str(tmp_path)]
    with Journal.open(tmp_path / "journal.sqlite", write=True):  # as an exploration holds it
        running = [
            subprocess.Popen([*command, name], stdout=subprocess.PIPE, env=ENVIRONMENT) for name in "ab"
        ]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            process.send_signal(signal.SIGKILL)
            process.communicate()
    found = read_turns(tmp_path)
    ids = [kept.turn.id for kept in found.turns]
    assert len(ids) == len(set(ids))
    assert found.unreadable == 0
    assert len(list(turns_folder(tmp_path).glob("*.jsonl"))) == 2
    for name in "ab":
        own = sorted(int(each.partition("-")[2]) for each in ids if each.startswith(name))
        assert own == list(range(len(own)))
        assert own
