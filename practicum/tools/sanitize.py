"""Tool output is hostile text: bounded, free of control characters, secrets redacted."""

from __future__ import annotations

import os
import re

MAX_CHARACTERS = 4000
"""Default bound of an observation; the middle of a longer text is cut out."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SECRETS = re.compile(
    r"sk-[A-Za-z0-9_-]{16,}"  # OpenAI and others
    r"|gh[pousr]_[A-Za-z0-9]{20,}"  # GitHub
    r"|AKIA[0-9A-Z]{16}"  # AWS
    r"|xox[abpr]-[A-Za-z0-9-]{10,}"  # Slack
    r"|lsv2_[a-z]{2}_[A-Za-z0-9_]{20,}"  # LangSmith
    r"|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}"  # JSON Web Token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"
)
_SECRET_NAMES = re.compile(r"(API_?KEY|TOKEN|SECRET|PASSWORD)$")
_SHORTEST_SECRET = 8


def sanitize(text: str, *, limit: int = MAX_CHARACTERS) -> tuple[str, bool]:
    """Return ``text`` fit to be stored and shown, and whether it was cut to ``limit`` characters."""
    clean = redact(_CONTROL.sub("", text))
    if len(clean) <= limit:
        return clean, False
    half = max(1, (limit - 40) // 2)
    return f"{clean[:half]}\n... ({len(clean) - 2 * half} characters left out) ...\n{clean[-half:]}", True


def redact(text: str) -> str:
    """Return ``text`` with known forms of secrets, and the secrets of this environment, blanked."""
    for secret in _environment_secrets():
        text = text.replace(secret, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


def _environment_secrets() -> list[str]:
    return [
        value
        for name, value in os.environ.items()
        if _SECRET_NAMES.search(name.upper()) and len(value) >= _SHORTEST_SECRET
    ]
