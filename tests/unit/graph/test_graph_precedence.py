"""A tool that takes none of its calls lets the others go first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from made_trials import made_trial

from practicum.graph.precedence import Precedence
from practicum.records import ErrorKind, Observation, Step, ToolCall, Trial

CALL = ToolCall(name="find", arguments={"id": "A-1"})
ACCEPTED = made_trial(id="a", steps=(Step(call=CALL, observation=Observation(text="found")),))
REFUSED = made_trial(
    id="b", steps=(Step(call=CALL, observation=Observation(text="Error: no", error=ErrorKind.RAISED)),)
)


async def explored(episodes: dict[str, Sequence[Trial]], *, at_once: int = 8) -> list[str]:
    """Run tools with one trial an episode, as given; return whose episodes ran, in order."""
    slots, ran = asyncio.Semaphore(at_once), list[str]()
    precedence = Precedence(slots, len(episodes))

    async def explore(name: str, trials: Sequence[Trial]) -> None:
        async with slots:
            for number, trial in enumerate(trials):
                ran.append(name)
                await asyncio.sleep(0)
                await precedence.after([trial], goes_on=number < len(trials) - 1)
            precedence.tool_ended()

    async with asyncio.timeout(10):
        await asyncio.gather(*(explore(name, trials) for name, trials in episodes.items()))
    return ran


async def test_what_is_refused_waits_for_what_others_return() -> None:
    ran = await explored({"late": [REFUSED] * 3, "one": [ACCEPTED] * 3, "other": [ACCEPTED] * 3})
    assert ran[0] == "late"
    assert ran.index("late", 1) > 3  # the others had an episode each
    assert len(ran) == 9


async def test_it_gives_its_place_to_who_waits_for_one() -> None:
    ran = await explored({"late": [REFUSED] * 2, "one": [ACCEPTED] * 2, "other": [ACCEPTED]}, at_once=1)
    assert ran[:3] == ["late", "one", "one"]
    assert sorted(ran[3:]) == ["late", "other"]


async def test_where_all_are_refused_all_go_on() -> None:
    ran = await explored({"one": [REFUSED] * 3, "other": [REFUSED] * 3})
    assert sorted(ran) == ["one"] * 3 + ["other"] * 3
    alone = await explored({"one": [REFUSED] * 3})
    assert alone == ["one"] * 3


async def test_who_waits_goes_on_when_the_others_end() -> None:
    ran = await explored({"late": [REFUSED] * 2, "one": [ACCEPTED]})
    assert ran == ["late", "one", "late"]
