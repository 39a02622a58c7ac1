"""What the command line says of threads that end with an error."""

from __future__ import annotations

import threading

import pytest

from practicum.cli.main import _told_by_a_thread


@pytest.mark.parametrize(
    ("message", "told"), [("Event loop is closed", False), ("something that nobody expected", True)]
)
def test_only_a_loop_that_has_ended_is_not_told(
    message: str, told: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError(message)

    monkeypatch.setattr(threading, "excepthook", _told_by_a_thread)
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    assert (message in capsys.readouterr().err) is told
