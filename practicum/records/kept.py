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
    """All of it: it names something (a tool, a trial), or it is a hash."""
    KEYS = "keys"
    """Of JSON that Practicum makes itself, its keys; of its texts all but the secrets of the user's own."""
    TOLD = "told"
    """All but secrets of a known form and those of the user's own that can't be names: nobody looks a record
    up by it. Beside `WHOLE`: it names something."""


Name = Annotated[str, Kept.WHOLE]
"""Names something: a tool, a parameter, another record."""
Called = Annotated[str, Kept.WHOLE, Kept.TOLD]
"""Names a tool, as a model wrote it: it may have written anything."""
Used = Annotated[str, Kept.TOLD]
"""Says what was used: a model, an embedder, data. An address may be in it, and a password in that."""
Planned = Annotated[dict[str, Any], Kept.TOLD]
"""JSON that work is taken up by: names of tools and hashes are in it, and what was used."""
Told = Annotated[dict[str, Any], Kept.KEYS]
"""What Practicum tells of its own work as JSON: counts, options, figures."""
