"""``openapi:FILE-OR-URL``: a document's operations as tools."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from practicum.errors import SetupError
from practicum.records import JsonObject
from practicum.tools.catalog import Offered, Refusal, Tool
from practicum.tools.openapi.calling import call
from practicum.tools.openapi.document import Document, read_document
from practicum.tools.openapi.naming import tool_name
from practicum.tools.openapi.notices import Notices
from practicum.tools.openapi.operations import Entry, Operation, effect_of, entries, read_operation
from practicum.tools.openapi.references import References
from practicum.tools.openapi.security import Access, Keyring
from practicum.tools.openapi.servers import (
    base_url,
    document_base,
    origin,
    require_reachable,
    split_place,
)
from practicum.tools.openapi.shortening import shortened
from practicum.tools.schema import UnusableSchemaError

FIX = "mend the document, or do without this operation: the others can be used"


def open_openapi(place: str, environment: Mapping[str, str] | None = None) -> Offered:
    """Open a document: ``FILE``, ``http(s)://...``, either with ``@http(s)://BASE`` behind it.

    Args:
        place: Where the document lies, and where its API is served if not where it says.
        environment: Where keys come from; None: the process' own.

    Raises:
        SetupError: the document can't be had or read, or does not say where its API is served.
    """
    where, override = split_place(place)
    document = read_document(where)
    reading = _Reading(document, override, os.environ if environment is None else environment)
    return reading.open()


class _Reading:
    def __init__(self, document: Document, override: str | None, environment: Mapping[str, str]) -> None:
        self._document = document
        self._override = override
        self._base = document_base(document, override)
        # A fetched document speaks for the host that it was fetched from, whatever it says of others.
        self._own = origin(override or document.url or self._base)
        self._references = References(document.content)
        components = document.content.get("components")
        schemes = components.get("securitySchemes") if isinstance(components, dict) else None
        self._keyring = Keyring(schemes, self._references, environment)
        self._tools: dict[str, Tool] = {}
        self._refused: list[Refusal] = []
        self._secrets: dict[str, None] = {}
        self._notices = Notices()

    def open(self) -> Offered:
        for said in self._document.repeated:
            self._refuse(self._document.name, said)
        for entry in entries(self._document.content["paths"], self._references):
            if isinstance(entry, Entry):
                self._add(entry)
            else:
                self._refuse(*entry)
        notices = tuple(self._notices.made())
        return Offered(tuple(self._tools.values()), tuple(self._refused), notices, tuple(self._secrets))

    def _add(self, entry: Entry) -> None:
        name = tool_name(entry.node.get("operationId"), entry.method, entry.path, self._tools)
        try:
            self._tools[name] = self._tool(entry, name)
        except UnusableSchemaError as error:
            self._refuse(name, str(error))

    def _tool(self, entry: Entry, name: str) -> Tool:
        spec, operation = read_operation(entry, name, self._references, is_old=self._document.is_old)
        base = self._base_of(entry)
        security = entry.node.get("security", self._document.content.get("security"))
        elsewhere = origin(base) != self._own
        access = self._keyring.access(security, base, only_its_own=elsewhere)
        self._secrets.update(dict.fromkeys(access.credentials.secrets))
        for variable in access.missing:
            self._notices.missing(variable, name)
        if operation.left_out:
            self._notices.left_out(operation.left_out, name)
        shown = shortened(spec.parameters)
        self._notices.length(shown, name)
        effect, reason = effect_of(entry.method)
        reason += f"; it is served at {urlsplit(base).netloc}" if elsewhere else ""
        spec = spec.model_copy(update={"parameters": shown.schema})
        return Tool(spec, effect, reason, _invoker(operation, base, access))

    def _base_of(self, entry: Entry) -> str:
        servers = entry.node.get("servers") or entry.item.get("servers")
        if self._override is not None or not servers:
            return self._base
        base = base_url(servers, self._document)
        try:
            require_reachable(base, self._document)
        except SetupError as error:
            raise UnusableSchemaError(error.message) from error
        return base

    def _refuse(self, name: str, reason: str) -> None:
        self._refused.append(Refusal(name, reason, FIX, optional=True))


def _invoker(operation: Operation, base: str, access: Access) -> Callable[[JsonObject], Awaitable[Any]]:
    async def invoke(arguments: JsonObject) -> str:
        return await call(operation, base, access, arguments)

    return invoke
