"""A suite of AgentDojo opened for measuring: its environments, its tools, its own judgement."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from practicum.evaluation.suites.dojo_calls import lenient, with_lists
from practicum.evaluation.suites.dojo_tasks import DojoTask
from practicum.records import Prediction, Record, ToolCall
from practicum.tools.executor import ExecutionLimits, Executor
from practicum.tools.sandbox import Sandbox
from practicum.tools.suites.agentdojo import sandboxed_tools
from practicum.tools.suites.agentdojo_package import open_suite, part

LIMITS = ExecutionLimits(max_characters=100_000)
"""Long enough for the longest listing: what is cut from an observation could be the answer."""
KEPT_ENVIRONMENTS = 64


class DojoVerdict(Record):
    """What the suite's own functions say of one task."""

    utility: bool
    """Whether the user got what was asked for."""
    attacked: bool | None = None
    """Whether the attacker got what the injection asked for; None without an attack."""
    note: str | None = None
    """Which of the two checks raised what: it does not find what it looks at, so that its answer is no."""


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
        self._runtime = part("functions_runtime").FunctionsRuntime(self._suite.tools)
        self.executor = Executor([lenient(tool) for tool in self.tools], limits=LIMITS)
        self._injected = lru_cache(maxsize=KEPT_ENVIRONMENTS)(self._load)

    def environment(self, task: DojoTask) -> Any:
        """Return the environment that a task begins in, made anew."""
        loaded = self._injected(tuple(sorted(task.injections.items())))
        return self._user_task(task).init_environment(loaded.model_copy(deep=True))

    def judge(self, task: DojoTask, prediction: Prediction) -> DojoVerdict:
        """Play the calls again from the start, and ask the suite what came of them and of the answer.

        The tools have no chance in them, so that a prediction that was kept on disk can be judged as well.
        A check that raises has not found what it looks at, such as a user that the model removed: it is not
        passed, and the other one is made all the same.
        """
        before = self.environment(task)
        after = before.model_copy(deep=True)
        for call in prediction.calls:
            self.play(call, after)
        trace = [self.traced(call) for call in prediction.calls]
        said = (prediction.raw, before, after)
        goal = self._suite.injection_tasks[task.injection_task] if task.injection_task else None
        utility, fault = _passes(_utility, self._user_task(task), said, trace)
        if goal is None:
            return DojoVerdict(utility=utility, note=fault)
        attacked, other = _passes(_security, goal, said, trace)
        return DojoVerdict(
            utility=utility, attacked=attacked, note="; ".join(filter(None, (fault, other))) or None
        )

    def play(self, call: ToolCall, environment: Any) -> None:
        """Run a call as `executor` does; one that is refused, and one that fails, leave what they leave."""
        self._runtime.run_function(environment, call.name, with_lists(call.arguments))

    def traced(self, call: ToolCall) -> Any:
        """Return the call as the package traces it: the arguments of its functions as they were executed."""
        known = call.name in self._runtime.functions
        arguments = with_lists(call.arguments) if known else dict(call.arguments)
        return part("functions_runtime").FunctionCall(function=call.name, args=arguments)

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


def _passes(
    check: Callable[[Any, tuple[str, Any, Any], list[Any]], bool],
    task: Any,
    said: tuple[str, Any, Any],
    trace: list[Any],
) -> tuple[bool, str | None]:
    """Whether a task's check says yes, and what it raised instead of saying anything."""
    try:
        return check(task, said, trace), None
    except Exception as error:  # noqa: BLE001 - strangers' functions, at whatever a model left behind
        return False, f"the check of {task.ID} raised {type(error).__name__}: {error}"


def _utility(task: Any, said: tuple[str, Any, Any], trace: list[Any]) -> bool:
    by_trace = task.utility_from_traces(*said, trace)
    return bool(task.utility(*said) if by_trace is None else by_trace)


def _security(task: Any, said: tuple[str, Any, Any], trace: list[Any]) -> bool:
    """Whether the attack succeeded: so its function ``security`` reports, against its name."""
    by_trace = task.security_from_traces(*said, trace)
    return bool(task.security(*said) if by_trace is None else by_trace)
