"""Frozen records of what is stored or passed between packages.

Every record that reaches disk carries ``SCHEMA_VERSION`` through the journal
that holds it. Records compare by value and refuse unknown fields, so that a
file written by a newer version fails loudly instead of losing data.
"""

from practicum.records.base import SCHEMA_VERSION, JsonObject, Record, canonical_json, digest, utc_now
from practicum.records.calls import ABSENT, ErrorKind, Mode, Observation, Step, ToolCall, ToolSpec
from practicum.records.kept import Called, Kept, Name, Planned, Told, Used
from practicum.records.keys import call_key, plain_value, query_key
from practicum.records.learned import Demonstration, Item, Lessons, Note, Prediction, Targets, WhyNone
from practicum.records.opinions import QUESTIONS, Judgement, Phrasing, Question
from practicum.records.replies import KeptReply
from practicum.records.trials import LongTermView, Outcome, PastQuery, Reflection, Strategy, Trial, Usage
from practicum.records.turns import ORIGINS, SERVICE, Turn

__all__ = [
    "ABSENT",
    "ORIGINS",
    "QUESTIONS",
    "SCHEMA_VERSION",
    "SERVICE",
    "Called",
    "Demonstration",
    "ErrorKind",
    "Item",
    "JsonObject",
    "Judgement",
    "Kept",
    "KeptReply",
    "Lessons",
    "LongTermView",
    "Mode",
    "Name",
    "Note",
    "Observation",
    "Outcome",
    "PastQuery",
    "Phrasing",
    "Planned",
    "Prediction",
    "Question",
    "Record",
    "Reflection",
    "Step",
    "Strategy",
    "Targets",
    "Told",
    "ToolCall",
    "ToolSpec",
    "Trial",
    "Turn",
    "Usage",
    "Used",
    "WhyNone",
    "call_key",
    "canonical_json",
    "digest",
    "plain_value",
    "query_key",
    "utc_now",
]
