"""What LangSmith is told, if its tracing is on: named runs, what they were about, and how they ended.

Nothing is imported, and nothing done, while tracing is off. Everything is redacted before it is sent, in the
background; a server that is away delays nothing.
"""

from practicum.tracing.client import is_on, redact_traces
from practicum.tracing.feedback import give_feedback
from practicum.tracing.runs import annotate, named, post_trial, trial_run_id
from practicum.tracing.sending import flush

__all__ = [
    "annotate",
    "flush",
    "give_feedback",
    "is_on",
    "named",
    "post_trial",
    "redact_traces",
    "trial_run_id",
]
