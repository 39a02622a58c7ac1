"""The catalog of tools, and which of them exploration may execute."""

from __future__ import annotations

import pytest
from langchain_core.tools import StructuredTool, tool

from practicum.errors import SetupError
from practicum.tools.catalog import Catalog, Refusal, Tool
from practicum.tools.effects import Effect, read_only
from practicum.tools.langchain_tools import make_catalog
from practicum.tools.policy import Otherwise, Rules, may_run, require_runnable

REFUSING = Rules(otherwise=Otherwise.REFUSE)


@read_only
def look_up(word: str) -> str:
    """Look a word up."""
    return word


def delete_word(word: str) -> str:
    """Delete a word."""
    return word


def untyped(word) -> str:  # type: ignore[no-untyped-def]  # what is refused
    return str(word)


def only_tool(thing: object) -> Tool:
    (made,) = make_catalog([thing]).tools  # type: ignore[list-item]  # tests pass stranger things, too
    return made


def with_metadata(effect: object) -> Tool:
    return only_tool(
        StructuredTool.from_function(func=delete_word, name="delete_word", metadata={"effect": effect})
    )


def test_tools_keep_their_order_and_a_second_one_of_a_name_is_refused() -> None:
    catalog = make_catalog([look_up, delete_word, look_up])
    assert [each.name for each in catalog] == ["look_up", "delete_word"]
    assert catalog.refused == (Refusal("look_up", "another tool has the same name", "rename one of the two"),)


def test_an_unknown_tool_is_answered_with_those_that_are_close() -> None:
    with pytest.raises(SetupError, match="no tool called 'lookup'") as caught:
        make_catalog([look_up, delete_word]).tool("lookup")
    assert caught.value.fix == "use one of: look_up"


def test_asking_for_a_refused_tool_says_why_it_was_refused() -> None:
    with pytest.raises(SetupError, match="untyped can't be used: its parameter 'word' has no type"):
        make_catalog([untyped]).tool("untyped")


def test_only_keeps_the_named_ones_in_their_order_once() -> None:
    catalog = make_catalog([look_up, delete_word])
    names = [each.name for each in catalog.only(("delete_word", "look_up", "delete_word"))]
    assert names == ["delete_word", "look_up"]
    assert catalog.only(()) is catalog


def test_a_catalog_with_a_refused_tool_or_without_tools_is_not_usable() -> None:
    with pytest.raises(SetupError, match="untyped can't be used") as caught:
        make_catalog([look_up, untyped]).require_usable()
    assert "give every parameter a type" in caught.value.fix
    with pytest.raises(SetupError, match="hold no tools"):
        Catalog().require_usable()
    usable = make_catalog([look_up])
    assert usable.require_usable() is usable


def test_only_what_is_read_only_or_allowed_by_name_is_executed() -> None:
    reader, writer = make_catalog([look_up, delete_word]).tools
    assert may_run(reader, ())
    assert not may_run(writer, ())
    assert may_run(writer, ("delete_word",))
    require_runnable([reader, writer], Rules(frozenset({"delete_word"}), Otherwise.REFUSE))


def test_a_tool_that_declares_nothing_is_not_executed_and_the_fix_says_how_to_allow_it() -> None:
    with pytest.raises(SetupError, match="its effect is unknown, nothing declares it") as caught:
        require_runnable(make_catalog([look_up, delete_word]).tools, REFUSING)
    assert "--allow delete_word" in caught.value.fix


def test_all_tools_that_may_not_run_are_counted() -> None:
    other = StructuredTool.from_function(func=delete_word, name="other")
    with pytest.raises(SetupError, match=r"delete_word \(and 1 more\) is not executed"):
        require_runnable(make_catalog([delete_word, other, look_up]).tools, REFUSING)


def test_allowing_a_tool_that_is_not_there_is_an_error_even_if_all_may_run() -> None:
    with pytest.raises(SetupError, match="--allow names no tool here: 'look-up'") as caught:
        require_runnable(make_catalog([look_up]).tools, Rules(frozenset({"look-up"})))
    assert caught.value.fix == "use one of: look_up"


@pytest.mark.parametrize("effect", ["reversible", "destructive"])
def test_metadata_declares_an_effect_and_only_read_only_runs(effect: str) -> None:
    made = with_metadata(effect)
    assert made.effect is Effect(effect)
    assert not may_run(made, ())
    assert may_run(with_metadata("read-only"), ())


@pytest.mark.parametrize("effect", ["harmless", "READ_ONLY"])
def test_an_effect_in_metadata_that_is_not_known_counts_as_unknown(effect: str) -> None:
    made = with_metadata(effect)
    assert made.effect is Effect.UNKNOWN
    assert repr(effect) in made.effect_reason


def test_metadata_of_a_strange_type_declares_nothing() -> None:
    assert with_metadata(True).effect_reason == "nothing declares it"


def test_an_unknown_effect_of_a_function_is_no_crash_and_nothing_runs() -> None:
    def look() -> str:
        """Look."""
        return ""

    look.effect = "harmless"  # type: ignore[attr-defined]  # functions take attributes
    for thing in (look, tool(look)):
        made = only_tool(thing)
        assert made.effect is Effect.UNKNOWN
        assert "'harmless'" in made.effect_reason


def test_what_a_function_declares_counts_before_the_metadata_of_its_tool() -> None:
    made = only_tool(
        StructuredTool.from_function(func=look_up, name="look_up", metadata={"effect": "destructive"})
    )
    assert (made.effect, made.effect_reason) == (Effect.READ_ONLY, "its function declares it")
