"""From options and settings to open things; the only place that reads settings for the commands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from practicum.cli.places import as_meant, maybe_meant, start_folder

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from rich.console import Console

    from practicum.memory_store.embedding import Embedder
    from practicum.memory_store.home import Home
    from practicum.memory_store.journal import Journal
    from practicum.practice import Practice
    from practicum.records import Item
    from practicum.settings import Settings
    from practicum.tools.catalog import Catalog
    from practicum.tools.policy_file import PolicyFile

T = TypeVar("T")
PLAIN_WIDTH = 150
"""Columns of what is written to a file or a pipe, where no terminal says how many there are."""


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises:
        SetupError: a variable can't be read.
    """
    from pydantic import ValidationError

    from practicum.cli.misspelt import tell_misspelt
    from practicum.errors import SetupError
    from practicum.settings import Settings

    tell_misspelt(frozenset(Settings.model_fields))
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = f"PRACTICUM_{'_'.join(str(part) for part in wrong['loc']).upper()}"
        raise SetupError(
            f"{name} can't be used: {wrong['msg']}", f"unset {name}, or give it a right value"
        ) from error


def use_redaction() -> None:
    """Redact by what ``practicum.toml`` says: PRACTICUM_CONFIG, else the one here, if there is one.

    Raises:
        DataError: its table [redaction] can't be used.
    """
    from practicum.hostile import use
    from practicum.tools.redaction_file import read_redaction

    use(read_redaction(_config(), start=start_folder()))


def read_policy() -> PolicyFile:
    """Return what ``practicum.toml`` says of tools: PRACTICUM_CONFIG, else the one in this directory.

    Raises:
        SetupError: the file can't be read, or an entry of it is unknown.
    """
    from practicum.tools.policy_file import load_policy

    return load_policy(start_folder(), file=_config())


def _config() -> Path | None:
    return maybe_meant(read_settings().config)


def home_path(home: Path | None) -> Path:
    """Return the home's folder, which may not be there yet: the option, else the setting.

    Raises:
        JournalError: it is a file.
    """
    from practicum.memory_store.home import require_folder

    return require_folder(as_meant(home or read_settings().home))


def require_journal(home: Path | None) -> None:
    """Refuse a home that was never practised in, rather than make an empty one.

    Raises:
        JournalError: there is no journal in it.
    """
    from practicum.memory_store.home import journal_path
    from practicum.memory_store.ledger import require_file

    require_file(journal_path(home_path(home)))


def require_words(text: str, what: str, example: str) -> str:
    """Return ``text`` without white space around it.

    Raises:
        SetupError: nothing is left of it.
    """
    from practicum.errors import SetupError

    words = text.strip()
    if not words:
        raise SetupError(f"{what} is empty", f"write it in quotes, such as `practicum {example}`")
    return words


@contextmanager
def open_home(home: Path | None, embedder: str | None, *, write: bool = True) -> Iterator[Home]:
    """Open a home for a command, and close it after; nothing heavy is imported for it."""
    from practicum.memory_store.home import Home

    use_redaction()
    settings = read_settings()
    with Home.open(
        home_path(home),
        _embedder(embedder),
        write=write,
        chroma_url=settings.chroma_url,
        checkpoint_url=settings.checkpoint_url,
    ) as opened:
        yield opened


def _embedder(name: str | None) -> Embedder:
    from practicum.models.cache import cache_dir
    from practicum.models.embedders import load_embedder

    settings = read_settings()
    return load_embedder(name or settings.embedder, cache_dir=cache_dir(), timeout_s=settings.model_timeout)


@contextmanager
def open_practice(home: Path | None, embedder: str | None, *, write: bool = True) -> Iterator[Practice]:
    """Open a home for a command that practises, learns or measures, and close it after."""
    with open_home(home, embedder, write=write) as opened:
        from practicum.practice import Practice

        yield Practice(opened)


def open_model(spec: str | None, *, needed: bool = True) -> tuple[BaseChatModel, str]:
    """Return the chat model and its spec.

    Args:
        spec: As the user named it.
        needed: Whether one that says nothing won't do.

    Raises:
        SetupError: it can't be used.
    """
    from practicum.errors import SetupError
    from practicum.models import load_chat_model

    settings = read_settings()
    chosen = spec or settings.model
    model = load_chat_model(chosen, timeout_s=settings.model_timeout)
    if needed and getattr(model, "silent", False):
        raise SetupError(f"--model {chosen} answers nothing", "name a model; none is for `practicum explore`")
    return model, chosen


def open_tools(
    sources: Sequence[str], policy: PolicyFile | None = None, only: tuple[str, ...] = ()
) -> Catalog:
    """Return the tools of the sources, and say on stderr what is left out of them, and what is missing.

    Args:
        sources: As ``--tools`` names them.
        policy: What the user says of tools; None: what ``practicum.toml`` says.
        only: The tools to keep; all of them when it is empty.
    """
    from practicum.tools.sources import load_tools

    policy = read_policy() if policy is None else policy
    catalog = load_tools(sources, policy)
    for entry, meant in policy.misspelled([(tool.name, *tool.also) for tool in catalog]):
        said = f"note: {policy.name}: {entry} names none of these tools; is {meant} meant?"
        console(stderr=True).print(said, markup=False, soft_wrap=True)
    catalog = catalog.only(only)
    tell_left_out(catalog)
    tell_notices(catalog)
    return catalog


def open_usable(sources: Sequence[str]) -> Catalog:
    """Return the tools of the sources for a command that goes on without those that can't be used.

    They are named on stderr, and so is what `open_tools` names.
    """
    catalog = open_tools(sources)
    tell_refused(catalog)
    return catalog


def tell_left_out(catalog: Catalog) -> None:
    """Say on stderr what the tools are used without: nobody here can mend it."""
    for left_out in catalog.refused if catalog.tools else ():
        if left_out.optional:
            said = f"left out: {left_out.name}: {left_out.reason}\n  {left_out.fix}"
            console(stderr=True).print(said, style="dim", markup=False, soft_wrap=True)


def tell_refused(catalog: Catalog) -> None:
    """Say on stderr which tools of the sources can't be used, but for those that are left out."""
    for refusal in catalog.serious:
        said = f"error: {refusal.name} can't be used: {refusal.reason}\nfix: {refusal.fix}"
        console(stderr=True).print(said, markup=False, soft_wrap=True)


def tell_notices(catalog: Catalog) -> None:
    """Say on stderr what is missing for tools that can be used, such as a key."""
    for notice in catalog.notices:
        console(stderr=True).print(f"note: {notice.text}", markup=False, soft_wrap=True)


def warm_up(model: BaseChatModel) -> None:
    """Let a local model load in the background while the rest is set up."""
    start = getattr(getattr(model, "engine", None), "start", None)
    if start is not None:
        start()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run async work from a command; Ctrl-C cancels it and is raised again."""
    return asyncio.run(work)


def print_json(value: Any) -> None:
    """Print one JSON object on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def console(*, stderr: bool = False) -> Console:
    """Return a rich console; progress goes to stderr, figures to stdout."""
    from practicum.cli.screen import Screen

    made = Screen(stderr=stderr, soft_wrap=False, highlight=False)
    if not made.is_terminal:
        made.width = max(made.width, PLAIN_WIDTH)
    return made


@contextmanager
def open_journal(home: Path | None, *, write: bool = False) -> Iterator[Journal]:
    """Open only the journal of a home: no embedder, no index."""
    from practicum.memory_store.home import journal_path
    from practicum.memory_store.journal import Journal

    use_redaction()
    with Journal.open(journal_path(home_path(home)), write=write) as journal:
        yield journal


@contextmanager
def open_served(home: Path | None, embedder: str | None, *, make: bool = False) -> Iterator[Home]:
    """Open a home for answering: read only, and an empty one where nothing was practised yet.

    With ``make`` that empty one is the home itself, so that what is answered can be kept there.
    """
    from practicum.memory_store.home import journal_path, open_to_answer

    if make and not journal_path(home_path(home)).exists():
        with open_journal(home, write=True):
            pass
    use_redaction()
    url = read_settings().chroma_url
    with open_to_answer(home_path(home), _embedder(embedder), chroma_url=url) as opened:
        yield opened


def held_out_items(files: Sequence[Path] | None) -> list[Item]:
    """Return what measures: the almanac's own queries, and those of ``files``.

    Raises:
        DataError: a line of a file is broken.
    """
    from practicum.evaluation.data import load_items
    from practicum.evaluation.held_out import almanac_items, missing_items

    return [
        *almanac_items(),
        *missing_items(),
        *(item for file in files or () for item in load_items(as_meant(file))),
    ]
