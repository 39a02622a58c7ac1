"""Settings of the whole suite."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from practicum.hostile import Redaction, use
from practicum.hostile.known import forget

# The same examples in every run, however busy the machine: a suite that guards must not fail by chance.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

# Shells start background jobs with Ctrl-C ignored, and children inherit that: those that are sent one
# in a test would never end.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def nothing_met() -> Iterator[None]:
    """What one test registered, or met in a result, is blanked in no other."""
    yield
    forget()
    use(Redaction())
