"""A document, read from a file or a URL."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from practicum.errors import DataError, SetupError, first_line
from practicum.records import JsonObject

MAX_DOCUMENT_BYTES = 32_000_000
PLACE_FIX = "use openapi:FILE or openapi:http(s)://HOST/PATH"
_VERSION = re.compile(r"3\.[01](\.\d+)?(-\S*)?")


@dataclass(frozen=True)
class Document:
    """An OpenAPI document, as it stands."""

    name: str
    """How messages call it: the file, or the URL without what may be secret in it."""
    content: JsonObject
    url: str | None
    """Where it was fetched from; None: from a file."""
    repeated: tuple[str, ...] = ()
    """Keys that stand twice, in words."""

    @property
    def is_old(self) -> bool:
        """Whether its schemas are those of OpenAPI 3.0, a dialect of their own."""
        return str(self.content["openapi"]).startswith("3.0")


def read_document(place: str) -> Document:
    """Read an OpenAPI document of version 3.0 or 3.1, JSON or YAML.

    Raises:
        SetupError: it can't be had, or is none.
    """
    is_url = re.match(r"https?://", place, re.IGNORECASE) is not None
    if not is_url and "://" in place:
        raise SetupError(f"{place.partition('://')[0]} is no way to get an OpenAPI document", PLACE_FIX)
    if not place:
        raise SetupError("openapi: names no document", PLACE_FIX)
    name = _shown(place) if is_url else place
    text = _decoded(_fetched(place, name) if is_url else _read(place), name)
    content, repeated = _parsed(text, name)
    _require_version(content, name)
    return Document(name, content, place if is_url else None, repeated)


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _fetched(url: str, name: str) -> bytes:
    from practicum.tools.web import ExchangeError, fetch

    try:
        answer = fetch(url, most=MAX_DOCUMENT_BYTES)
    except ExchangeError as error:
        raise SetupError(f"{name} can't be fetched: {error}", "start the server, or check the URL") from None
    if not answer.is_success:
        raise SetupError(f"{name} can't be fetched: the server answers {answer.status}", "check the URL")
    if answer.is_cut:
        raise _too_large(name)
    return answer.body


def _read(place: str) -> bytes:
    path = Path(place)
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            raise _too_large(place)
        return path.read_bytes()
    except OSError as error:
        raise SetupError(
            f"{place}: {error.strerror}", "name an OpenAPI file; the path is relative to this directory"
        ) from error


def _too_large(name: str) -> SetupError:
    most = MAX_DOCUMENT_BYTES // 1_000_000
    return SetupError(f"{name} is larger than {most} MB", "take the operations you need into a smaller one")


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataError(f"{name}:{line}: not UTF-8", "save it as UTF-8") from error


def _parsed(text: str, name: str) -> tuple[JsonObject, tuple[str, ...]]:
    try:
        content, repeated = _read_json(text) if text.lstrip().startswith("{") else _read_yaml(text, name)
    except json.JSONDecodeError as error:
        raise DataError(f"{name}:{error.lineno}: not JSON: {error.msg}", "mend that line") from error
    except RecursionError:
        raise DataError(
            f"{name} is nested too deeply to be read", "check that it is the right file"
        ) from None
    if not isinstance(content, dict) or not ({"openapi", "swagger"} & set(content)):
        raise DataError(f"{name} is no OpenAPI document: it has no `openapi: 3.x`", PLACE_FIX)
    return content, repeated


def _read_json(text: str) -> tuple[Any, tuple[str, ...]]:
    repeated: list[str] = []

    def as_object(pairs: list[tuple[str, Any]]) -> JsonObject:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.extend(f"the key {key!r} stands twice" for key in made if keys.count(key) > 1)
        return made

    return json.loads(text, object_pairs_hook=as_object), tuple(repeated)


def _read_yaml(text: str, name: str) -> tuple[Any, tuple[str, ...]]:
    import yaml

    from practicum.tools.openapi.yaml_reading import read_yaml

    try:
        return read_yaml(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or first_line(error)
        raise DataError(f"{name}{line}: not YAML: {problem}", "mend that line") from error


def _require_version(content: JsonObject, name: str) -> None:
    if "openapi" not in content:
        raise SetupError(f"{name} is Swagger {content['swagger']}", "convert it to OpenAPI 3.0 or 3.1 first")
    if not _VERSION.fullmatch(str(content["openapi"])):
        said = f"{content['openapi']!r:.20}"
        raise SetupError(f"{name} is OpenAPI {said}; only 3.0 and 3.1 are read", "convert it first")
    if not isinstance(content.get("paths"), dict) or not content["paths"]:
        raise SetupError(f"{name} has no paths, so no operations", "name a document that has some")
