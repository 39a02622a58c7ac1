"""What runs in a worker: episodes of one tool at a time, on what it was told of the past."""

from __future__ import annotations

import asyncio
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace

from practicum.errors import SetupError
from practicum.graph.beginning import Handed
from practicum.graph.campaign import Progress, known_of, recorded_trials, run_episode, used_executor
from practicum.graph.executing import make_executor, simulated_by
from practicum.graph.memory_steps import Memory
from practicum.graph.plan import Plan
from practicum.graph.workers.messages import (
    Announced,
    Assignment,
    Begun,
    BudgetReply,
    Event,
    Executed,
    Failed,
    Finished,
    Recalled,
    Replied,
)
from practicum.graph.workers.outbox import Outbox
from practicum.graph.workers.purse import AskedBudget, BudgetLimits
from practicum.graph.workers.recipe import OpenedRecipe, Recipe
from practicum.memory_store.exact_index import ExactIndex
from practicum.memory_store.journal import Journal
from practicum.memory_store.long_term import LongTermMemory
from practicum.models.budget import Budget
from practicum.records import JsonObject, Observation
from practicum.tools.executor import Executor
from practicum.tools.mcp.background import BACKGROUND
from practicum.tools.turns import Turns
from practicum.tracing import flush


@dataclass(frozen=True)
class Past:
    """What a worker knows of a tool's past; it is in memory only, and forgotten with the tool."""

    memory: Memory
    executor: Executor
    index: ExactIndex


class ToolWorker:
    """Runs one episode at a time. Its methods are called from elsewhere, all in one event loop."""

    def __init__(self, recipe: Recipe, plan: Plan, limits: BudgetLimits | None) -> None:
        """Take what to open; nothing is opened before the first episode.

        Args:
            recipe: How model and tools are opened.
            plan: What is explored, without its tools.
            limits: What calls are asked for before they are made; None where nothing is limited.
        """
        self._recipe = recipe
        self._plan = plan
        self._outbox = Outbox()
        self._budget = None if limits is None else AskedBudget.of(limits, self._outbox)
        self._replies = _ToldReplies(self._outbox)
        self._opened: OpenedRecipe | None = None
        self._past: Past | None = None
        self._running: asyncio.Task[None] | None = None
        self._turns = Turns()

    async def practise(self, assignment: Assignment) -> None:
        """Begin an episode; `news` tells what comes of it, until it is `Finished` or `Failed`."""
        self._running = asyncio.create_task(self._practise(assignment))

    async def news(self) -> list[Event]:
        """Return what happened since the last call, as soon as something did."""
        return await self._outbox.take()

    async def answer(self, number: int, answer: BudgetReply) -> None:
        """Say whether the model call that was asked for may be made."""
        if self._budget is not None:
            self._budget.answered(number, answer)

    async def stop(self) -> None:
        """Give up the episode that runs, and what it holds outside this process; send what is traced."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running
        await asyncio.to_thread(BACKGROUND.end)  # its process is killed: nothing else ends servers of tools
        await asyncio.to_thread(flush)

    def _tell(self, text: str) -> None:
        self._outbox.put(Announced(text))

    async def _practise(self, assignment: Assignment) -> None:
        try:
            self._outbox.put(await self._episode(assignment))
        except SetupError as error:
            self._outbox.put(Failed(type(error).__name__, error.message, error.fix))
        except Exception as error:  # noqa: BLE001 - told where somebody can read it
            self._outbox.put(Failed(type(error).__name__, traceback.format_exc(), None))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # Nobody asked for it: a tool or a client raised it by itself.
            self._outbox.put(Failed(type(error).__name__, traceback.format_exc(), None))

    async def _episode(self, assignment: Assignment) -> Finished:
        if self._opened is None:
            # In a thread: servers of tools are opened by code that runs an event loop of its own.
            self._opened = await asyncio.to_thread(
                self._recipe.open, self._plan, self._budget or Budget(), self._tell, self._replies
            )
        from langgraph.checkpoint.memory import InMemorySaver

        opened, info = self._opened, assignment.info
        by_name = {each.name: each for each in opened.plan.tools}
        tool, *others = tools = [by_name[name] for name in info.get("tools", [info["tool"]])]
        plan, number = opened.plan, info["number"]
        here = plan.combined_episode(tool, others, number) if others else plan.episode(tool, number)
        if here != info:
            raise SetupError(
                f"{tool.name} is another tool on a worker than where the home is",
                "install the same versions, and let all machines see the same files and practicum.toml",
            )
        past = await asyncio.to_thread(self._remembered, opened, assignment)
        before = {note.id for note in past.memory.journal.notes(tool.name)}

        async def tell(progress: Progress) -> None:
            if progress.trial is None:
                self._outbox.put(progress)
                return
            # As it is stored: without the secrets that only this process has met.
            stored = past.memory.journal.trial(progress.trial.id)
            await self._outbox.deliver(replace(progress, trial=stored or progress.trial))

        self._replies.known = dict(assignment.replies)
        await self._outbox.deliver(Begun())
        await run_episode(
            info,
            opened.plan,
            tools,
            opened.model,
            past.executor,
            known_of(opened.plan, tool, past.memory),
            InMemorySaver(),
            self._turns,
            tell,
            handed=Handed(
                assignment.broken, assignment.begun, lambda begun: self._outbox.put(Recalled(begun))
            ),
        )
        notes = past.memory.journal.notes(tool.name)
        made = recorded_trials(info, past.memory)
        vectors = await asyncio.to_thread(opened.embedder.embed, [trial.query for trial in made])
        return Finished(
            tuple(note for note in notes if note.id not in before),
            tuple(past.memory.journal.summaries(info["id"])),
            {trial.id: vector for trial, vector in zip(made, vectors, strict=True)},
        )

    def _remembered(self, opened: OpenedRecipe, assignment: Assignment) -> Past:
        if self._past is not None and assignment.afresh:
            self._past.memory.journal.close()
            self._past = None
        past = self._past = self._past or _past(opened, self._outbox)
        journal = past.memory.journal
        new = [trial for trial in assignment.trials if not journal.has_trial(trial.id)]
        with journal.atomically():
            for trial in new:
                journal.record_trial(trial)
            for note in assignment.notes:
                journal.record_note(note)
            for key, observation in assignment.executions.items():
                journal.remember_execution(key, observation)
        past.index.upsert([trial for trial in new if trial.tool == assignment.info["tool"]])
        return past


def _past(opened: OpenedRecipe, outbox: Outbox) -> Past:
    journal, index = Journal.in_memory(), ExactIndex(opened.embedder)
    executor = make_executor(
        opened.plan.tools,
        opened.plan.rules,
        log=_ToldLog(journal, outbox),
        cassettes=opened.cassettes,
        simulated=simulated_by(opened.model, journal),
    )
    memory = Memory(journal, LongTermMemory(index, opened.embedder))
    return Past(memory, used_executor(opened.plan, executor), index)


class _ToldLog:
    """Remembers executions, and tells of them."""

    def __init__(self, journal: Journal, outbox: Outbox) -> None:
        self._journal = journal
        self._outbox = outbox

    def execution(self, key: str) -> Observation | None:
        return self._journal.execution(key)

    def remember_execution(self, key: str, observation: Observation) -> Observation:
        counts = self._journal.remember_execution(key, observation)
        self._outbox.put(Executed(key, counts))
        return counts


class _ToldReplies:
    """Knows what model calls of the unfinished trial came to, and tells of those that end."""

    def __init__(self, outbox: Outbox) -> None:
        self.known: dict[str, JsonObject] = {}
        self._outbox = outbox

    def reply(self, key: str) -> JsonObject | None:
        return self.known.get(key)

    def remember_reply(self, key: str, reply: JsonObject) -> None:
        self._outbox.put(Replied(key, reply))
