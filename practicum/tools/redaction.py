"""For tool sources: the secrets that a tool is given are blanked wherever they turn up."""

from practicum.hostile import Redaction, redact, redact_seen, register_secrets, use
from practicum.hostile.known import secrets_of

__all__ = ["Redaction", "redact", "redact_seen", "register_secrets", "secrets_of", "use"]
