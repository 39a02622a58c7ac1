"""Made-up secrets of twenty kinds, and personal data, none of which opens anything or is anybody's."""

from __future__ import annotations

import base64
import json
import random
import string
from urllib.parse import quote

LETTERS = string.ascii_letters + string.digits
CONFIGURED = "WEATHER_API_KEY"
"""The variable in which a tool is given its secret."""
PATTERN = "ACME-[0-9]{6}"
"""A user's own pattern, for `practicum.toml`."""


def planted() -> dict[str, str]:
    """Return secrets by kind, the same in every run; put together here, for scanners to pass them by."""
    rng = random.Random(7)

    def drawn(length: int, letters: str = LETTERS) -> str:
        # A letter and a digit at the least, as nearly every random one has.
        return "q7" + "".join(rng.choice(letters) for _ in range(length - 2))

    upper = string.ascii_uppercase + string.digits
    lower = string.ascii_lowercase + string.digits
    key = "\n".join(drawn(64) for _ in range(5))
    token = ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=")
        for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"1234567890","name":"x"}', drawn(24).encode())
    )
    return {
        "OpenAI key": "sk-proj-" + drawn(40),
        "Anthropic key": "sk-ant-api03-" + drawn(60),
        "AWS access key": "AKIA" + drawn(16, upper).upper(),
        "AWS secret key": drawn(40),
        "GitHub token": "ghp_" + drawn(36),
        "GitHub fine-grained token": "github_pat_" + drawn(60),
        "GitLab token": "glpat-" + drawn(20),
        "Slack token": "xoxb-" + "1234567890-" + drawn(24),
        "Slack webhook": "https://hooks.slack.com/services/T" + drawn(8) + "/B" + drawn(8) + "/" + drawn(24),
        "Stripe key": "sk_live_" + drawn(24),
        "Google key": "AIza" + drawn(35),
        "JSON Web Token": token,
        "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{key}\n-----END RSA PRIVATE KEY-----",
        "password in an address": drawn(14),
        "password in a field": drawn(12, lower),
        "Telegram token": "123456789:" + drawn(35),
        "SendGrid key": "SG." + drawn(22) + "." + drawn(43),
        "Hugging Face token": "hf_" + drawn(34),
        "bearer token": drawn(48),
        "secret of the tool's configuration": drawn(10) + '/ +&"' + drawn(10),
    }


PERSONAL = {
    "e-mail": "jordan.vale@example.org",
    "phone": "+49 30 901820",
    "card": "4111 1111 1111 1111",
    "IBAN": "DE89 3704 0044 0532 0130 00",
    "own pattern": "ACME-204817",
}


def shown(kind: str, secret: str) -> str:
    """Return a secret as a tool's result would show it: some are told by what stands beside them."""
    around = {
        "AWS secret key": f"aws_secret_access_key = {secret}",
        "password in an address": f"postgres://admin:{secret}@db.internal:5432/app",
        "password in a field": json.dumps({"user": "admin", "password": secret}),
        "bearer token": f"Authorization: Bearer {secret}",
    }
    return around.get(kind, secret)


def needles(secret: str) -> list[bytes]:
    """Return what none of may be found where the secret must not be: it, its lines, and its encodings."""
    parts = [line for line in secret.splitlines() if not line.startswith("-----")]
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    spelled = [*parts, json.dumps(secret)[1:-1], quote(secret, safe=""), encoded[:-2], secret.encode().hex()]
    return [each.encode() for each in dict.fromkeys(spelled)]
