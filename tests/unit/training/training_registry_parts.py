"""A home with candidates, and what promotes them, for the tests of the registry."""

from __future__ import annotations

from pathlib import Path

from made_trials import made_trial

from practicum.memory_store.candidates import Adapter
from practicum.memory_store.home import Home
from practicum.models.embedders import HashingEmbedder
from practicum.records import Demonstration, Note, Outcome, Strategy, ToolCall, ToolSpec, Trial
from practicum.training import registry
from practicum.training.registry import Serving

CALL = ToolCall(name="convert", arguments={"value": 1})
SPEC = ToolSpec(name="convert", description="Convert.", parameters={"type": "object"})
CHANGED = SPEC.model_copy(update={"description": "Convert units."})


def open_home(path: Path, *, write: bool = True) -> Home:
    return Home.open(path, HashingEmbedder(), write=write)


def add_demos(home: Home, query: str = "q", spec: ToolSpec = SPEC) -> str:
    """Register a set of one demonstration; returns the candidate's name."""
    shown = Demonstration(
        id="t", tool="convert", tool_schema_hash=spec.schema_hash, query=query, call=CALL, observation="1"
    )
    return f"demos@{home.journal.register_set('demos', [shown], {'kept': 1})}"


def note(text: str, *trials: str, tool: str = "convert", schema_hash: str = SPEC.schema_hash) -> Note:
    return Note(id=f"{text}{trials}", tool=tool, tool_schema_hash=schema_hash, text=text, evidence=trials)


def trained(folder: Path, size: int = 3) -> Path:
    """A folder as training leaves it."""
    (folder / "gguf").mkdir(parents=True)
    (folder / "adapter.safetensors").write_bytes(b"x" * size)
    (folder / "gguf" / "merged.gguf").write_bytes(b"y")
    return folder


def add_adapter(home: Home, folder: Path) -> Adapter:
    """Register what a training left in ``folder``."""
    return registry.register_adapter(
        home,
        trained(folder),
        training={"base": "local", "loss": 0.1},
        targets="spans",
        schema_hashes={"convert": SPEC.schema_hash},
        learned=[("a smile \ud83d", CALL), ("Tell me a joke.", None)],
    )


def promote(home: Home, name: str, *, alone: bool = False) -> Serving:
    """Promote over whatever serves."""
    against, _ = registry.challenge(home, name, alone=alone)
    return registry.promote(home, name, against=against, reason="better: promoted", alone=alone)


def phrased(trial_id: str, query: str) -> Trial:
    """A trial whose call was imagined and phrased, and did not come back."""
    return made_trial(
        id=trial_id,
        tool_schema_hash=SPEC.schema_hash,
        strategy=Strategy.CALL_FIRST,
        query=query,
        imagined=CALL,
        outcome=Outcome.UNSOLVED,
    )
