"""Named runs: what LangGraph and LangChain trace of themselves gets a name, tags and what it is about."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from practicum.hostile.redaction import redact
from practicum.tracing.client import is_on

if TYPE_CHECKING:
    from langsmith.run_trees import RunTree

T = TypeVar("T")
TAG = "practicum"
MOST_NAME = 100


async def named(
    name: str,
    work: Callable[[], Awaitable[T]],
    *,
    inputs: Mapping[str, Any],
    tags: Iterable[str] = (),
    run_id: uuid.UUID | None = None,
    **metadata: Any,
) -> T:
    """Await ``work`` as a run of this name, under the run at hand if there is one; as it is without tracing.

    Args:
        name: The run's.
        work: What is done. What it traces comes to lie under the run.
        inputs: What the run is shown to have begun with.
        tags: Beside ``practicum``.
        run_id: Where somebody is to find it again.
        metadata: What it is about; runs under it inherit that.
    """
    if not is_on():
        return await work()
    from langchain_core.runnables import RunnableLambda

    async def traced(_: Any) -> Any:
        return await work()

    config: Any = {
        "run_name": redact(name)[:MOST_NAME],  # names are not redacted by the client
        "tags": [TAG, *tags],
        "metadata": {key: value for key, value in metadata.items() if value is not None},
        **({"run_id": run_id} if run_id is not None else {}),
    }
    done: T = await RunnableLambda(traced).ainvoke(dict(inputs), config)
    return done


def annotate(*, whole: bool = False, **metadata: Any) -> None:
    """Say of the run at hand, and of what begins under it, what it is about.

    Args:
        whole: Say it of the run that all of it lies under instead: the agent's, or the episode's.
        metadata: What is said.
    """
    found = current_run()
    if found is None:
        return
    run, manager = found
    about = run if not whole else manager.tracer.run_map.get(str(run.trace_id), run)
    about.extra.setdefault("metadata", {}).update(metadata)
    if not whole:
        manager.callbacks.add_metadata(metadata, inherit=True)


class Manager:
    """What traces the run at hand."""

    def __init__(self, callbacks: Any, tracer: Any) -> None:
        self.callbacks = callbacks
        self.tracer = tracer


def current_run() -> tuple[RunTree, Manager] | None:
    """Return the run that this code runs under, if it is traced to LangSmith."""
    if not is_on():
        return None
    from langchain_core.runnables.config import var_child_runnable_config
    from langchain_core.tracers.langchain import LangChainTracer

    # Not `ensure_config`, which copies: what begins under the run would not hear of it.
    callbacks: Any = (var_child_runnable_config.get() or {}).get("callbacks")
    parent = getattr(callbacks, "parent_run_id", None)
    tracers = [each for each in getattr(callbacks, "handlers", ()) if isinstance(each, LangChainTracer)]
    run = tracers[0].run_map.get(str(parent)) if tracers and parent else None
    return None if run is None else (run, Manager(callbacks, tracers[0]))
