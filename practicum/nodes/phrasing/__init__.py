"""Saying as users would what they want: a generic realiser, without templates per tool.

A call passes through: roles of its parameters (`assigning`, `groups`), the tool's verb, noun and
sentence (`request`, `mentions`, `wording`), a clause by description, frame or labels (`clauses`,
`frames`), the values as people say them (`saying`), a register (`style`), and the round trip that
every query must survive (`roundtrip`).
"""

from practicum.nodes.phrasing.realise import Phrase, phrase, phrasings

__all__ = ["Phrase", "phrase", "phrasings"]
