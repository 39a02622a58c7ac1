"""The part of the Hugging Face hub's HTTP interface that its client needs to download a model."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

REVISION = "0" * 39 + "1"


class Hub(ThreadingHTTPServer):
    """Serves folders as repositories, each with one revision."""

    def __init__(self, repositories: dict[str, Path]) -> None:
        """Take folders by ``owner/name``."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories = repositories
        self.sent: list[str] = []
        """Files whose content went out, as ``owner/name/file``."""

    @property
    def url(self) -> str:
        """What ``HF_ENDPOINT`` is set to."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def hub(**repositories: Path) -> Iterator[Hub]:
    """Run a hub in which a keyword such as ``owner__name`` names a folder."""
    server = Hub({name.replace("__", "/"): folder for name, folder in repositories.items()})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path.partition("?")[0].strip("/")
        if path.startswith("api/models/"):
            return self._told(path.removeprefix("api/models/"))
        name, _, rest = path.partition("/resolve/")
        folder = self.server.repositories.get(name)
        if folder is None:
            return self._refused("RepoNotFound")
        file = folder / rest.partition("/")[2]
        if not file.is_file():
            return self._refused("EntryNotFound")
        content = file.read_bytes()
        if body:
            self.server.sent.append(f"{name}/{file.name}")
        self.send_response(200)
        self.send_header("X-Repo-Commit", REVISION)
        self.send_header("ETag", f'"{sha256(content).hexdigest()}"')
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)
        return None

    def _told(self, path: str) -> None:
        owner, name, *rest = path.split("/")
        folder = self.server.repositories.get(f"{owner}/{name}")
        if folder is None:
            return self._refused("RepoNotFound")
        files = sorted(file for file in folder.iterdir() if file.is_file())
        if rest[:1] == ["tree"]:
            if len(rest) > 2:  # a folder inside: there is none
                return self._refused("EntryNotFound")
            found: object = [
                {"type": "file", "path": f.name, "size": f.stat().st_size, "oid": f.name} for f in files
            ]
        else:
            siblings = [{"rfilename": file.name} for file in files]
            found = {"id": f"{owner}/{name}", "sha": REVISION, "siblings": siblings}
        content = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None

    def _refused(self, code: str) -> None:
        self.send_response(404)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
