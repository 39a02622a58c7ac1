"""Real HTTP services on this machine: one that a framework documents, one that tells what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import uvicorn
from fastapi import Depends, FastAPI, Form, Header, HTTPException, Query, Response
from fastapi.security import APIKeyHeader, APIKeyQuery
from pydantic import BaseModel, Field

PETS = {1: {"id": 1, "name": "Rex", "kind": "dog"}, 2: {"id": 2, "name": "Mia", "kind": "cat"}}
IN_HEADER = APIKeyHeader(name="X-Key", scheme_name="ShopKey")
IN_QUERY = APIKeyQuery(name="token", scheme_name="Query Token")


class Pet(BaseModel):
    """A pet to be taken in."""

    name: str = Field(description="What it is called.", examples=["Rex"], max_length=20)
    age: int | None = Field(None, ge=0, lt=40)
    tags: list[str] = []


def pet_shop() -> FastAPI:
    """A service whose OpenAPI 3.1 document FastAPI writes."""
    app = FastAPI(title="Pets")

    @app.get("/pets", operation_id="listPets")
    def list_pets(
        kind: str | None = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
        tags: Annotated[list[str], Query()] = [],  # noqa: B006 - as FastAPI's own examples
    ) -> dict[str, Any]:
        """List the pets that are here."""
        found = [pet for pet in PETS.values() if kind in {None, pet["kind"]}]
        return {"pets": found[:limit], "tags": tags}

    @app.get("/pets/{pet_id}", operation_id="getPet")
    def get_pet(pet_id: int, x_trace: Annotated[str | None, Header()] = None) -> dict[str, Any]:
        """Show one pet."""
        if pet_id not in PETS:
            raise HTTPException(404, f"there is no pet {pet_id}")
        return {**PETS[pet_id], "trace": x_trace}

    @app.post("/pets", operation_id="addPet", status_code=201)
    def add_pet(pet: Pet, key: str = Depends(IN_HEADER)) -> dict[str, Any]:
        """Take in a pet."""
        return {"added": pet.model_dump(), "key": key}

    @app.post("/visits", operation_id="bookVisit")
    def book(day: Annotated[str, Form()], people: Annotated[list[int], Form()]) -> dict[str, Any]:
        """Book a visit."""
        return {"day": day, "people": people}

    @app.delete("/pets/{pet_id}", operation_id="removePet", status_code=204)
    def remove(pet_id: int, token: str = Depends(IN_QUERY)) -> Response:
        """Give a pet away."""
        if token != "opensesame":
            raise HTTPException(403, f"the token {token} opens nothing")
        return Response(status_code=204)

    return app


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an app until the context ends; gives its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Sent:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


@dataclass
class Listener:
    """A service that keeps what it is sent, and answers as it is told."""

    url: str
    sent: list[Sent] = field(default_factory=list)
    reply: Reply | Callable[[Sent], Reply] = field(default_factory=Reply)

    @property
    def last(self) -> Sent:
        return self.sent[-1]


@contextmanager
def listening() -> Iterator[Listener]:
    """Run a listener until the context ends."""
    listener = Listener("")

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            sent = Sent(self.command, self.path, headers, self.rfile.read(length))
            listener.sent.append(sent)
            reply = listener.reply if isinstance(listener.reply, Reply) else listener.reply(sent)
            self.send_response(reply.status)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            try:
                self.wfile.write(reply.body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class' name
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
