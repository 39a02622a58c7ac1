"""Documents that the tests of OpenAPI share, and how they open them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from practicum.tools.catalog import Opened
from practicum.tools.openapi import open_openapi

ONE = {"/a": {"get": {"operationId": "fine", "responses": {}}}}


def opened(folder: Path, text: str | dict[str, Any], *, at: str = "", **environment: str) -> Opened:
    file = folder / "api.yaml"
    file.write_text(text if isinstance(text, str) else json.dumps(text))
    return open_openapi(f"{file}{at}", environment)


def with_paths(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "http://a.test"}],
    }
    return {**whole, "paths": paths, **more}


def query(name: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}
