"""What proves who calls: security schemes, their values from the environment."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.openapi.references import References
from practicum.tools.schema import UnusableSchemaError
from practicum.tools.web import NO_CREDENTIALS, Credentials

PREFIX = "PRACTICUM_AUTH_"


@dataclass(frozen=True)
class Access:
    """How an operation is called by somebody."""

    credentials: Credentials = NO_CREDENTIALS
    missing: tuple[str, ...] = ()
    """Variables that must be set first."""


class Keyring:
    """The security schemes of a document and what the environment holds for them."""

    def __init__(self, schemes: Any, references: References, environment: Mapping[str, str]) -> None:
        self._schemes: JsonObject = schemes if isinstance(schemes, dict) else {}
        self._references = references
        self._environment = environment

    def access(self, requirements: Any, base: str, *, only_its_own: bool = False) -> Access:
        """Return the first of an operation's alternatives for which all values are there.

        Args:
            requirements: The operation's list of alternatives, or what stands there.
            base: Where it is served: a value may be set for one host only.
            only_its_own: Whether nothing else than values for this host goes there, since a document of
                another host names it.

        Raises:
            UnusableSchemaError: there is no alternative that can be met.
            SetupError: a value can't be sent.
        """
        if not isinstance(requirements, list) or not requirements:
            return Access()
        refused: UnusableSchemaError | None = None
        missing: list[Access] = []
        for each in requirements:
            try:
                found = self._all_of(each, base, only_its_own=only_its_own)
            except UnusableSchemaError as error:
                refused = refused or error
                continue
            if not found.missing:
                return found
            missing.append(found)
        if missing:
            return missing[0]
        raise refused or UnusableSchemaError("its security can't be read")

    def _all_of(self, requirement: Any, base: str, *, only_its_own: bool) -> Access:
        if not isinstance(requirement, dict):
            raise UnusableSchemaError("its security requirement is no object")
        parts: list[Credentials] = []
        missing: list[str] = []
        for name in requirement:
            if name not in self._schemes:
                raise UnusableSchemaError(f"it names the security scheme {name!r}, which is not there")
            scheme = self._references.follow(self._schemes[name], f"its security scheme {name!r}")
            make = _maker(name, scheme)
            variable, value = self._value(name, base, only_its_own=only_its_own)
            if value:
                parts.append(_sendable(make(value), variable))
            else:
                missing.append(variable)
        return Access(_joined(parts), tuple(missing))

    def _value(self, name: str, base: str, *, only_its_own: bool) -> tuple[str, str]:
        """The variable to set, and the value: the one for this host before the one for all."""
        variable = PREFIX + _upper(name)
        here = f"{variable}__{_upper(urlsplit(base).netloc.rpartition('@')[2])}"
        if only_its_own:
            return here, self._environment.get(here, "").strip()
        return variable, (self._environment.get(here) or self._environment.get(variable) or "").strip()


def _sendable(credentials: Credentials, variable: str) -> Credentials:
    if not all(value.isascii() and value.isprintable() for _, value in credentials.headers):
        raise SetupError(f"{variable} holds characters that HTTP can't send", "check its value")
    return credentials


def _upper(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _maker(name: str, scheme: JsonObject) -> Any:
    """What makes credentials of a scheme's value."""
    kind, way = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind == "apiKey" and isinstance(scheme.get("name"), str):
        place, key = scheme.get("in"), scheme["name"]
        if place == "header":
            return lambda value: Credentials(headers=((key, value),), secrets=(value,))
        if place == "query":
            return lambda value: Credentials(query=((key, value),), secrets=(value,))
        if place == "cookie":
            return lambda value: Credentials(cookies=((key, value),), secrets=(value,))
    if kind in {"oauth2", "openIdConnect"} or (kind == "http" and way == "bearer"):
        return lambda value: Credentials(headers=(("Authorization", f"Bearer {value}"),), secrets=(value,))
    if kind == "http" and way == "basic":
        return _basic
    said = f"http {way}".strip() if kind == "http" else str(kind)
    raise UnusableSchemaError(f"its security scheme {name!r} ({said}) can't be met")


def _basic(value: str) -> Credentials:
    """User and password, joined by a colon as in URLs."""
    coded = base64.b64encode(value.encode()).decode()
    _, _, password = value.partition(":")
    return Credentials(
        headers=(("Authorization", f"Basic {coded}"),),
        secrets=tuple(each for each in (value, coded, password) if each),
    )


def _joined(parts: list[Credentials]) -> Credentials:
    return Credentials(
        headers=tuple(each for part in parts for each in part.headers),
        query=tuple(each for part in parts for each in part.query),
        cookies=tuple(each for part in parts for each in part.cookies),
        secrets=tuple(each for part in parts for each in part.secrets),
    )
