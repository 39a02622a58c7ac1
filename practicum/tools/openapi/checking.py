"""Whether schemas are such, before anything is checked by them.

The reading library tells in microseconds of nearly all that are right; jsonschema, which takes
a hundred times as long, is asked of the others only, and says what is wrong.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from practicum.records import JsonObject, canonical_json
from practicum.tools.schema import flatten, require_valid

_UNSEEN = re.compile(r":(?:null|\[\])")
"""What that library takes for right everywhere: to it, a null is as good as a keyword that is not there."""


def usable_schema(name: str, schema: JsonObject) -> JsonObject:
    """Return the schema of a parameter without what can't be applied here, such as foreign patterns.

    Raises:
        UnusableSchemaError: it is no JSON Schema; says at which place.
    """
    flat: JsonObject = flatten({"type": "object", "properties": {name: schema}})["properties"][name]
    require_schema(name, flat)
    return flat


def require_schema(name: str, schema: JsonObject) -> None:
    """Check the schema of a parameter, in the dialect of JSON Schema.

    Raises:
        UnusableSchemaError: it is none; says at which place.
    """
    _require(name, canonical_json(schema))


@lru_cache(maxsize=64)  # a document's operations share their bodies
def _require(name: str, text: str) -> None:
    if _UNSEEN.search(text) or not _is_surely_right(text):
        require_valid({"properties": {name: json.loads(text)}})


def _is_surely_right(text: str) -> bool:
    from openapi_pydantic.v3.v3_1 import Schema
    from pydantic import ValidationError

    try:
        Schema.model_validate_json(text, strict=True)
    except ValidationError:
        return False
    return True
