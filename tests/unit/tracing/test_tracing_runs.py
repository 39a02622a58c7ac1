"""Named runs as they arrive at a stub of LangSmith, in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.runnables import RunnableLambda
from langsmith_stub import LangSmith, traced_here
from made_trials import made_trial

from practicum.errors import SetupError
from practicum.models.scripted import ScriptedChatModel, ScriptedReply
from practicum.tracing import (
    annotate,
    end_trial,
    feedback,
    flush,
    give_feedback,
    named,
    sending,
    trial_run_id,
)

pytestmark = pytest.mark.enable_socket
SECRET = "ghp_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zZ1234"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[LangSmith]:
    """A stub that this process traces to."""
    with traced_here(monkeypatch) as running:
        yield running


async def test_a_run_is_named_redacted_and_tells_what_it_is_about_to_those_under_it(
    service: LangSmith,
) -> None:
    async def work() -> str:
        annotate(trial=2)
        annotate(whole=True, shown=["a"])
        inner: RunnableLambda[int, str] = RunnableLambda(lambda _: f"done {SECRET}")
        return str(await inner.ainvoke(1, {"run_name": "inner"}))

    async def outer(_: int) -> str:
        return await named(
            f"call {SECRET}", work, inputs={"q": SECRET}, tags=["tool-call"], tool="t", none=None
        )

    said = await RunnableLambda(outer).ainvoke(1, {"run_name": "outer"})
    assert said == f"done {SECRET}"
    assert flush(60)
    (call,), (inner,), (whole,) = (service.named(name) for name in ("call ", "inner", "outer"))
    assert {"practicum", "tool-call"} <= set(call["tags"])
    assert (call["extra"]["metadata"]["tool"], call["extra"]["metadata"]["trial"]) == ("t", 2)
    assert inner["extra"]["metadata"]["trial"] == 2
    assert inner["parent_run_id"] == call["id"]
    assert whole["extra"]["metadata"]["shown"] == ["a"]
    assert SECRET.encode() not in service.everything


async def test_a_finished_trial_is_a_run_with_its_outcome_which_later_verdicts_find(
    service: LangSmith,
) -> None:
    trial = made_trial(query=f"How much? {SECRET}")

    async def episode(_: int) -> None:
        end_trial(trial)

    await RunnableLambda(episode).ainvoke(1, {"run_name": "episode"})
    give_feedback(trial_run_id(trial), "judge", score=False, value="wrong", comment=f"it says {SECRET}")
    assert flush(60)
    (run,), (whole,) = service.named("trial 1 of convert"), service.named("episode")
    assert run["parent_run_id"] == whole["id"]
    assert run["end_time"]
    said = service.feedback_on(run)
    assert (said["outcome"]["score"], said["outcome"]["value"]) == (1, "solved")
    assert (said["judge"]["score"], said["judge"]["value"]) == (0, "wrong")
    assert said["judge"]["session_id"] == service.projects["a-project"]["id"]
    assert SECRET.encode() not in service.everything


async def test_what_a_model_was_offered_and_its_settings_are_redacted_too(service: LangSmith) -> None:
    model = ScriptedChatModel(
        replies=(ScriptedReply(content="Fine."),), source=f"https://ann:{SECRET}@example.com"
    )
    parameters = {"type": "object", "properties": {"to": {"enum": ["ann.bee@example.com", SECRET]}}}
    offered = {"name": "send", "description": "Send.", "parameters": parameters}
    tool = {"type": "function", "function": offered}
    bound = model.bind_tools([tool], grounded=[tool])
    await bound.ainvoke("Hello!", {"run_name": f"said {SECRET}", "tags": [SECRET]})
    assert flush(60)
    (run,) = service.named("said ")
    assert run["extra"]["invocation_params"]["tools"]
    assert SECRET.encode() not in service.everything
    assert b"ann.bee@example.com" not in service.everything


@pytest.mark.parametrize(
    "asked",
    [{"LANGSMITH_TRACING_MODE": "otel"}, {"LANGSMITH_OTEL_ENABLED": "true", "LANGSMITH_OTEL_ONLY": "true"}],
)
def test_traces_for_opentelemetry_alone_never_go_to_langsmith_instead(
    service: LangSmith, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    monkeypatch.setattr("practicum.tracing.client.find_spec", lambda _: None)
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    from langsmith import utils

    from practicum.tracing import redact_traces

    utils.get_env_var.cache_clear()  # type: ignore[attr-defined]
    with pytest.raises(SetupError, match="OpenTelemetry alone") as refused:
        redact_traces()
    assert "langsmith[otel]" in refused.value.fix
    assert not [sent for sent in service.sent if sent.path != "/info"]


def test_what_goes_to_opentelemetry_alone_has_no_feedback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        tracing_mode = "otel"  # and nothing else: it is not asked for more

    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setattr(sending, "_State", type("_State", (sending._State,), {"also": []}))
    monkeypatch.setattr("practicum.tracing.feedback.redacting_client", Client)
    sender = feedback._Sender()
    monkeypatch.setattr(feedback, "_SENDER", sender)
    give_feedback(trial_run_id(made_trial()), "outcome", score=True)
    assert sender.wait(60)
    assert sending.failures() == 0


async def test_without_tracing_work_is_done_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "false")

    async def work() -> int:
        annotate(trial=1)
        end_trial(made_trial())
        return 7

    assert await named("it", work, inputs={}) == 7
