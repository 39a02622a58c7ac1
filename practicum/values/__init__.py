"""What a value looks like when a person says it, and what people's words may mean.

For each format there is a *verbaliser* (value to what people say) and a *resolver*
(what people say to candidate values). Imagination phrases with the first; grounded
decoding offers a model only what the second finds in the query. Formats are keyed
by JSON Schema's ``format``, or detected from a parameter's schema, name and
description; `register` adds one of your own.
"""

from practicum.values.claims import claimed
from practicum.values.detection import arguments_of, detect
from practicum.values.fitting import candidates, equivalent, sample, spellings
from practicum.values.grounding import choices, ground
from practicum.values.registry import get, names, register
from practicum.values.shown import shown
from practicum.values.spans import Span

__all__ = [
    "Span",
    "arguments_of",
    "candidates",
    "choices",
    "claimed",
    "detect",
    "equivalent",
    "get",
    "ground",
    "names",
    "register",
    "sample",
    "shown",
    "spellings",
]
