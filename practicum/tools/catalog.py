"""A tool as Practicum holds it, and the catalog of those that can be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from practicum.errors import SetupError
from practicum.records import JsonObject, ToolSpec
from practicum.tools.effects import Effect
from practicum.tools.sandbox import Sandbox


@dataclass(frozen=True)
class Tool:
    """What the model is told of a tool, what the tool may do, and how to run it."""

    spec: ToolSpec
    effect: Effect
    effect_reason: str
    """Where the effect tier comes from, in words."""
    invoke: Callable[[JsonObject], Awaitable[Any]] = field(repr=False)
    """Runs the tool with validated arguments; may raise anything."""
    sandbox: Sandbox[Any] | None = field(default=None, repr=False)
    """Holds the state that the tool works on; it may share it with others. None: it needs none."""
    public: bool = False
    """Whether what it returns is public or made up: personal data in it is nobody's, and stays."""
    also: tuple[str, ...] = field(default=(), repr=False)
    """Other names that the user's policy may call it by: with its server's name and without."""
    module: str | None = field(default=None, repr=False)
    """The Python module that its function is of; None where there is no function."""

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def starts_afresh(self) -> bool:
        """Whether each episode begins with the same state of what it works on, whatever calls change."""
        return self.sandbox is not None and self.sandbox.resets


@dataclass(frozen=True)
class Refusal:
    """Something in a tool source that can't be used, and why."""

    name: str
    reason: str
    fix: str
    optional: bool = False
    """Whether the others are used without it: it is a stranger's, whom nobody here can mend."""


@dataclass(frozen=True)
class Notice:
    """Something the user should know of a tool source that can be used."""

    text: str
    tools: tuple[str, ...] = ()
    """Which tools it is about; empty: all of the source."""


@dataclass(frozen=True)
class Offered:
    """What a source offers that others wrote and a server executes."""

    tools: tuple[Tool, ...]
    refused: tuple[Refusal, ...] = ()
    notices: tuple[Notice, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Values of the environment that calls send, to be redacted wherever text is kept."""


@dataclass(frozen=True)
class Catalog:
    """The tools of all sources, each name once, in the order of the sources."""

    tools: tuple[Tool, ...] = ()
    refused: tuple[Refusal, ...] = ()
    notices: tuple[Notice, ...] = ()

    def __iter__(self) -> Iterator[Tool]:
        return iter(self.tools)

    def __len__(self) -> int:
        return len(self.tools)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What a model is told of each tool."""
        return tuple(tool.spec for tool in self.tools)

    @property
    def sandboxes(self) -> tuple[Sandbox[Any], ...]:
        """The sandboxes of the tools, each once."""
        return sandboxes_of(self.tools)

    def tool(self, name: str) -> Tool:
        """Return the tool called ``name``.

        Raises:
            SetupError: there is none, or it was refused; the fix names those that are close.
        """
        found = next((tool for tool in self.tools if tool.name == name), None)
        if found is not None:
            return found
        for refusal in self.refused:
            if refusal.name == name:
                raise SetupError(f"{name} can't be used: {refusal.reason}", refusal.fix)
        if self.refused and not self.tools:
            self.require_usable()
        raise SetupError(f"there is no tool called {name!r}", f"use one of: {self._suggest(name)}")

    def _suggest(self, name: str) -> str:
        from difflib import get_close_matches

        names = [tool.name for tool in self.tools]
        return ", ".join(get_close_matches(name, names, n=3, cutoff=0.4) or names[:8]) or "(no tools)"

    def only(self, names: tuple[str, ...]) -> Catalog:
        """Return the catalog with only the tools in ``names``; all of them when it is empty."""
        if not names:
            return self
        kept = tuple(self.tool(name) for name in dict.fromkeys(names))
        told = tuple(each for each in self.notices if not each.tools or set(names) & set(each.tools))
        return Catalog(kept, notices=told)

    @property
    def serious(self) -> tuple[Refusal, ...]:
        """What was refused, but for what is left out because the tools can be used without it."""
        return tuple(each for each in self.refused if not (each.optional and self.tools))

    def require_usable(self) -> Catalog:
        """Return the catalog itself if every tool of its sources can be used, but for what is optional.

        Raises:
            SetupError: a tool was refused, or there is none at all.
        """
        if self.serious:
            first = self.serious[0]
            raise SetupError(f"{first.name} can't be used: {first.reason}", first.fix)
        if not self.tools:
            raise SetupError(
                "the tool sources hold no tools", "name a file with typed functions or LangChain tools"
            )
        return self


def sandboxes_of(tools: Iterable[Tool]) -> tuple[Sandbox[Any], ...]:
    """Return the sandboxes that these tools work in, each once."""
    return tuple(dict.fromkeys(tool.sandbox for tool in tools if tool.sandbox is not None))


@contextmanager
def in_fresh_sandboxes(tools: Iterable[Tool], seed: int) -> Iterator[None]:
    """Let these tools work on states of their own, the same for equal seeds, until the context ends."""
    with ExitStack() as episodes:
        for sandbox in sandboxes_of(tools):
            episodes.enter_context(sandbox.episode(seed))
        yield


def require_sandboxes(tools: Iterable[Tool]) -> None:
    """Refuse tools whose sandbox was not entered: each call of theirs would be answered with that.

    Raises:
        SetupError: one was not.
    """
    for tool in tools:
        if tool.sandbox is not None and not tool.sandbox.entered:
            raise SetupError(
                f"{tool.name} works in a sandbox, and none was entered",
                "use `practicum explore`, `evaluate`, `ask`, `chat` or `serve`, which do; in Python, enter"
                " practicum.tools.catalog.in_fresh_sandboxes(tools, seed=0) first",
            )
