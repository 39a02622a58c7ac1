"""A real Postgres for tests, in a folder of its own; they are skipped where there is none."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER = "practicum"


def _command(name: str) -> str:
    found = shutil.which(name) or next(iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    if found is None:
        pytest.skip("Postgres is not installed")
    return str(found)


def _unprivileged() -> str | None:
    """Who runs it where root runs the tests: it refuses to run as root."""
    return None if os.geteuid() else "nobody"


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server on a free port of this machine; gives the address of its database."""
    initdb, server, user = _command("initdb"), _command("postgres"), _unprivileged()
    with tempfile.TemporaryDirectory() as made:  # not below tmp_path, whose parents are closed to others
        folder = Path(made)
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if user is not None:
            os.chown(data, pwd.getpwnam(user).pw_uid, -1)
        options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", f"--username={USER}"]
        command = [initdb, *options, "-D", str(data)]
        done = subprocess.run(command, user=user, cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"Postgres can't make a database here: {done.stderr.strip()[-200:]}")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        process = subprocess.Popen(
            [server, "-D", str(data), "-p", str(port), *settings],
            user=user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _wait_for(f"postgresql://{USER}@127.0.0.1:{port}/postgres")
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(url: str) -> str:
    from psycopg import OperationalError, connect

    deadline = time.monotonic() + 120
    while True:
        try:
            connect(url).close()
        except OperationalError:
            assert time.monotonic() < deadline, "Postgres does not answer"
            time.sleep(0.2)
        else:
            return url
