"""`practicum serve`: the agent over HTTP."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from practicum.cli.opening import AllowCalls, AskApproval, Learn, LearnedOption, open_agent, tell_if_empty
from practicum.cli.options import EmbedderName, HomeOption, Model, OptionalSources

if TYPE_CHECKING:
    from practicum.graph.approval import Approve

KEY = "PRACTICUM_SERVE_KEY"
INTERRUPTED = 130
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(
    sources: OptionalSources = None,
    model: Model = None,
    learned: LearnedOption = "champion",
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; 0.0.0.0 is every network.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Which port; 0 is one that is free.")
    ] = 8080,
    key_from: Annotated[
        str | None,
        typer.Option(
            "--key-from",
            metavar="NAME",
            help=f"Environment variable with the key that clients must show (default: {KEY}, if it is set).",
        ),
    ] = None,
    max_concurrent: Annotated[
        int, typer.Option("--max-concurrent", min=1, help="Requests at once; more are told to come again.")
    ] = 32,
    max_request_bytes: Annotated[
        int, typer.Option("--max-request-bytes", min=1, help="Size of a request; larger ones are refused.")
    ] = 1_000_000,
    max_seconds: Annotated[
        float, typer.Option("--max-seconds", min=0.1, help="Time for one answer; then it is given up.")
    ] = 120.0,
    asking: AskApproval = True,
    allow: AllowCalls = None,
    learn: Learn = None,
    grace: Annotated[
        int,
        typer.Option("--grace", min=0, help="Seconds for what still runs after SIGTERM or Ctrl-C."),
    ] = 10,
    embedder: EmbedderName = None,
    home: HomeOption = None,
) -> None:
    """Serve the agent over HTTP, as OpenAI's /v1/chat/completions.

    Example: practicum serve --tools almanac:everyday --port 8080

    Needs the extra serve: pip install '.[serve]' in the folder that practicum was installed from.
    """
    _require_extra()
    from practicum.service.app import About, Service, make_app
    from practicum.service.limits import ServerLimits
    from practicum.service.listening import address_of, bind
    from practicum.service.listening import serve as listen

    approve: Approve = "refuse" if asking else "none"  # nobody can be asked
    key = _key(key_from)
    with (
        bind(host, port) as listening,
        open_agent(
            sources,
            model,
            learned,
            embedder,
            home,
            approve=approve,
            allow=allow,
            learn=learn,
            concurrency=max_concurrent,  # a request asks its model once at a time
        ) as opened,
    ):
        from practicum.hostile import redact
        from practicum.service.answering import Answerer

        about = About(redact(opened.model), opened.serving, len(opened.catalog))
        limits = ServerLimits(max_concurrent, max_request_bytes, max_seconds, key)
        service = Service(Answerer(opened.agent, opened.catalog.tools), about, limits, _tell_error)
        _tell(f"listening on {address_of(listening)}/v1, Ctrl-C ends it")
        tell_if_empty(home)
        if key is None and host not in LOOPBACK:
            _tell(f"note: no key is asked for, whoever reaches this port may use the tools; set {KEY}")
        ended_by = listen(make_app(service), listening, grace_s=grace)
    _tell("ended")
    if ended_by == signal.SIGINT:
        sys.exit(INTERRUPTED)


def _key(name: str | None) -> str | None:
    """The key of this variable; secrets are blanked wherever they turn up."""
    from practicum.errors import SetupError
    from practicum.hostile import register_secrets

    key = os.environ.get(name or KEY, "").strip()
    if not key:
        if name is not None or KEY in os.environ:
            raise SetupError(f"{name or KEY} holds no key", "set it to the key that clients are to show")
        return None
    if not (key.isascii() and key.isprintable()):
        raise SetupError(
            f"{name or KEY} holds characters that no client can send in a header",
            "use a key of ASCII letters, digits and signs",
        )
    register_secrets([key])
    return key


def _require_extra() -> None:
    from importlib.util import find_spec

    from practicum.errors import SetupError, install

    missing = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]
    if missing:
        raise SetupError(f"serve needs {' and '.join(missing)}", install("serve"))


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _tell_error(text: str) -> None:
    from practicum.hostile import redact

    _tell(f"error: {redact(' '.join(text.split()))[:500]}")
