"""The most tokens that a plan can take: every prompt as long, every reply as long as it may be.

A plan takes far less as a rule. Texts are counted at three characters a token, which English and JSON
stay below; where a tool is described in Chinese, Japanese or Korean, at one, since what is asked of it will
be, too. Replies are counted at the most tokens that the model may write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from practicum.graph.plan import Plan
from practicum.nodes.conversation import ANSWER_CHARACTERS, SHOWN_CHARACTERS
from practicum.nodes.imagine import QUERY_CHARACTERS
from practicum.nodes.simulate import MOST_REAL, MOST_SESSION
from practicum.nodes.simulate import SHOWN_CHARACTERS as SIMULATED_CHARACTERS
from practicum.records import Mode, Strategy, Usage, canonical_json
from practicum.tools.catalog import Tool
from practicum.tools.sanitize import MAX_CHARACTERS

CHARACTERS = 3
"""A token is at least so many, on average."""
_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Characters of scripts that have a token for each: Chinese, Japanese, Korean."""
FRAME = 1500 // CHARACTERS
"""Tokens of the longest instructions, or of a schema with the marks between turns."""


@dataclass(frozen=True)
class Worst:
    """The most that a plan, or what is left of it, can take."""

    usage: Usage
    executions: int
    """Calls of tools that run."""
    longest_prompt: int
    """Tokens of the longest prompt: some models cost more for prompts beyond a length."""


def worst_tokens(plan: Plan, reply_tokens: int, left: Mapping[str, tuple[int, int]] | None = None) -> Worst:
    """Return the most that a plan can take, retries of a failing provider not counted.

    Args:
        plan: What is to be explored.
        reply_tokens: The most tokens of a reply.
        left: By tool, its own episodes and those of several that are still to be made; None: all.
    """
    bounds = []
    for tool in plan.tools:
        own, combined = (plan.episodes, plan.combined_episodes) if left is None else left[tool.name]
        bounds.append(_Bounds(plan, tool, reply_tokens, own))
        if combined:
            bounds.append(_Bounds(plan, tool, reply_tokens, combined, plan.combine))
    calls = sum(each.calls() for each in bounds)
    usage = Usage(
        model_calls=calls,
        prompt_tokens=sum(each.all_prompts() for each in bounds),
        completion_tokens=calls * reply_tokens,
    )
    executions = sum(each.executions(Mode.LIVE) for each in bounds)
    return Worst(usage, executions, max((each.longest for each in bounds), default=0))


@dataclass(frozen=True)
class _Bounds:
    """Tokens of the prompts of one tool."""

    plan: Plan
    tool: Tool
    reply: int
    episodes: int
    together: int = 1
    """Tools of an episode; which others they are is not known before."""

    @property
    def _spec(self) -> int:
        others = sorted(_spec_tokens(tool) for tool in self.plan.tools if tool is not self.tool)
        return _spec_tokens(self.tool) + sum(others[len(others) - self.together + 1 :])

    def _tokens(self, characters: int) -> int:
        """The most tokens of so many characters, in the script that the tool is described in."""
        return characters if self._wide else _tokens(characters)

    @cached_property
    def _wide(self) -> bool:
        return _WIDE.search(_described(self.tool)) is not None

    def _steps(self, count: int, shown: int) -> int:
        """Steps as turns: a reply each, and what came back."""
        return count * (self.reply + self._tokens(shown))

    def attempt(self, earlier: int, steps: int) -> int:
        """An attempt's prompt: the episode's earlier trials, the query, the steps so far."""
        trial = self._tokens(QUERY_CHARACTERS + SHOWN_CHARACTERS) + self._steps(
            self.plan.options.max_calls, SHOWN_CHARACTERS
        )
        now = self._tokens(QUERY_CHARACTERS) + self._steps(steps, MAX_CHARACTERS)
        return FRAME + self._spec + earlier * trial + now

    @property
    def imagine(self) -> int:
        """An imagination's prompt, with what was wrong with the reply before."""
        return 2 * FRAME + self._spec + self.plan.options.memory_tokens + self.reply

    @property
    def transcript(self) -> int:
        """A finished trial, as it is told for judging."""
        steps = self.plan.options.max_calls * 3 * SHOWN_CHARACTERS
        return self._tokens(QUERY_CHARACTERS + steps + ANSWER_CHARACTERS)

    @property
    def longest(self) -> int:
        """The longest prompt of all."""
        last = self.attempt(self.plan.trials - 1, self.plan.options.max_calls)
        return max(last, self.imagine, self._summary)

    @property
    def _summary(self) -> int:
        return 2 * FRAME + self._spec + self.plan.trials * self.transcript + self.reply

    def calls(self) -> int:
        """Model calls of all episodes."""
        plan = self.plan
        simulated = plan.asks * self.executions(Mode.SIMULATED)
        return self.episodes * (plan.trials * plan.worst_calls_a_trial + plan.lessons_calls) + simulated

    def executions(self, how: Mode) -> int:
        """Tool calls of all episodes that become this; in one of several tools any may."""
        tools = self.plan.run_as(how)
        if not tools or (self.together == 1 and self.tool not in tools):
            return 0
        return self.episodes * self.plan.trials * self.plan.worst_executions_a_trial

    def all_prompts(self) -> int:
        """All prompts of all episodes."""
        return self.episodes * (self._episode() + self.plan.lessons_calls * self._summary) + self._simulated()

    def _episode(self) -> int:
        options = self.plan.options
        if options.strategy is not Strategy.QUERY_FIRST:
            return self.plan.trials * self.plan.worst_calls_a_trial * self.longest
        attempts = sum(
            self.attempt(earlier, steps)
            for earlier in range(self.plan.trials)
            for steps in range(options.max_calls + 1)
        )
        imagined = (options.max_rejections + 1) * self.imagine
        judged = 2 * FRAME + self.transcript + self.reply
        return attempts + self.plan.trials * self.plan.asks * (imagined + judged)

    def _simulated(self) -> int:
        calls = self.executions(Mode.SIMULATED) * self.plan.asks
        return calls * (
            2 * FRAME + self._spec + self._tokens((MOST_REAL + MOST_SESSION) * SIMULATED_CHARACTERS)
        )


def _described(tool: Tool) -> str:
    spec = tool.spec
    return f"{spec.name}{spec.description}{canonical_json(spec.parameters)}"


def _spec_tokens(tool: Tool) -> int:
    return tokens_of(_described(tool))


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS)


def tokens_of(text: str) -> int:
    """Return the most tokens of a text: each Chinese, Japanese or Korean character is one."""
    wide = len(_WIDE.findall(text))
    return wide + _tokens(len(text) - wide)
