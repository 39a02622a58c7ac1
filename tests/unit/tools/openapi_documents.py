"""Documents that the tests of OpenAPI share, and how they open them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from http_service import Listener, Sent

from practicum.records import Observation, ToolCall
from practicum.tools.catalog import Offered
from practicum.tools.executor import Executor
from practicum.tools.openapi import open_openapi

PETSTORE = """
openapi: 3.0.3
info: {title: Petstore, version: 1.0.0}
servers:
  - url: "{scheme}://pets.test:{port}/v1/"
    variables:
      scheme: {default: https, enum: [https, http]}
      port: {default: 8443}
paths:
  /pets/{petId}:
    parameters:
      - $ref: "#/components/parameters/PetId"
    get:
      summary: Show a pet
      description: Show a pet and where it lives.
      operationId: show pet!
      responses: {200: {description: ok}}
    delete: {deprecated: true, responses: {}}
  /pets:
    get:
      summary: List pets.
      parameters:
        - {name: since, in: query, schema: {type: string, format: date}, example: 2024-02-29}
        - name: country
          in: query
          description: Where they live.
          schema: {type: string, enum: [no, se], nullable: true}
          examples: {north: {value: no}, wrong: {value: xx}}
        - {name: limit, in: query, schema: {type: integer, minimum: 0, exclusiveMinimum: true}}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/NewPet"}
            example: {name: Rex, weight: 31.5}
  /pets/{petId}/photo:
    servers: [{url: "http://photos.test"}]
    patch: {parameters: [{$ref: "#/components/parameters/PetId"}]}
components:
  parameters:
    PetId: {name: petId, in: path, required: true, schema: {type: integer, example: 7}}
  schemas:
    Named:
      type: object
      required: [name]
      properties: {name: {type: string, description: What it is called}}
    NewPet:
      allOf:
        - $ref: "#/components/schemas/Named"
        - type: object
          required: [id, weight]
          properties:
            id: {type: integer, readOnly: true}
            weight: {type: number, maximum: 90, exclusiveMaximum: false, nullable: true}
            owner: {$ref: "#/components/schemas/Owner"}
    Owner: {type: object, properties: {city: {type: string}}}
"""
ONE = {"/a": {"get": {"operationId": "fine", "responses": {}}}}


def opened(folder: Path, text: str | dict[str, Any], *, at: str = "", **environment: str) -> Offered:
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


async def observe(opened: Offered, tool: str, /, **arguments: Any) -> Observation:
    return await Executor(opened.tools).execute(ToolCall(name=tool, arguments=arguments))


def document(folder: Path, operation: dict[str, Any], *, path: str = "/things", **more: Any) -> Path:
    """A document with one operation, ``act``."""
    method = more.pop("method", "get")
    file = folder / "api.json"
    acting = {"operationId": "act", "responses": {}, **operation}
    whole = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {path: {method: acting}}}
    file.write_text(json.dumps({**whole, **more}))
    return file


def parameter(name: str, schema: dict[str, Any], place: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "required": place == "path", **more}


async def act(
    folder: Path, listener: Listener, arguments: dict[str, Any], operation: Any, **more: Any
) -> Sent:
    """Call the document's operation with the listener, and return what arrived."""
    opened = open_openapi(f"{document(folder, operation, **more)}@{listener.url}", {})
    assert opened.refused == ()
    seen = await observe(opened, "act", **arguments)
    assert seen.error is None, seen.text
    return listener.last
