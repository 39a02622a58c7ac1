"""A client of a Chroma server that waits for an answer so long and no longer.

Chroma's own client waits without end, and so would whoever uses it: what a thread waits for can't be
interrupted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chromadb.api.client import Client
from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings
from httpx import Timeout, TimeoutException

if TYPE_CHECKING:
    from chromadb.auth import UserIdentity

ANSWER_S = 30.0
"""What a server is given to answer: a batch of rows takes milliseconds."""


def open_server(address: str) -> Client:
    """Connect to a server, ``http://host:port``.

    Raises:
        ValueError: it does not answer as Chroma does.
        HTTPError: of httpx: it does not answer.
    """
    url = urlsplit(address)
    ssl = url.scheme == "https"
    settings = Settings(
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=url.hostname or "",
        chroma_server_http_port=url.port or (443 if ssl else 8000),
        chroma_server_ssl_enabled=ssl,
    )
    return BoundedClient(DEFAULT_TENANT, DEFAULT_DATABASE, settings)


def gave_no_answer(error: BaseException) -> bool:
    """Whether an error is one of waiting for the server: Chroma raises errors of its own from it."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, TimeoutException):
            return True
        found = found.__cause__ or found.__context__
    return False


class BoundedClient(Client):
    """Chroma's client, with a bound on each answer: of the two connections that it makes as it is made."""

    def get_user_identity(self) -> UserIdentity:
        """Ask who this is: what it asks its own connection first."""
        _bound(self._server)
        return super().get_user_identity()

    def _validate_tenant_database(self, tenant: str, database: str) -> None:
        """Ask for the database: what it asks the connection of its inner client first."""
        _bound(getattr(self._admin_client, "_server", None))
        super()._validate_tenant_database(tenant, database)


def _bound(server: Any) -> None:
    """Bound what a connection waits for; Chroma has no setting for it."""
    session = getattr(server, "_session", None)
    if session is not None:
        session.timeout = Timeout(ANSWER_S)
