"""What is said where Ray can't be used."""

from __future__ import annotations

import importlib.util
import sys
import threading

import pytest

from practicum.errors import SetupError
from practicum.graph.workers import ray_start


def test_without_ray_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        assert name == "ray"

    monkeypatch.setattr(ray_start, "find_spec", missing)
    assert importlib.util.find_spec("json") is not None
    with pytest.raises(SetupError, match="Ray is not installed") as caught:
        ray_start.require_ray()
    assert "'.[ray]'" in caught.value.fix


def test_what_threads_of_ray_print_is_not_seen(capsys: pytest.CaptureFixture[str]) -> None:
    def say() -> None:
        sys.stdout.write("a page of a log\n")
        sys.stderr.write("a page of a log\n")

    with ray_start._quietly():
        thread = threading.Thread(target=say, name="ray_print_logs")
        thread.start()
        thread.join()
        sys.stdout.write("ours\n")
        sys.stderr.write("ours, too\n")
    assert capsys.readouterr() == ("ours\n", "ours, too\n")
