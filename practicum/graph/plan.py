"""What is to be explored, what it can take at most, and what becomes of each tool's calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from practicum.graph.options import ExplorationOptions
from practicum.nodes.state import EpisodeInfo
from practicum.records import JsonObject, Mode, Strategy, digest
from practicum.tools.catalog import Tool
from practicum.tools.policy import Decision, Rules, decide

COMBINED_SHARE = 3
"""With `Plan.combine`, a tool leads one episode of several tools for so many of its own, rounded up."""
MOST_COMBINED = 4
"""Tools of one episode at most: a request that needs more is rare, and a trial makes few calls."""


@dataclass(frozen=True)
class Plan:
    """What is to be explored; equal plans have equal episode ids, which is what makes them resumable."""

    tools: tuple[Tool, ...]
    model_name: str
    options: ExplorationOptions
    episodes: int = 15
    trials: int = 4
    seed: int = 0
    rules: Rules = field(default_factory=Rules)
    """What the user said about effects."""
    stop_when_saturated: bool = False
    """Whether a tool's episodes end early when they bring nothing new. It is no part of an episode's
    identity: the same plan without it makes the episodes that were left out."""
    combine: int = 1
    """Tools of an episode of several, which each tool leads beside its own episodes; 1: there are none."""
    corrects: bool = False
    """Whether a model that replies with another object than it was asked for is asked once more."""

    def decision(self, tool: Tool) -> Decision:
        """Return what becomes of a tool's calls."""
        return decide(tool, self.rules)

    def run_as(self, how: Mode) -> tuple[Tool, ...]:
        """Return the tools whose calls become this."""
        if not self.options.uses("execution"):  # all calls are noted
            return self.tools if how is Mode.DRY_RUN else ()
        return tuple(tool for tool in self.tools if self.decision(tool).how is how)

    @property
    def total(self) -> int:
        """Number of trials planned."""
        return len(self.tools) * self.total_a_tool

    @property
    def total_a_tool(self) -> int:
        """Number of trials planned for each tool, those of several tools that it leads included."""
        return (self.episodes + self.combined_episodes) * self.trials

    @property
    def combined_episodes(self) -> int:
        """Number of episodes of several tools that each tool leads."""
        return -(-self.episodes // COMBINED_SHARE) if 1 < self.combine <= len(self.tools) else 0

    @property
    def total_combined(self) -> int:
        """Number of trials planned in episodes of several tools."""
        return len(self.tools) * self.combined_episodes * self.trials

    @property
    def worst_calls_a_trial(self) -> int:
        """Model calls that one trial can take at most, retries of a failing provider not counted."""
        imaginings = self.options.max_rejections + 1
        if self.options.strategy is Strategy.QUERY_FIRST:
            attempts = self.options.max_calls + 1  # the last of them is the answer
            return self.asks * (imaginings + 1) + attempts
        # Each sampled call may ask the model for each of its values.
        parameters = max((len(tool.spec.properties) for tool in self.tools), default=0)
        return self.asks * imaginings * self.options.max_calls * parameters + self.options.max_calls + 1

    @property
    def asks(self) -> int:
        """Model calls that an object can take: a reply that does not fit is asked for again."""
        return 2 if self.corrects else 1

    @property
    def lessons_calls(self) -> int:
        """Model calls that the lessons of an episode can take."""
        return self.asks if self.options.strategy is Strategy.QUERY_FIRST else 0

    @property
    def worst_calls(self) -> int:
        """Model calls that all of it can take at most: those of the trials, of summaries, of simulation."""
        summaries = len(self.tools) * (self.episodes + self.combined_episodes) * self.lessons_calls
        simulated = self.asks * self.worst_executions(Mode.SIMULATED)
        return self.total * self.worst_calls_a_trial + summaries + simulated

    @property
    def worst_executions_a_trial(self) -> int:
        """Tool calls that one trial can take at most."""
        if self.options.strategy is Strategy.QUERY_FIRST:
            return self.options.max_calls
        return self.options.max_calls * (self.options.max_rejections + 2)

    def worst_executions(self, how: Mode) -> int:
        """Tool calls that all of it can take at most, of the tools whose calls become this."""
        tools = len(self.run_as(how))
        # Of which tools a trial of several is, is not known before.
        trials = tools * self.episodes * self.trials + (self.total_combined if tools else 0)
        return trials * self.worst_executions_a_trial

    def episode(self, tool: Tool, number: int) -> EpisodeInfo:
        """Return the ``number``-th episode of a tool (from 1); more episodes extend a plan, not change it."""
        options, how = self.options, self.decision(tool).how
        identity = digest(
            "episode",
            [tool.name, tool.spec.schema_hash, self.model_name, options.strategy.value, options.max_calls],
            [sorted(options.without), self.trials, self.seed, number],
            # What was only checked or made up is another experience than what ran.
            *([how.value] if how not in {None, Mode.LIVE} and options.uses("execution") else []),
        )
        return EpisodeInfo(id=identity, tool=tool.name, number=number, trials=self.trials, seed=self.seed)

    def combined_episode(self, tool: Tool, others: Sequence[Tool], number: int) -> EpisodeInfo:
        """Return the ``number``-th episode (from 1) that a tool leads with these others."""
        single = self.episode(tool, number)
        members = [[other.name, other.spec.schema_hash, str(self.decision(other).how)] for other in others]
        identity = digest("combined", single["id"], members)
        return EpisodeInfo(
            id=identity,
            tool=tool.name,
            number=number,
            trials=self.trials,
            seed=self.seed,
            tools=[tool.name, *(other.name for other in others)],
        )

    def as_dict(self) -> JsonObject:
        """Return the plan for the journal."""
        return {
            "tools": {tool.name: tool.spec.schema_hash for tool in self.tools},
            "model": self.model_name,
            "strategy": self.options.strategy.value,
            "max_calls": self.options.max_calls,
            "without": sorted(self.options.without),
            "episodes": self.episodes,
            "trials": self.trials,
            "combine": self.combine,
            "combined_episodes": self.combined_episodes,
            "seed": self.seed,
            "stop_when_saturated": self.stop_when_saturated,
            "effects": {tool.name: str(self.decision(tool).how) for tool in self.tools},
        }
