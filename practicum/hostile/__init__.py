"""Hostile text: what tools return is redacted, cleaned and searched for orders before anything keeps it.

`redact` blanks secrets in whatever is stored, traced or exported. `redact_seen` also blanks what a
tool's result shows beside a telling name, and personal data. `register_secrets` is for whoever hands a
secret to a tool: its value is blanked from then on, wherever it turns up. `Blanking` is for whoever
keeps conversations. `redact_record` is for whoever stores a record: it can be read again, whatever the
secrets are.
"""

from practicum.hostile.blanking import Blanking
from practicum.hostile.fields import redact_as, redact_record
from practicum.hostile.known import register_secrets
from practicum.hostile.marks import MARK, holds_redacted
from practicum.hostile.orders import instruction_like
from practicum.hostile.redaction import (
    Redaction,
    redact,
    redact_seen,
    redact_used,
    redact_value,
    redact_written,
    use,
)

__all__ = [
    "MARK",
    "Blanking",
    "Redaction",
    "holds_redacted",
    "instruction_like",
    "redact",
    "redact_as",
    "redact_record",
    "redact_seen",
    "redact_used",
    "redact_value",
    "redact_written",
    "register_secrets",
    "use",
]
