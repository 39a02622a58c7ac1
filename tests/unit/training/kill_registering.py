"""Registers an adapter in one process after the other, each killed one step on the disk later than the last.

A program of its own: what is forked has no threads then. It writes how many steps there are, and what went
wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from practicum.memory_store.adapter_files import file_sizes
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.training.adapters import register_adapter, take_back
from practicum.training.training_record import FILE_NAME

STEPS = {"open", "os.rename", "os.mkdir", "os.remove", "shutil.move", "shutil.rmtree", "sqlite3.connect"}
FILES = {FILE_NAME: "{}", "adapter_config.json": "{}", "adapter_model.safetensors": "weights"}


def opened(home: Path) -> Home:
    """The home, open for writing."""
    return Home.open(home, HashingEmbedder(), write=True)


def register(home: Home, folder: Path) -> None:
    """Register what was made."""
    register_adapter(
        home, folder, training={}, targets="spans", schema_hashes={"add": "1"}, learned=[("2 and 3?", None)]
    )


def killed_at(step: int, place: Path) -> bool:
    """Register, and be killed before the step of this number; return whether there was one."""
    child = os.fork()
    if child == 0:
        with opened(place / "home") as home:
            left = [step]

            def watch(event: str, _: object) -> None:
                if event in STEPS:
                    left[0] -= 1
                    if left[0] < 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(watch)
            register(home, place / "made")
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def told(place: Path) -> str:
    """Go on as the next training does; return what is wrong."""
    with opened(place / "home") as home:
        before = list(home.journal.adapters())
        for adapter in before:
            if file_sizes(place / "home" / adapter.folder) != adapter.files:
                return "a registered adapter is not whole"
        take_back(home, place / "made")
        if not before:
            if {name: (place / "made" / name).read_text() for name in FILES} != FILES:
                return "what was made is lost"
            register(home, place / "made")
        found = list(home.journal.adapters())
        if [adapter.version for adapter in found] != [1]:
            return "registered twice, or not at all"
        if file_sizes(place / "home" / found[0].folder) != found[0].files:
            return "the adapter is not whole"
        if [one.name for one in (place / "home" / "adapters").iterdir()] != ["lora-1"]:
            return "something was left"
    return ""


def checked(place: Path) -> str:
    """The same in a process of its own: the forks that follow must not share what it opened."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, told(place).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        wrong = answer.read()
    return wrong if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0 else "it broke"


def main(root: Path) -> None:
    """Go on until a process ends before it is killed."""
    steps = 0
    wrong: dict[int, str] = {}
    while True:
        place = root / str(steps)
        (place / "made").mkdir(parents=True)
        for name, content in FILES.items():
            (place / "made" / name).write_text(content)
        killed = killed_at(steps, place)
        found = checked(place)
        if found:
            wrong[steps] = found
        shutil.rmtree(place)
        if not killed:
            break
        steps += 1
    sys.stdout.write(json.dumps({"steps": steps, "wrong": wrong}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
