"""What LangSmith's client sends beside inputs, outputs, errors and metadata: its anonymizer leaves that out.

Tools as they were offered, with the values of a query in them, and a model's settings are among it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from practicum.hostile.redaction import redact, redact_trace

if TYPE_CHECKING:
    from langsmith import Client

_MADE: dict[type, type] = {}
_TEXTS = ("extra", "serialized", "events", "tags")


def redact_all(client: Client) -> None:
    """Let this client redact all of a run that can hold somebody's text; told twice it does so once."""
    # Its methods can't be replaced on the object, which has slots for what it knows alone.
    if not getattr(client, "redacts_all", False):
        kind = type(client)
        _MADE[kind] = _MADE.get(kind) or _redacting(kind)
        object.__setattr__(client, "__class__", _MADE[kind])


def _redacting(kind: type[Client]) -> type[Client]:
    class RedactingClient(kind):  # type: ignore[misc, valid-type]  # a class that is known when it is made
        __slots__ = ()
        redacts_all = True

        def _run_transform(self, *args: Any, **options: Any) -> dict[str, Any]:
            return _cleaned(super()._run_transform(*args, **options))

        def update_run(self, run_id: Any, **given: Any) -> None:
            super().update_run(run_id, **_cleaned(given))

    return RedactingClient


def _cleaned(run: Mapping[str, Any]) -> dict[str, Any]:
    texts = {key: redact_trace(_plain(run[key])) for key in _TEXTS if run.get(key)}
    name = {"name": redact(run["name"])} if isinstance(run.get("name"), str) else {}
    return {**run, **texts, **name}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: the client writes objects out after this."""
    from langsmith._internal._serde import dumps_json

    return json.loads(dumps_json(value))
