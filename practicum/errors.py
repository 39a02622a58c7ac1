"""Errors, sorted by who must act.

PracticumError
  SetupError        the user can fix it: message and fix, exit status 2, no traceback
    DataError       ... in a file the user wrote: names the file and the line
    JournalError    ... in a home: newer schema, another writer, disk full, an id recorded twice
    ModelRefused    ... at a model's provider: a wrong key, a spent quota, nobody at that address
    BudgetSpent     ... a limit the user set was reached; what was done is kept
  ToolCallError     the model can fix it: becomes the next observation
  ProviderError     nobody in the loop can: the trial ends as broken, and is never scored
"""

from __future__ import annotations


class PracticumError(Exception):
    """Base of all errors raised on purpose."""


class SetupError(PracticumError):
    """Something the user can fix: one line that says what is wrong, one what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class DataError(SetupError):
    """A file that the user wrote is broken; the message names file and line."""


class JournalError(SetupError):
    """The home can't be used as it is."""


class ModelRefused(SetupError):  # noqa: N818 - reads as the event it is
    """A model answers nothing before the user has acted."""


class BudgetSpent(SetupError):  # noqa: N818 - reads as the event it is
    """A limit that the user set was reached."""


class ToolCallError(PracticumError):
    """A call could not be read, found or validated; its text becomes the observation."""


class ProviderError(PracticumError):
    """The model, a tool's server or the network failed; the trial is broken."""

    may_be_done = False
    """Whether it failed in the middle of a call, so that nobody knows whether the call was done."""


def first_line(error: BaseException, most: int = 300) -> str:
    """Return the first line of what an error says, at most so many characters; its kind without any."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:most]


def install(extra: str, *, upgrade: bool = False) -> str:
    """Return how an extra of this package is installed, for a fix: from the clone, as the package was."""
    how = "pip install --upgrade" if upgrade else "pip install"
    return f"{how} '.[{extra}]' in the folder that practicum was installed from"
