"""How long the command line takes to start, and what it imports on the way.

The help and one question to the embedded model, each in cold processes; what is kept on
disk (converted weights, compiled bytecode) is warm, for a run that is not timed goes first.
That one also watches which heavy libraries are imported, in the model's process too.

    python -m bench.start_up
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HEAVY = (
    "torch",
    "transformers",
    "chromadb",
    "openvino",
    "openvino_genai",
    "onnxruntime",
    "langgraph",
    "pint",
)
TARGET_HELP_S = 0.3
QUESTION = "How many pounds are 70 kg?"
ASK = ("ask", QUESTION, "--tools", "almanac:everyday", "--json")

IMPORTS = "import time; t = time.perf_counter(); import practicum.cli.main; s = time.perf_counter() - t; \
import sys; print(s, len(sys.modules))"

WATCH = """
import sys
def _watch(event, args, seen=set()):
    if event == "import":
        name = args[0].partition(".")[0]
        if name in {heavy!r} and name not in seen:
            seen.add(name)
            with open({log!r}, "a") as file:
                file.write(f"{{name}} {{sys.argv[0] if hasattr(sys, 'argv') else ''}}\\n")
sys.addaudithook(_watch)
"""
"""A sitecustomize that notes heavy imports. Not a finder: those are asked, too, whether a package exists."""


def run(quick: bool = False) -> dict[str, Any]:
    """Return seconds and heavy imports of ``--help``, of the import alone, and of one question."""
    runs = 2 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        # An empty folder, so that no home of the user's answers.
        here = Path(folder)
        return {
            "help": {
                "command": "practicum --help",
                "target_min_s": TARGET_HELP_S,
                **_timed(("--help",), runs, here),
            },
            "import": _imported(runs, here),
            "ask": {
                "command": f'practicum ask "{QUESTION}" {" ".join(ASK[2:])}',
                **_timed(ASK, 1 if quick else 3, here),
            },
        }


def _timed(arguments: tuple[str, ...], runs: int, here: Path) -> dict[str, Any]:
    output, heavy = _watched(arguments, here)
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        _practicum(arguments, here, _environment())
        seconds.append(time.perf_counter() - started)
    return {
        **_summary(seconds),
        "heavy_imports": heavy,
        "torch": any("torch" in names for names in heavy.values()),
        **({"reply": json.loads(output)} if "--json" in arguments else {}),
    }


def _watched(arguments: tuple[str, ...], here: Path) -> tuple[str, dict[str, list[str]]]:
    """Run once; return what it printed, and the heavy libraries by the process that imported them."""
    watching = here / "watching"
    watching.mkdir(exist_ok=True)
    log = here / "imports"
    log.write_text("")
    (watching / "sitecustomize.py").write_text(WATCH.format(heavy=HEAVY, log=str(log)), "utf-8")
    paths = [str(watching), *filter(None, [os.environ.get("PYTHONPATH")])]
    output = _practicum(arguments, here, _environment() | {"PYTHONPATH": os.pathsep.join(paths)})
    heavy: dict[str, list[str]] = {}
    for line in log.read_text("utf-8").splitlines():
        name, _, process = line.partition(" ")
        heavy.setdefault(Path(process).stem, []).append(name)
    return output, heavy


def _imported(runs: int, here: Path) -> dict[str, Any]:
    replies = [_output([sys.executable, "-c", IMPORTS], here, _environment()).split() for _ in range(runs)]
    return {
        "module": "practicum.cli.main",
        **_summary([float(seconds) for seconds, _ in replies]),
        "modules": int(replies[0][1]),
    }


def _practicum(arguments: tuple[str, ...], here: Path, environment: dict[str, str]) -> str:
    script = Path(sys.executable).with_name("practicum")
    return _output([str(script), *arguments], here, environment)


def _output(command: list[str], here: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=here, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def _environment() -> dict[str, str]:
    """The environment without settings that would name another model or home."""
    kept = {"PRACTICUM_CACHE"}
    return {
        name: value for name, value in os.environ.items() if name in kept or not name.startswith("PRACTICUM_")
    }


def _summary(seconds: list[float]) -> dict[str, Any]:
    return {
        "runs": len(seconds),
        "min_s": round(min(seconds), 3),
        "median_s": round(statistics.median(seconds), 3),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
