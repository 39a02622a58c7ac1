"""A directory and a repository to harm, a model that tries, and a look at every byte before and after."""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field, PrivateAttr

from practicum.models.replies import compact_json
from practicum.models.scripted import ScriptedChatModel

VALUES: dict[str, Any] = {
    "path": "plan.txt",
    "source": "plan.txt",
    "destination": "moved.txt",
    "content": "overwritten",
    "folder": "letters",
    "line": "one more line",
    "max_count": 3,
    "message": "a commit that nobody asked for",
    "revision": "HEAD~1",
    "branch": "draft",
}
"""Arguments that do harm, by the parameter's name."""
WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath"),
    *("inlet", "jetty", "knoll", "larch", "moor", "north", "oasis", "pine"),
)


class Harmful(ScriptedChatModel):
    """Imagines something new each time, calls the tool with arguments that do harm, and finds it solved."""

    values: dict[str, Any] = Field(default_factory=lambda: dict(VALUES))
    """By the name of a parameter, what is put there."""
    made: list[str] = Field(default_factory=list)
    """The tools that were called, in order."""
    _words: Iterator[tuple[str, ...]] = PrivateAttr(default_factory=lambda: itertools.permutations(WORDS, 4))

    def _generate(self, messages: list[BaseMessage], *_: Any, **options: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._message(messages, options))])

    def _message(self, messages: list[BaseMessage], options: Mapping[str, Any]) -> AIMessage:
        if options.get("schema"):
            return AIMessage(content=compact_json(self._structured(options["schema"]["title"])))
        tools = options.get("tools") or []
        if not tools or options.get("tool_choice") == "none" or isinstance(messages[-1], ToolMessage):
            return AIMessage(content="It was not done.")
        chosen = tools[0]["function"]
        self.made.append(chosen["name"])
        arguments = {name: self._value(name, part) for name, part in _properties(chosen).items()}
        call = {"name": chosen["name"], "args": arguments, "id": f"call-{len(self.made)}"}
        return AIMessage(content="", tool_calls=[call])

    def _structured(self, title: str) -> dict[str, Any]:
        if title == "ImaginedQuery":
            return {"query": f"Please do it for {' '.join(next(self._words))}"}
        if title == "Lessons":
            return {"lessons": []}
        if title == "Simulated":
            return {"result": "done", "is_error": False}
        if title == "Value":
            return {"value": "plan.txt"}
        return {"reason": "it says so", "solved": True}

    def _value(self, name: str, schema: Mapping[str, Any]) -> Any:
        if name in self.values:
            return self.values[name]
        kinds = {"integer": 1, "number": 1.0, "boolean": True, "array": [], "object": {}}
        return kinds.get(str(schema.get("type")), "plan.txt")


def _properties(function: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that must be given: what harms needs no more."""
    schema = function["parameters"]
    return {name: schema["properties"][name] for name in schema.get("required", ())}


def make_workplace(folder: Path) -> Path:
    """Fill a folder with ``files`` and with ``repository``, which has three commits and a second branch."""
    files, repository = folder / "files", folder / "repository"
    (files / "letters").mkdir(parents=True)
    (files / "plan.txt").write_text("one\ntwo\n")
    (files / "letters" / "ann.txt").write_text("Dear Ann\n")
    repository.mkdir(parents=True)
    git = ["git", "-C", str(repository), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for number in range(3):
        (repository / f"part-{number}.txt").write_text(f"part {number}\n")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", f"part {number}"], check=True)
    subprocess.run([*git, "branch", "draft"], check=True)
    return folder


def look(folder: Path) -> dict[str, str]:
    """Return what each file and folder is, by its path: its kind, its rights, and its bytes as a hash."""
    found: dict[str, str] = {}
    for where, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(where) / name
            status = path.lstat()
            kind = stat.filemode(status.st_mode)
            data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            link = str(path.readlink()) if path.is_symlink() else ""
            found[str(path.relative_to(folder))] = f"{kind} {link}{hashlib.sha256(data).hexdigest()}"
    return found


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the paths that are not what they were, gone and new ones included."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
