"""The public face: opens a home, explores, curates, trains, measures, gives the agent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from practicum.memory_store.home import Home
from practicum.practice.answering import Answering
from practicum.practice.exploring import Exploring
from practicum.practice.measuring import Measuring

if TYPE_CHECKING:
    from practicum.memory_store.embedding import Embedder


def open(  # noqa: A001 - `practicum.open(home)` is the public name
    home: str | Path = ".practicum",
    *,
    write: bool = True,
    embedder: str | Embedder = "minilm",
    chroma_url: str | None = None,
    checkpoint_url: str | None = None,
) -> Practice:
    """Open a home for practising and serving; it is made when it is not there.

    Args:
        home: The folder of the journal and its index.
        write: False opens a home that is there for reading, as an agent that serves does: any number of
            processes may, beside one that writes.
        embedder: An embedder, or a spec such as ``minilm`` or ``openai:text-embedding-3-small``.
        chroma_url: A Chroma server to use instead of the embedded index.
        checkpoint_url: A Postgres database for the states of unfinished episodes, instead of a file.

    Raises:
        SetupError: another process writes to the home, or it can't be used; there is nothing to read.
    """
    opened = Home.open(
        Path(home), _embedder(embedder), write=write, chroma_url=chroma_url, checkpoint_url=checkpoint_url
    )
    return Practice(opened)


def _embedder(embedder: str | Embedder) -> Embedder:
    if not isinstance(embedder, str):
        return embedder
    from practicum.models.cache import cache_dir
    from practicum.models.embedders import load_embedder

    return load_embedder(embedder, cache_dir=cache_dir())


class Practice(Exploring, Measuring, Answering):
    """Practice with tools, and what came of it, in one home."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def close(self) -> None:
        """Close the home."""
        self.home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
