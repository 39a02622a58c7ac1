"""An interrupted evaluation goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from practicum.evaluation import score
from practicum.evaluation.attempt_log import AttemptLog, log_name
from practicum.evaluation.attempts import Attempted
from practicum.evaluation.verdict_log import VerdictLog
from practicum.records import Item, JsonObject, Prediction, ToolCall, ToolSpec

ITEMS = [Item(id=f"i-{n}", query=f"query {n}", expected=(ToolCall(name="t"),)) for n in range(3)]


class _Counting:
    def __init__(self, broken: str | None = None, arguments: JsonObject | None = None) -> None:
        self.asked: list[str] = []
        self._broken = broken
        self._calls = (ToolCall(name="t", arguments=arguments or {}),)

    async def __call__(self, item: Item) -> Attempted:
        self.asked.append(item.id)
        return Attempted(prediction=Prediction(id=item.id, calls=self._calls), broken=self._broken)


async def test_what_was_answered_before_is_not_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "runs" / "a.jsonl"
    first, second = _Counting(), _Counting()
    for item in ITEMS[:2]:
        await AttemptLog(file).resuming(first)(item)
    again = AttemptLog(file).resuming(second)
    attempts = [await again(item) for item in ITEMS]
    assert [attempt.id for attempt in attempts] == ["i-0", "i-1", "i-2"]
    assert second.asked == ["i-2"]


async def test_a_line_that_a_kill_cut_short_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    await AttemptLog(file).resuming(_Counting())(ITEMS[0])
    with file.open("a", encoding="utf-8") as log:
        log.write('{"prediction": {"id": "i-1"')
    model = _Counting()
    again = AttemptLog(file).resuming(model)
    for item in ITEMS[:2]:
        await again(item)
    assert model.asked == ["i-1"]


async def test_what_is_answered_after_a_line_was_cut_short_survives_the_next_kill(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"prediction": {"id": "i-0"')
    await AttemptLog(file).resuming(_Counting())(ITEMS[0])
    log, model = AttemptLog(file), _Counting()
    await log.resuming(model)(ITEMS[0])
    assert model.asked == []
    assert log.answered == 1


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), "half \ud83d", "two\u2028lines", None])
async def test_an_odd_value_is_not_another_one_after_an_interruption(tmp_path: Path, odd: object) -> None:
    item = Item(id="odd", query="q", expected=(ToolCall(name="t"),))
    spec = ToolSpec(name="t", description="d", parameters={"type": "object", "properties": {"a": {}}})
    model = _Counting(arguments={"a": odd})
    first = await AttemptLog(tmp_path / "a.jsonl").resuming(model)(item)
    again = await AttemptLog(tmp_path / "a.jsonl").resuming(model)(item)
    assert model.asked == ["odd"]
    # Null would count as left out, and what was wrong be right.
    assert score([item], [again], [spec]).strict.correct == score([item], [first], [spec]).strict.correct


async def test_a_broken_attempt_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    await AttemptLog(file).resuming(_Counting(broken="no network"))(ITEMS[0])
    model = _Counting()
    await AttemptLog(file).resuming(model)(ITEMS[0])
    assert model.asked == ["i-0"]


async def test_calls_with_a_secret_are_made_again_rather_than_read_with_a_mark(tmp_path: Path) -> None:
    file, secret = tmp_path / "a.jsonl", "AKIAIOSFODNN7EXAMPLE"
    model = _Counting(arguments={"key": secret})
    await AttemptLog(file).resuming(model)(ITEMS[0])
    again = await AttemptLog(file).resuming(model)(ITEMS[0])
    assert model.asked == ["i-0", "i-0"]
    assert again.prediction.calls[0].arguments == {"key": secret}
    assert not file.exists() or secret not in file.read_text()


def test_a_verdict_on_calls_with_a_secret_is_not_read_as_one_on_others(tmp_path: Path) -> None:
    file, question = tmp_path / "v.jsonl", ("i-0", ('t(key="AKIAIOSFODNN7EXAMPLE")',))
    verdicts = VerdictLog(file)
    verdicts.add(question, same=True)
    assert verdicts.get(question) is True
    assert not file.exists()


async def test_a_finished_evaluation_leaves_no_file(tmp_path: Path) -> None:
    log = AttemptLog(tmp_path / "a.jsonl")
    await log.resuming(_Counting())(ITEMS[0])
    log.forget()
    assert not log.path.exists()


def test_another_tool_schema_or_arm_is_another_file() -> None:
    spec = ToolSpec(name="t", description="d", parameters={"type": "object", "properties": {}})
    other = spec.model_copy(update={"description": "e"})
    names = {
        log_name(ITEMS, [spec], "local", "base"),
        log_name(ITEMS, [other], "local", "base"),
        log_name(ITEMS, [spec], "local", "demos"),
        log_name(ITEMS[:2], [spec], "local", "base"),
    }
    assert len(names) == 4


async def test_an_attempt_is_read_again_whatever_is_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jsonl"
    for number, word in enumerate(("prediction", "arguments", "postgres")):
        monkeypatch.setenv(f"DB_{number}_PASSWORD", word)
    calls = (ToolCall(name="postgres_query", arguments={"a": 1}),)
    made = Attempted(prediction=Prediction(id="postgres-1", calls=calls, raw="it is postgres"))

    async def predict(_: Item) -> Attempted:
        return made

    item = Item(id="postgres-1", query="q", expected=calls)
    await AttemptLog(file).resuming(predict)(item)
    again = AttemptLog(file)
    known = await again.resuming(_Counting())(item)
    assert again.answered == 1
    assert known.prediction == made.prediction.model_copy(update={"raw": "it is [redacted]"})
