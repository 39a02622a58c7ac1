"""Which fields of records redaction leaves as they are: those that a record could not be read without.

Texts are redacted wherever nothing else is said, so that a field that somebody adds gives no secret away.
Numbers, times and closed sets of words are never redacted, nor are the names of fields.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any


class Kept(Enum):
    """What stays of a field, as a mark on its type."""

    WHOLE = "whole"
    """All of it: it names something (a tool, a trial, a model), or it is a hash."""
    KEYS = "keys"
    """Of JSON that Practicum makes itself, its keys; of its texts all but the secrets of the user's own."""


Name = Annotated[str, Kept.WHOLE]
"""Names something: a tool, a parameter, a model, another record."""
Whole = Annotated[dict[str, Any], Kept.WHOLE]
"""JSON in which nothing is anybody's words."""
Told = Annotated[dict[str, Any], Kept.KEYS]
"""What Practicum tells of its own work as JSON: counts, options, figures."""
