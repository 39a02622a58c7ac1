"""One episode through the whole graph, asserted on the records it leaves."""

from __future__ import annotations

from pathlib import Path

from graph_parts import (
    IMAGINING,
    QUERIES,
    SUMMARIZING,
    Adder,
    call,
    imagine,
    notes_of,
    plan_for,
    prompts_with,
    recorded,
    reflect,
    run,
    say,
    scripted,
    story,
    summarize,
    text_of,
)

from practicum.records import ErrorKind, Mode, Outcome, Strategy, ToolCall


async def test_an_episode_leaves_trials_with_steps_reflections_and_notes(tmp_path: Path) -> None:
    adder = Adder()
    model = scripted(
        imagine("What is minus one plus 3?"),
        imagine(QUERIES[1][0]),
        reflect(solved=False, reason="negative numbers are refused"),
        reflect(solved=True, reason="it is 21"),
        summarize({"parameter": "a", "text": "Only positive numbers.", "trials": [1]}),
        call("minus one", a=-1, b=3),
        call("must not be negative", a=1, b=3),
        say("sum=4;", "I could only add 1 and 3: 4."),
        call("10 apples", a=10, b=11),
        say("sum=21;", "21 pieces."),
    )
    await run(tmp_path, plan_for(adder.tool()), model)
    (first, second), notes = recorded(tmp_path), notes_of(tmp_path)

    assert first.query == "What is minus one plus 3?"
    assert [step.call for step in first.steps] == [
        ToolCall(name="add", arguments={"a": -1, "b": 3}),
        ToolCall(name="add", arguments={"a": 1, "b": 3}),
    ]
    assert [step.observation.error for step in first.steps] == [ErrorKind.RAISED, None]
    assert first.steps[0].observation.text == "Error: a must not be negative"
    assert first.answer == "I could only add 1 and 3: 4."
    assert first.outcome is Outcome.UNSOLVED
    assert first.reflection is not None
    assert first.reflection.reason == "negative numbers are refused"
    assert (second.outcome, second.number, second.episode) == (Outcome.SOLVED, 2, 1)
    assert second.id == f"{second.episode_id}-2"
    assert second.strategy is Strategy.QUERY_FIRST
    assert second.model == "scripted"
    assert second.usage.model_calls == 4
    assert first.usage.model_calls == 5
    assert second.usage.prompt_tokens > 0
    assert {note.text: note.evidence for note in notes} == {
        "a -1 refused: a must not be negative": (first.id,),
        "Only positive numbers.": (first.id,),
    }
    assert adder.calls == [(-1, 3), (1, 3), (10, 11)]
    assert model.left == 0


async def test_the_second_trial_sees_the_steps_of_the_first(tmp_path: Path) -> None:
    model = scripted(*story(QUERIES[:2]))
    await run(tmp_path, plan_for(Adder().tool()), model)
    first, second = prompts_with(model, IMAGINING)
    assert "In this session you have asked" not in first
    for part in (f"- [solved] {QUERIES[0][0]}", '  {"a":2,"b":3} -> sum=5;'):
        assert part in second
    attempt = next(prompt for prompt in model.prompts if prompt[-1].text == QUERIES[1][0])
    assert [message.type for message in attempt] == ["system", "human", "ai", "tool", "ai", "human"]


async def test_the_next_episode_sees_earlier_queries_but_not_their_steps(tmp_path: Path) -> None:
    model = scripted(*story(QUERIES[:2], episodes=2))
    await run(tmp_path, plan_for(Adder().tool(), episodes=2, trials=1), model)
    first, second = prompts_with(model, IMAGINING)
    assert "that were tried before" not in first
    assert f"- [solved] {QUERIES[0][0]}" in second
    assert "sum=5" not in second
    trials = recorded(tmp_path)
    assert [trial.episode for trial in trials] == [1, 2]
    assert len({trial.episode_id for trial in trials}) == 2


async def test_notes_of_an_episode_are_shown_to_the_next(tmp_path: Path) -> None:
    lesson = {"parameter": None, "text": "Sums of sheep work.", "trials": [1]}
    replies = [reply for reply in story(QUERIES[:2]) if reply.when != SUMMARIZING]
    model = scripted(summarize(lesson), summarize(), *replies)
    await run(tmp_path, plan_for(Adder().tool(), episodes=2, trials=1), model)
    first, second = prompts_with(model, IMAGINING)
    assert "Sums of sheep work." not in first
    assert "- Sums of sheep work." in second


async def test_a_lesson_that_names_no_trial_of_the_episode_is_no_note(tmp_path: Path) -> None:
    replies = [reply for reply in story(QUERIES[:1]) if reply.when != SUMMARIZING]
    idle = {"parameter": None, "text": "Heard elsewhere.", "trials": [7]}
    await run(tmp_path, plan_for(Adder().tool(), trials=1), scripted(summarize(idle), *replies))
    assert notes_of(tmp_path) == []


async def test_a_near_duplicate_is_imagined_anew_and_told_why(tmp_path: Path) -> None:
    query = QUERIES[0][0]
    replies = story(QUERIES[:2])
    model = scripted(imagine(query), imagine(query), *replies[1:])
    await run(tmp_path, plan_for(Adder().tool()), model)
    trials = recorded(tmp_path)
    assert [trial.query for trial in trials] == [query, QUERIES[1][0]]
    imaginings = prompts_with(model, IMAGINING)
    assert len(imaginings) == 3
    assert "just turned down" not in imaginings[1]
    assert f"just turned down because they are too close to earlier ones:\n- {query}" in imaginings[2]
    assert trials[1].usage.model_calls == 5


async def test_a_model_that_knows_only_one_query_is_asked_three_times_and_then_taken_at_its_word(
    tmp_path: Path,
) -> None:
    query, a, b = QUERIES[0]
    model = scripted(*(imagine(query) for _ in range(3)), *story([QUERIES[0], QUERIES[0]]))
    await run(tmp_path, plan_for(Adder().tool()), model)
    trials = recorded(tmp_path)
    assert [trial.query for trial in trials] == [query, query]
    assert len(prompts_with(model, IMAGINING)) == 1 + 3
    assert trials[1].final_call == ToolCall(name="add", arguments={"a": a, "b": b})


async def test_long_term_memory_of_another_episode_turns_a_near_duplicate_away(tmp_path: Path) -> None:
    replies = story(QUERIES[:2], episodes=2)
    model = scripted(imagine(QUERIES[0][0]), *replies)
    await run(tmp_path, plan_for(Adder().tool(), episodes=2, trials=1), model)
    trials = recorded(tmp_path)
    assert [trial.query for trial in trials] == [QUERIES[0][0], QUERIES[1][0]]


async def test_without_execution_the_tool_is_never_run(tmp_path: Path) -> None:
    adder, query = Adder(), QUERIES[0][0]
    model = scripted(imagine(query), reflect(), summarize(), call(query, a=2, b=3), say("was noted", "5."))
    plan = plan_for(adder.tool(), trials=1, without=frozenset({"execution"}))
    await run(tmp_path, plan, model)
    (trial,) = recorded(tmp_path)
    assert adder.calls == []
    assert trial.steps[0].observation.mode is Mode.DRY_RUN
    assert trial.steps[0].observation.text == "The call was noted; nothing was executed."


async def test_without_reflection_any_result_is_solved_and_no_one_is_asked(tmp_path: Path) -> None:
    query = QUERIES[0][0]
    model = scripted(imagine(query), summarize(), call(query, a=2, b=4), say("sum=6;", "6"))
    plan = plan_for(Adder().tool(), trials=1, without=frozenset({"reflection"}))
    await run(tmp_path, plan, model)
    (trial,) = recorded(tmp_path)
    assert trial.outcome is Outcome.SOLVED
    assert model.left == 0


async def test_without_short_term_memory_the_second_trial_knows_nothing_of_the_first(tmp_path: Path) -> None:
    model = scripted(*story(QUERIES[:2]))
    await run(tmp_path, plan_for(Adder().tool(), without=frozenset({"short-term"})), model)
    told = [text_of(prompt) for prompt in model.prompts if QUERIES[1][0] in text_of(prompt)]
    assert len(told) > 2
    assert [text for text in told if QUERIES[0][0] in text and SUMMARIZING not in text] == []
    assert "In this session" not in prompts_with(model, IMAGINING)[1]


async def test_without_long_term_memory_nothing_past_is_shown_or_screened(tmp_path: Path) -> None:
    query = QUERIES[0]
    model = scripted(*story([query, query], episodes=2))
    plan = plan_for(Adder().tool(), episodes=2, trials=1, without=frozenset({"long-term"}))
    await run(tmp_path, plan, model)
    imaginings = prompts_with(model, IMAGINING)
    assert len(imaginings) == 2
    assert "tried before" not in imaginings[1]
    trials = recorded(tmp_path)
    assert [trial.query for trial in trials] == [query[0], query[0]]
