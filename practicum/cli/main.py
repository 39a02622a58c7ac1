"""The command line: wires and prints; decides nothing. Every command module is light to import."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from types import FrameType

import typer

from practicum.cli import (
    agent,
    curate,
    evaluate,
    explore,
    memory,
    promote,
    reflect,
    report,
    score,
    serve,
    streams,
    tools,
    train,
)
from practicum.cli.places import stand_here

INTERRUPTED = 130
INTERRUPTION = "interrupted; what was done is kept: the same command goes on from here"
USER_MUST_ACT = 2

_PERMISSIONS = "check the path and who may read and write there"
_ROOM = "free some space, or write somewhere else"
_OF_THE_MACHINE = {
    errno.EACCES: _PERMISSIONS,
    errno.EPERM: _PERMISSIONS,
    errno.EROFS: _PERMISSIONS,
    errno.ENOTDIR: "check the path: a part of it is no folder",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.ELOOP: "check the path: its links lead in a circle",
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
}

app = typer.Typer(
    name="practicum",
    help="Teach a tool-using agent to use its own tools, by simulated trial and error.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from practicum import __version__

        typer.echo(f"practicum {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    """Teach a tool-using agent to use its own tools, by simulated trial and error."""


app.command("tools")(tools.tools)
app.command("explore")(explore.explore)
app.add_typer(memory.app, name="memory")
app.command("reflect")(reflect.reflect)
app.command("curate")(curate.curate)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("score")(score.score)
app.command("promote")(promote.promote)
app.command("rollback")(promote.rollback)
app.command("status")(promote.status)
app.command("report")(report.report)
app.command("ask")(agent.ask)
app.command("chat")(agent.chat)
app.command("serve")(serve.serve)


def main() -> None:
    """Run the command line; turn errors into one line that says what is wrong and one what to do."""
    streams.prepare()
    stand_here()
    _end_as_by_ctrl_c()
    threading.excepthook = _told_by_a_thread
    try:
        code = app(standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - sorted by who must act; what is no one's is raised again
        sys.exit(_explain(error))
    finally:
        _end_traces()
    if code == INTERRUPTED:  # typer turns Ctrl-C into this status, and says nothing
        _say(INTERRUPTION)
    sys.exit(code if isinstance(code, int) else 0)


def _told_by_a_thread(raised: threading.ExceptHookArgs) -> None:
    """Say what a thread could not do, but that the loop it worked for has ended, as it does on Ctrl-C."""
    if not (raised.exc_type is RuntimeError and "Event loop is closed" in str(raised.exc_value)):
        threading.__excepthook__(raised)


def _end_traces() -> None:
    """Send what is left of traces, where something was traced."""
    sending = sys.modules.get("practicum.tracing.sending")
    if sending is not None:
        sending.end()


def _end_as_by_ctrl_c() -> None:
    """Let SIGTERM (of service managers) and SIGHUP (of a closed terminal) end in order, as Ctrl-C does."""
    own, closed = os.getpid(), getattr(signal, "SIGHUP", None)  # which not every system has
    terminals = [each for each in (1, 2) if os.isatty(each)]

    def end(number: int, frame: FrameType | None) -> None:
        if os.getpid() != own:  # a worker that was forked, whoever ended it: as it would have ended
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        if closed is not None:  # it often comes twice, or after SIGTERM; a second Ctrl-C would mean to hurry
            signal.signal(closed, signal.SIG_IGN)
        if number == closed:  # what is printed from here on has nowhere to go, and must not fail
            for each in terminals:
                os.dup2(os.open(os.devnull, os.O_WRONLY), each)
        on_ctrl_c = signal.getsignal(signal.SIGINT)
        if callable(on_ctrl_c):  # asyncio's own, where it runs: it cancels the work
            on_ctrl_c(signal.SIGINT, frame)
            return
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    if closed is not None and signal.getsignal(closed) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(closed, end)


def _explain(error: Exception) -> int:
    """Print an error the user can fix, and return the exit status; any other is raised again."""
    from practicum.errors import PracticumError, SetupError

    usage = getattr(error, "format_message", None)
    if usage is not None:  # a wrong option or argument
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError" and context is not None:
            typer.echo(context.get_help())
            return 0
        command = context.command_path if context is not None else "practicum"
        _say(f"error: {usage()}", f"fix: `{command} --help` shows the options and an example")
        return USER_MUST_ACT
    if isinstance(error, SetupError):
        _say(f"error: {error.message}", f"fix: {error.fix}")
        return USER_MUST_ACT
    if isinstance(error, PracticumError):
        _say(f"error: {error}", "fix: try again; if it goes on, check the model and its server")
        return 1
    if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"error: {where}{error.strerror}", f"fix: {_OF_THE_MACHINE[error.errno]}")
        if not error.filename:  # most likely what is printed: it is not tried again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return USER_MUST_ACT
    raise error


def _say(*lines: str) -> None:
    from practicum.hostile.clean import visible
    from practicum.tools.sanitize import redact

    for line in lines:
        typer.echo(redact(visible(" ".join(line.split()))), err=True)


if __name__ == "__main__":  # `accelerate launch -m practicum.cli.main train ...`
    main()
