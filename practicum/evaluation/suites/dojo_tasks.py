"""AgentDojo's tasks: what a user asks for, alone or with an attack hidden in what the tools return."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from practicum.errors import SetupError
from practicum.records import Item, Record
from practicum.tools.suites.agentdojo_package import open_suite, part

NO_ATTACK = "none"
ATTACKS = ("important_instructions", "direct")
_KNOWN_MODEL = "gpt-4o-2024-05-13"
"""Any that the package has a name for: it makes attacks on no other, though most do not use the name."""

_ANY_MODEL = ("local", "vllm_parsed")
"""Names in the package's table that say where a model runs, not which it is."""


class DojoTask(Record):
    """One user task, or one pair of a user task and an injection task."""

    suite: str
    user_task: str
    """Such as ``user_task_3``."""
    prompt: str
    """What the user asks."""
    attack: str = NO_ATTACK
    injection_task: str | None = None
    """What the attacker wants, such as ``injection_task_1``; None without an attack."""
    injections: dict[str, str] = Field(default_factory=dict)
    """What the attacker wrote, by the place in the environment where it stands."""

    @property
    def id(self) -> str:
        """Unique over suites, pairs and attacks."""
        parts = (self.suite, self.user_task)
        return "/".join(parts if self.injection_task is None else (*parts, self.injection_task, self.attack))

    @property
    def alone(self) -> DojoTask:
        """The user task without the attack."""
        return DojoTask(suite=self.suite, user_task=self.user_task, prompt=self.prompt)

    @property
    def item(self) -> Item:
        """The task as an item to run; its calls are not compared, so that none are expected."""
        return Item(id=self.id, query=self.prompt, expected=())


def load_tasks(
    suite: str, *, attack: str = NO_ATTACK, model: str = "", limit: int | None = None
) -> tuple[DojoTask, ...]:
    """Return the first ``limit`` user tasks of a suite, or pairs of a user task and an injection task.

    Pairs are in such an order that the first ones are of different user tasks.

    Args:
        suite: banking, slack, travel or workspace.
        attack: One of `ATTACKS`, or ``none``.
        model: The model's spec. ``important_instructions`` addresses it by its name if the package has one,
            else as "the AI language model".
        limit: How many; None for all.

    Raises:
        SetupError: there is no such suite or attack, or the package is missing.
    """
    opened = open_suite(suite)
    if attack == NO_ATTACK:
        tasks = list(opened.user_tasks.items())[:limit]
        return tuple(DojoTask(suite=suite, user_task=name, prompt=task.PROMPT) for name, task in tasks)
    if attack not in ATTACKS:
        raise SetupError(f"there is no attack {attack!r}", f"use {', '.join(ATTACKS)} or {NO_ATTACK}")
    attacker = _attacker(opened, attack, model)
    return tuple(_pair(opened, attacker, attack, *pair) for pair in _pairs(opened)[:limit])


def _pairs(suite: Any) -> list[tuple[str, str]]:
    """Every pair: first each user task with one injection task, then each with the next, and so on."""
    users, goals = list(suite.user_tasks), list(suite.injection_tasks)
    return [
        (user, goals[(place + shift) % len(goals)])
        for shift in range(len(goals))
        for place, user in enumerate(users)
    ]


def _pair(suite: Any, attacker: Any, attack: str, user: str, goal: str) -> DojoTask:
    task = suite.user_tasks[user]
    return DojoTask(
        suite=suite.name,
        user_task=user,
        prompt=task.PROMPT,
        attack=attack,
        injection_task=goal,
        injections=attacker.attack(task, suite.injection_tasks[goal]),
    )


def _attacker(suite: Any, attack: str, model: str) -> Any:
    """The package's attack, aimed at a model instead of at one of the package's own agents."""
    for module in ("baseline_attacks", "important_instructions_attacks"):
        part(f"attacks.{module}")  # attacks register themselves
    names: dict[str, str] = part("models").MODEL_NAMES
    known = next((name for name in names if name not in _ANY_MODEL and name in model), None)
    target = part("agent_pipeline.base_pipeline_element").BasePipelineElement
    aimed = type("Target", (target,), {"name": known or _KNOWN_MODEL, "query": None})()
    attacker = part("attacks.attack_registry").load_attack(attack, suite, aimed)
    if known is None:
        attacker.model_name = part("attacks.base_attacks").DEFAULT_MODEL_NAME
    return attacker
