"""What LangSmith is told, if its tracing is on: named runs, what they were about, and how they ended.

Nothing is imported, and nothing done, while tracing is off. Everything is redacted before it is sent, in the
background; a server that is away delays nothing.
"""

from practicum.tracing.client import is_on, redact_traces
from practicum.tracing.feedback import give_feedback
from practicum.tracing.runs import annotate, named
from practicum.tracing.sending import flush
from practicum.tracing.trials import (
    TrialAt,
    UnderWay,
    end_trial,
    trial_began,
    trial_callbacks,
    trial_run_id,
    trial_runs,
)

__all__ = [
    "TrialAt",
    "UnderWay",
    "annotate",
    "end_trial",
    "flush",
    "give_feedback",
    "is_on",
    "named",
    "redact_traces",
    "trial_began",
    "trial_callbacks",
    "trial_run_id",
    "trial_runs",
]
