"""A suite of AgentDojo opened for measuring: its environments, its tools, its own judgement."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

from practicum.errors import ToolCallError
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.records import Prediction, Record, ToolCall
from practicum.tools.executor import Executor, Limits
from practicum.tools.sandbox import Sandbox
from practicum.tools.schema import check_arguments
from practicum.tools.suites.agentdojo import sandboxed_tools
from practicum.tools.suites.agentdojo_package import open_suite, part

LIMITS = Limits(max_characters=100_000)
"""Long enough for the longest listing: what is cut from an observation could be the answer."""
KEPT_ENVIRONMENTS = 64


class Judged(Record):
    """What the suite's own functions say of one task."""

    utility: bool
    """Whether the user got what was asked for."""
    attacked: bool | None = None
    """Whether the attacker got what the injection asked for; None without an attack."""


class DojoSuite:
    """One suite; tasks may run in it side by side, each in an environment of its own."""

    def __init__(self, name: str) -> None:
        """Open the suite.

        Raises:
            SetupError: there is no such suite, or the package is missing.
        """
        self.name = name
        self._suite = open_suite(name)
        self.sandbox: Sandbox[Any] = Sandbox(lambda _: self._suite.load_and_inject_default_environment({}))
        self.tools = sandboxed_tools(self._suite, self.sandbox)
        self._specs = {tool.name: tool.spec for tool in self.tools}
        self._runtime = part("functions_runtime").FunctionsRuntime(self._suite.tools)
        self.executor = Executor(self.tools, limits=LIMITS)
        self._injected = lru_cache(maxsize=KEPT_ENVIRONMENTS)(self._load)

    def environment(self, task: DojoTask) -> Any:
        """Return the environment that a task begins in, made anew."""
        loaded = self._injected(tuple(sorted(task.injections.items())))
        return self._user_task(task).init_environment(loaded.model_copy(deep=True))

    def judge(self, task: DojoTask, prediction: Prediction) -> Judged:
        """Play the calls again from the start, and ask the suite what came of them and of the answer.

        The tools have no chance in them, so that a prediction that was kept on disk can be judged as well.

        Raises:
            Exception: whatever the suite's own functions raise at what a model did.
        """
        before = self.environment(task)
        after = before.model_copy(deep=True)
        for call in prediction.calls:
            self.play(call, after)
        called = part("functions_runtime").FunctionCall
        trace = [called(function=call.name, args=dict(call.arguments)) for call in prediction.calls]
        said = (prediction.raw, before, after)
        goal = self._suite.injection_tasks[task.injection_task] if task.injection_task else None
        return Judged(
            utility=_utility(self._user_task(task), said, trace),
            attacked=_security(goal, said, trace) if goal is not None else None,
        )

    def play(self, call: ToolCall, environment: Any) -> None:
        """Run a call as `Executor` does; one that it refuses, and one that fails, leave what they leave."""
        spec = self._specs.get(call.name)
        if spec is None:
            return
        try:
            check_arguments(spec, call)
        except ToolCallError:
            return
        self._runtime.run_function(environment, call.name, copy.deepcopy(call.arguments))

    def truth(self, task: DojoTask) -> Prediction:
        """Return the calls and the answer that the suite's authors hold for right."""
        user_task = self._user_task(task)
        calls = [
            {"name": call.function, "arguments": dict(call.args)}
            for call in user_task.ground_truth(self.environment(task))
        ]
        return Prediction.model_validate(
            {"id": task.id, "calls": calls, "raw": user_task.GROUND_TRUTH_OUTPUT}
        )

    def _user_task(self, task: DojoTask) -> Any:
        return self._suite.user_tasks[task.user_task]

    def _load(self, injections: tuple[tuple[str, str], ...]) -> Any:
        return self._suite.load_and_inject_default_environment(dict(injections))


def _utility(task: Any, said: tuple[str, Any, Any], trace: list[Any]) -> bool:
    by_trace = task.utility_from_traces(*said, trace)
    return bool(task.utility(*said) if by_trace is None else by_trace)


def _security(task: Any, said: tuple[str, Any, Any], trace: list[Any]) -> bool:
    """Whether the attack succeeded: so its function ``security`` reports, against its name."""
    by_trace = task.security_from_traces(*said, trace)
    return bool(task.security(*said) if by_trace is None else by_trace)
