"""A tool that counts its calls, scripts that tell a whole exploration, and a home to run them in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import StructuredTool
from pydantic import Field

from practicum import read_only
from practicum.graph.campaign import Plan, Watch, run_campaign
from practicum.graph.checkpoints import open_checkpointer
from practicum.graph.memory_steps import Memory
from practicum.graph.options import ExplorationOptions
from practicum.memory_store.home import Home
from practicum.models.budget import Budget
from practicum.models.caller import ModelCaller
from practicum.models.embedders import HashingEmbedder
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.records import JsonObject, Note, Strategy, ToolCall, Trial
from practicum.tools.catalog import Tool
from practicum.tools.executor import Executor
from practicum.tools.langchain_tools import make_catalog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

IMAGINING = "You imagine what users"
REFLECTING = "judge it strictly"
SUMMARIZING = "You practised with"

QUERIES = (
    ("What is two plus three?", 2, 3),
    ("Ann bought 10 apples, Bob 11 pears: how much fruit is that?", 10, 11),
    ("Total of an invoice over 250 and another over 1250, please", 250, 1250),
    ("Our bus has seven riders and forty get on now. How many ride?", 7, 40),
    ("I walked 12000 steps before lunch, 4500 since; my sum today?", 12000, 4500),
    ("Combine both populations: 91 goats with 16 sheep", 91, 16),
)
"""Requests that the hashing embedder takes for different ones, with what they are about."""


@dataclass
class Adder:
    """One tool, ``add``, and what it was asked to add."""

    calls: list[tuple[int, int]] = field(default_factory=list)

    def tool(self) -> Tool:
        @read_only
        def add(a: int, b: int) -> str:
            """Add two whole numbers."""
            self.calls.append((a, b))
            if a < 0:
                raise ValueError("a must not be negative")
            return f"sum={a + b};"

        return tool_of(add)


def tool_of(function: Any) -> Tool:
    """A typed function as a tool."""
    return make_catalog([function]).tools[0]


def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return f"sum={a + b};"


ADD = StructuredTool.from_function(add)
"""A tool as agents that LangChain makes take it."""


class Died(BaseException):
    """Stands for the end of the process."""


def die_before_checkpoint(saver: Any) -> None:
    """Let the process die as it is about to write its second checkpoint, all that leads to it being done.

    A process that goes on first writes the one which the process before it died of.
    """
    put, left = saver.aput, 2

    async def put_or_die(config: Any, checkpoint: Any, metadata: Any, *more: Any) -> Any:
        nonlocal left
        left -= 1
        if metadata["step"] < 1:  # of an episode that begins
            left = 2
        if left == 0:
            await asyncio.sleep(0.1)  # what the step wrote gets to the disk, at another place
            raise Died
        return await put(config, checkpoint, metadata, *more)

    saver.aput = put_or_die


def imagine(query: str) -> ScriptedReply:
    return ScriptedReply(when=IMAGINING, structured={"query": query})


def reflect(*, solved: bool = True, reason: str = "as asked") -> ScriptedReply:
    return ScriptedReply(when=REFLECTING, structured={"solved": solved, "reason": reason})


def summarize(*lessons: dict[str, Any]) -> ScriptedReply:
    return ScriptedReply(when=SUMMARIZING, structured={"lessons": list(lessons)})


def call(when: str | None, **arguments: Any) -> ScriptedReply:
    return ScriptedReply(when=when, tool_calls=(ToolCall(name="add", arguments=arguments),))


def say(when: str | None, content: str) -> ScriptedReply:
    return ScriptedReply(when=when, content=content)


def story(queries: Sequence[tuple[str, int, int]], *, episodes: int = 1) -> tuple[ScriptedReply, ...]:
    """Everything a model says when each query is imagined, called rightly, answered and found solved.

    Prompts of imagining and reflecting repeat queries and results, so the replies to them come first.
    """
    return (
        *(imagine(query) for query, _, _ in queries),
        *(reflect() for _ in queries),
        *(summarize() for _ in range(episodes)),
        *(call(query, a=a, b=b) for query, a, b in queries),
        *(say(f"sum={a + b};", f"It is {a + b}.") for _, a, b in queries),
    )


def scripted(*replies: ScriptedReply, **options: Any) -> ScriptedChatModel:
    return ScriptedChatModel(replies=replies, **options)


class ComingBack(ScriptedChatModel):
    """Answers every prompt with a call of its tool: the newest that its log holds, whatever is asked."""

    tool: str
    log: list[JsonObject] = Field(default_factory=list)

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        self.prompts.append(list(messages))
        made = {"name": self.tool, "args": dict(self.log[-1]), "id": "c"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="", tool_calls=[made]))])


def ask(query: str) -> Any:
    """What an agent is given: a conversation that begins with a query."""
    return {"messages": [HumanMessage(content=query)]}


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    with Home.open(path, HashingEmbedder(), write=True) as home:
        yield home


def recorded(path: Path) -> list[Trial]:
    with opened(path) as home:
        return list(home.journal.trials())


def notes_of(path: Path) -> list[Note]:
    with opened(path) as home:
        return home.journal.notes()


@asynccontextmanager
async def home_with_checkpoints(path: Path) -> AsyncIterator[tuple[Home, Any]]:
    with opened(path) as home:
        async with open_checkpointer(home.checkpoints) as saver:
            yield home, saver


def plan_for(*tools: Tool, episodes: int = 1, trials: int = 2, seed: int = 0, **options: Any) -> Plan:
    chosen = ExplorationOptions(**{"strategy": Strategy.QUERY_FIRST, **options})
    return Plan(tools, "scripted", chosen, episodes=episodes, trials=trials, seed=seed)


async def run(
    path: Path,
    plan: Plan,
    model: ScriptedChatModel,
    *,
    budget: Budget | None = None,
    watch: Watch = lambda _: None,
) -> None:
    """Run what is left of a plan, as `Practice.run` does; providers are retried without waiting."""
    async with home_with_checkpoints(path) as (home, saver):
        caller = ModelCaller(model, name="scripted", budget=budget, longest_wait_s=0, log=home.journal)
        executor = Executor(plan.tools, log=home.journal)
        await run_campaign(plan, caller, executor, memory_of(home), saver, watch=watch)


def memory_of(home: Home) -> Memory:
    return Memory(home.journal, home.long_term)


def text_of(prompt: Sequence[BaseMessage]) -> str:
    """A prompt as one text."""
    return "\n".join(f"{message.type}: {message.text}" for message in prompt)


def prompts_with(model: ScriptedChatModel, words: str) -> list[str]:
    """The prompts whose last message contains ``words``."""
    return [text_of(prompt) for prompt in model.prompts if words in str(prompt[-1].text)]
