"""Grounding: of all calls that the schemas allow, those that the words at hand can mean.

`tools` narrows tools to what a text says: texts that it gives by name (`named`), its own words for what
nothing tells of (`copied`), each number to one argument (`numbers`), codes that look like those that another
tool or practice shows (`exemplified`); `dealing` gives what two arguments share to one each. What practice
taught helps: which of two arguments of one kind is meant (`cues`), forwards or backwards (`signs`), numbers
and their units (`measures`), optional numbers (`told`), and where a free text begins (`frames`). Large models
do without it; the embedded one needs it.
"""

from practicum.nodes.grounding.dealing import dealt_out
from practicum.nodes.grounding.exemplified import with_shared_sets
from practicum.nodes.grounding.tools import (
    fillable,
    ground_tool,
    ground_tools,
    missing,
    possible_tools,
    with_vocabulary,
)

__all__ = [
    "dealt_out",
    "fillable",
    "ground_tool",
    "ground_tools",
    "missing",
    "possible_tools",
    "with_shared_sets",
    "with_vocabulary",
]
