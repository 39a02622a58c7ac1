"""How Practicum uses Chroma: one way to open it, to name a collection and to make one.

Chroma is an index here, never the truth: whatever is in it can be built again.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from practicum.errors import JournalError, SetupError
from practicum.memory_store.failures import of_errno, of_sqlite_code
from practicum.records import digest

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings
    from numpy.typing import NDArray

HNSW: CreateCollectionConfiguration = {
    "hnsw": {
        "space": "cosine",
        # With the defaults 4 % of stored queries did not find themselves; with these all did.
        "ef_search": 400,
        "ef_construction": 200,
        "max_neighbors": 32,
        # Rows that are not on disk yet are linked again by every process, at its first query: with
        # the default (1000) in 29 ms for 200 rows and 180 ms for 700; with this in 14 and 10 ms.
        "sync_threshold": 100,
    }
}

DATABASE = "chroma.sqlite3"
"""The file that tells a folder of Chroma's from any other."""

_SQLITE_CODE, _SYSTEM_CODE = re.compile(r"\(code: (\d+)\)"), re.compile(r"\(os error (\d+)\)")
"""How Chroma, which is written in Rust, tells of SQLite's errors and of the system's."""
BATCH = 256
"""Rows an upsert: single ones cost 35 ms each, batched ones 1.6 ms."""

SLUG_LENGTH = 40
"""Characters of a readable part in a collection's name; Chroma allows 512 in all."""


def open_client(where: Path | str | None) -> ClientAPI:
    """Open Chroma in a folder, on a server (``http://host:port``), or in memory for None.

    Raises:
        SetupError: The server does not answer, or the folder can't be used.
    """
    import chromadb
    from chromadb.config import Settings

    from practicum.memory_store.chroma_server import open_server

    settings = Settings(anonymized_telemetry=False)
    with explained(where):
        if where is None:
            return chromadb.EphemeralClient(settings=settings)
        if isinstance(where, Path):
            return _open_folder(where, settings)
        return open_server(where)


def _open_folder(folder: Path, settings: Settings) -> ClientAPI:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient

    try:
        return chromadb.PersistentClient(path=folder, settings=settings)
    except Exception:
        # What failed to start stays in Chroma's registry, and the next attempt would be given it as it is.
        if str(folder) not in SharedSystemClient._identifier_to_refcount:
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def close_client(client: ClientAPI) -> None:
    """Give back the files or the connections of a client."""
    from chromadb.api.client import Client

    if isinstance(client, Client):
        # Chroma's own close leaves the connections to a server open, and the inner client has its own.
        servers = [getattr(each, "_server", None) for each in (client, client._admin_client)]
        client.close()
        for server in servers:
            session = getattr(server, "_session", None)
            if session is not None:
                session.close()


def delete_collections(client: ClientAPI, prefix: str) -> None:
    """Delete the collections whose names begin so."""
    for collection in client.list_collections():
        if collection.name.startswith(prefix):
            client.delete_collection(collection.name)


def remove_folder(folder: Path) -> None:
    """Remove what Chroma keeps in a folder, of which no client is open.

    The files and not the collections: this has to work on an index that Chroma can't open any more.

    Raises:
        JournalError: the folder holds something else.
    """
    if not folder.exists():
        return
    if not (folder / DATABASE).exists() and any(folder.iterdir()):
        raise JournalError(
            f"{folder} holds something else than an index", "move it away, or use another --home"
        )
    shutil.rmtree(folder)


@contextmanager
def explained(where: Path | str | None) -> Iterator[None]:
    """Turn Chroma's failures into errors that name what to do."""
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    try:
        yield
    except (ChromaError, HTTPError, OSError, ValueError) as error:
        if isinstance(where, str):
            from practicum.memory_store.chroma_server import ANSWER_S, gave_no_answer

            if gave_no_answer(error):
                raise SetupError(
                    f"the Chroma server at {where} gave no answer within {ANSWER_S:g} s",
                    "look at what it is doing, or leave its address out to use the home's own index",
                ) from error
            raise SetupError(
                f"the Chroma server at {where} does not do its work: {error}",
                "start it with `chroma run`, or leave its address out to use the home's own index",
            ) from error
        raise (
            _of_locale(where, error)
            or _of_disk(where, error)
            or JournalError(
                f"the index at {where} can't be used: {error}",
                "`practicum memory rebuild` makes it again from the journal",
            )
        ) from error


def _of_locale(where: Path | None, error: Exception) -> JournalError | None:
    """Return what to do where the folder's name is beyond the locale; None where it is something else."""
    if where is None or not isinstance(error, UnicodeEncodeError):
        return None
    return JournalError(
        f"the index at {where} can't be used: the locale does not know a character of its name",
        "set PYTHONUTF8=1, or a locale of UTF-8 such as LC_ALL=C.UTF-8, or give another --home",
    )


def _of_disk(where: Path | None, error: Exception) -> JournalError | None:
    """Return what to do about a disk that is full or can't be written; None where it is something else."""
    if where is None:
        return None
    told = str(error)
    system, sqlite = _SYSTEM_CODE.search(told), _SQLITE_CODE.search(told)
    number = error.errno if isinstance(error, OSError) else int(system[1]) if system else None
    return of_errno(where, number) or of_sqlite_code(where, int(sqlite[1]) if sqlite else None)


def collection_prefix(namespace: str, kind: str) -> str:
    """Return what the names of all collections of a kind start with."""
    return f"{_slug(namespace)}-{_slug(kind)}-"


def collection_name(namespace: str, kind: str, label: str, *identity: str) -> str:
    """Return a name that Chroma accepts, the same in every process.

    Args:
        namespace: Keeps homes apart on one server.
        kind: What the collection holds.
        label: What people call it; as much of it as fits is in the name.
        identity: Whatever else tells the collection from others; hashed, as is the label.
    """
    readable = _slug(label)
    hashed = digest(label.encode("utf-8", "backslashreplace").decode(), *identity)
    return collection_prefix(namespace, kind) + (f"{readable}-{hashed}" if readable else hashed)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text)[:SLUG_LENGTH].strip("-")


def make_collection(client: ClientAPI, name: str, metadata: dict[str, str]) -> Collection:
    """Return the collection of this name, made if need be."""
    return client.get_or_create_collection(
        name, configuration=HNSW, metadata=metadata, embedding_function=None
    )


def find_collection(client: ClientAPI, name: str) -> Collection | None:
    """Return the collection of this name, or None."""
    from chromadb.errors import NotFoundError

    try:
        return client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return None


def rows(vectors: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    """Return vectors in the one shape that Chroma takes without copying them one number at a time."""
    import numpy as np

    return np.asarray(vectors, dtype=np.float32)


def ranked(collection: Collection, embedding: Sequence[float], k: int) -> dict[str, float]:
    """Return the ids of the ``k`` nearest with their cosine similarities, the most similar first."""
    if k <= 0:
        return {}
    found = collection.query(query_embeddings=rows([embedding]), n_results=k, include=["distances"])
    distances = (found["distances"] or [[]])[0]
    return {trial_id: 1 - distance for trial_id, distance in zip(found["ids"][0], distances, strict=True)}
