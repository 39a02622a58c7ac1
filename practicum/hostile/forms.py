"""Secrets that are known by their form: those of the library detect-secrets, and of newer services.

The library's entropy detectors are left out: ids and hashes, which tools return all day, look random
too. So is its detector of keywords, which is made for source code; `keyed` reads results instead.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache

from practicum.hostile.lines import Offsets

_LIBRARY = {
    "aws": "AWSKeyDetector",
    "azure_storage_key": "AzureStorageKeyDetector",
    "cloudant": "CloudantDetector",
    "discord": "DiscordBotTokenDetector",
    "github_token": "GitHubTokenDetector",
    "gitlab_token": "GitLabTokenDetector",
    "ibm_cloud_iam": "IbmCloudIamDetector",
    "ibm_cos_hmac": "IbmCosHmacDetector",
    "mailchimp": "MailchimpDetector",
    "pypi_token": "PypiTokenDetector",
    "sendgrid": "SendGridDetector",
    "slack": "SlackDetector",
    "softlayer": "SoftlayerDetector",
    "square_oauth": "SquareOAuthDetector",
    "stripe": "StripeDetector",
    "telegram_token": "TelegramBotTokenDetector",
    "twilio": "TwilioKeyDetector",
}
"""The library's detectors by module. Left out are those of entropy, keywords and addresses, one,
Artifactory's, that takes the word "APARTMENTS" for a password, and three whose patterns take seconds for
text that is made for it: `_OWN` finds theirs."""
_SPACES = ((" *", " {0,16}"), (" +", " {1,16}"))
"""The library's assignments take any number of spaces thrice in a row: a thousand of them took hours."""
_EDGE = r"(?<![A-Za-z0-9])"
_OWN = (
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:(?!-----BEGIN )[\s\S]){0,16000}?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
    r"|(?:\\[nr]|[\sA-Za-z0-9+/=:,.\\-]){0,16000})",  # a block that was cut before its end, too
    _EDGE + r"sk-[A-Za-z0-9_-]{16,}",  # OpenAI, Anthropic, DeepSeek, OpenRouter
    r"sk-[A-Za-z0-9_-]{0,128}[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}",
    _EDGE + r"gh[pousr]_[A-Za-z0-9]{20,}",
    _EDGE + r"github_pat_[A-Za-z0-9_]{20,}",
    _EDGE + r"xox[a-z]-[A-Za-z0-9-]{10,}|" + _EDGE + r"xapp-[A-Za-z0-9-]{20,}",
    _EDGE + r"lsv2_[a-z]{2}_[A-Za-z0-9_]{20,}",
    r"eyJ[A-Za-z0-9_=-]{10,1000}\.[A-Za-z0-9_=-]+(?:\.[A-Za-z0-9_=+/-]*)?",  # JSON Web Tokens
    _EDGE + r"AIza[A-Za-z0-9_-]{35}",  # Google
    _EDGE + r"GOCSPX-[A-Za-z0-9_-]{20,}",
    _EDGE + r"ya29\.[A-Za-z0-9_-]{20,}",
    _EDGE + r"hf_[A-Za-z0-9]{30,}",  # Hugging Face
    _EDGE + r"(?:gsk|xai|tvly|pplx|pcsk|nvapi|r8|rpa|fw|csk)[_-][A-Za-z0-9_-]{20,}",  # model services
    _EDGE + r"dapi[a-f0-9]{32}",  # Databricks
    _EDGE + r"do[opr]_v1_[a-f0-9]{64}",  # DigitalOcean
    _EDGE + r"(?:rk|sk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|" + _EDGE + r"whsec_[A-Za-z0-9]{16,}",  # Stripe
    _EDGE + r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",  # Shopify
    _EDGE + r"glpat-[A-Za-z0-9_-]{20,}",
    _EDGE + r"npm_[A-Za-z0-9]{36}",
    r"/:_authToken=\s{0,8}([^\s\"'\\]{6,512})",
    _EDGE + r"hvs\.[A-Za-z0-9_-]{24,}",  # HashiCorp Vault
    _EDGE + r"dp\.[a-z]{2}\.[A-Za-z0-9]{40,}",  # Doppler
    _EDGE + r"(?:lin_api|lin_oauth|ntn|figd|sbp|PMAK|ATATT3x|secret)[_-]?[A-Za-z0-9_=-]{32,}",
    _EDGE + r"AKC[A-Za-z0-9]{10,}",  # Artifactory
    r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
    r"(?i:\b(?:Bearer|Basic)[ \t]+)([A-Za-z0-9._~+/-]{16,}=*)",
    r"(?i:\bAuthorization\\{0,4}[\"']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,4}[\"']?"
    r"(?:Token|Api-?Key|Key|OAuth|DPoP|JWT|SSWS|GenieKey|PRIVATE-TOKEN)[ \t]{1,4}(?:token=)?)"
    r"\\{0,4}[\"']?([A-Za-z0-9._~+/-]{16,}=*)",
    # user:password in an address: up to the last @ before a slash, else over slashes; a port is no password
    r"://[^\s:/@\"'<>]{0,256}:(?!\d{1,5}(?:[/?#,;)\]\\\"'<>\s]|$))"
    r"(?:([^\s/\"'<>]{3,256})|([^\s\"'<>]{3,256}?))@(?!@)",
)
_WORD = re.compile(r"[^\s\"',;{}()\[\]<>|]{10,}|-----BEGIN")
"""What any of the forms has in it: prose and figures need not be searched for all of them."""
_LONG_GROUP = 16
"""A group of a pattern that is so long is the secret; a shorter one is a part of its form."""


def find_forms(text: str) -> Iterator[Offsets]:
    """Yield where something stands that has the form of a secret."""
    if not _WORD.search(text):
        return
    for pattern in _patterns():
        for match in pattern.finditer(text):
            yield _secret_in(match)


def _secret_in(match: re.Match[str]) -> Offsets:
    spans = [match.span(number) for number, said in enumerate(match.groups(), start=1) if said]
    own = match.re.pattern in _OWN
    long = [span for span in spans if own or span[1] - span[0] >= _LONG_GROUP]
    return max(long, key=lambda span: span[1] - span[0]) if long else match.span()


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    found = [re.compile(pattern) for pattern in _OWN]
    for module, name in _LIBRARY.items():
        detector = getattr(importlib.import_module(f"detect_secrets.plugins.{module}"), name)
        found += [re.compile(_bounded(each.pattern), each.flags) for each in detector.denylist]
    return tuple(found)


def _bounded(pattern: str) -> str:
    for unbounded, bounded in _SPACES:
        pattern = pattern.replace(unbounded, bounded)
    return pattern
