"""What becomes of a tool's calls is decided in one place, before anything runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practicum.errors import SetupError
from practicum.records import JsonObject, Mode, ToolSpec
from practicum.tools.catalog import Tool
from practicum.tools.effects import Effect
from practicum.tools.policy import Otherwise, Rules, Taping, decide, require_runnable
from practicum.tools.sandbox import Sandbox


async def nothing(arguments: JsonObject) -> None:
    del arguments


def tool(effect: Effect, *, sandbox: bool = False) -> Tool:
    spec = ToolSpec(name="t", description="", parameters={"type": "object", "properties": {}})
    return Tool(spec, effect, "says the test", nothing, Sandbox(lambda seed: seed) if sandbox else None)


RULES = st.builds(
    Rules,
    allow=st.sampled_from([frozenset(), frozenset({"t"})]),
    otherwise=st.sampled_from(Otherwise),
    taping=st.sampled_from(Taping),
)
TOOLS = st.builds(tool, st.sampled_from(Effect), sandbox=st.booleans())


@given(TOOLS, RULES)
def test_only_what_is_harmless_resettable_or_allowed_is_ever_live(made: Tool, rules: Rules) -> None:
    decision = decide(made, rules)
    resettable = made.effect is Effect.REVERSIBLE and made.sandbox is not None
    harmless = made.effect is Effect.READ_ONLY or resettable or bool(rules.allow)
    assert decision.may_run == harmless
    assert decision.how is not Mode.LIVE or harmless
    assert decision.reason


@given(TOOLS, RULES)
def test_with_cassettes_alone_nothing_is_live(made: Tool, rules: Rules) -> None:
    if rules.taping is Taping.REPLAY and rules.otherwise is not Otherwise.REPLAY:
        assert decide(made, rules).how is Mode.REPLAYED


@pytest.mark.parametrize(
    ("otherwise", "how"),
    [
        (Otherwise.DRY_RUN, Mode.DRY_RUN),
        (Otherwise.REPLAY, Mode.REPLAYED),
        (Otherwise.SIMULATE, Mode.SIMULATED),
        (Otherwise.REFUSE, None),
    ],
)
def test_the_user_chooses_what_becomes_of_the_rest(otherwise: Otherwise, how: Mode | None) -> None:
    rules = Rules(otherwise=otherwise)
    assert decide(tool(Effect.UNKNOWN), rules).how is how
    assert decide(tool(Effect.READ_ONLY), rules).how is Mode.LIVE


def test_the_reason_names_the_tier_its_source_and_what_is_missing() -> None:
    assert decide(tool(Effect.REVERSIBLE), Rules()).reason == (
        "its effect is reversible, says the test, but nothing resets what it changes"
    )
    assert decide(tool(Effect.UNKNOWN), Rules(frozenset({"t"}))).reason == "--allow names it"


def test_a_reversible_tool_that_is_refused_is_told_how_it_could_be_reset() -> None:
    with pytest.raises(SetupError) as caught:
        require_runnable([tool(Effect.REVERSIBLE)], Rules(otherwise=Otherwise.REFUSE))
    assert "[tools.reset]" in caught.value.fix
    require_runnable([tool(Effect.REVERSIBLE, sandbox=True)], Rules(otherwise=Otherwise.REFUSE))
