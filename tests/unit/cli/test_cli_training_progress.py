"""What a training shows: a bar at a terminal, a few lines in a log."""

from __future__ import annotations

import signal

import pytest

from practicum.cli.training_progress import PLAIN_LINES, watch_training
from practicum.training.training_record import TrainingProgress


def steps(count: int) -> list[TrainingProgress]:
    """What a trainer reports: the beginning, and each step."""
    done = [
        TrainingProgress(
            step=step, steps=count, loss=1 / step, tokens_per_second=99.6, seconds_left=60.2 * (count - step)
        )
        for step in range(1, count + 1)
    ]
    return [TrainingProgress(step=0, steps=count, note="going on from step [0]"), *done]


def shown(capsys: pytest.CaptureFixture[str], reports: list[TrainingProgress]) -> str:
    """What stands on stderr after these reports; stdout is for figures."""
    with watch_training() as watch:
        for report in reports:
            watch(report)
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_a_log_gets_the_note_and_a_few_lines_with_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    first, *lines = shown(capsys, steps(40)).splitlines()
    assert first == "going on from step [0]"
    assert len(lines) == PLAIN_LINES
    assert lines[0] == "4/40 steps: loss 0.250, 100 tokens/s, 36:07 left"
    assert lines[-1] == "40/40 steps: loss 0.025, 100 tokens/s, 0:00 left"


def test_a_short_training_gets_a_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, steps(3)).splitlines()[1:]
    assert [line.partition(":")[0] for line in lines] == ["1/3 steps", "2/3 steps", "3/3 steps"]


def test_a_note_after_the_last_step_is_told_alone(capsys: pytest.CaptureFixture[str]) -> None:
    kept = TrainingProgress(step=40, steps=40, note="lora@1 is kept")
    assert shown(capsys, [*steps(40), kept]).splitlines()[-1] == "lora@1 is kept"


def test_a_terminal_gets_a_bar_and_the_note_above_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "150"}.items():
        monkeypatch.setenv(name, value)
    said = shown(capsys, steps(40))
    assert "going on from step [0]" in said
    assert "40/40" in said
    assert "loss 0.025, 100 tokens/s, 0:00 left" in said
    assert "40/40 steps:" not in said


def test_ctrl_c_is_answered_at_once_and_left_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), watch_training():
        signal.raise_signal(signal.SIGINT)
    assert capsys.readouterr().err == "ending; what is kept is put in order first\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
