"""MCP servers that nobody here wrote, each kind in an environment of its own, kept between runs.

From npm (they need node), and from PyPI in a virtual environment: they need another `mcp` than we do.
Where they can't be installed, tests are skipped and say why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NPM = "2026.8.31"
PYPI = "2026.10.19"
NPM_SERVERS = ("filesystem", "memory", "everything")
PYPI_SERVERS = ("time", "git")


def cache() -> Path:
    """Where the servers are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "practicum-tests"


def npm_server(name: str) -> str:
    """The command of a server from npm."""
    folder = cache() / f"mcp-npm-{NPM}"
    command = folder / "node_modules" / ".bin" / f"mcp-server-{name}"
    if not command.exists():
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            pytest.skip("node and npm are not installed")
        packages = [f"@modelcontextprotocol/server-{each}@{NPM}" for each in NPM_SERVERS]
        _install([npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages])
    return str(command)


def pypi_server(name: str) -> str:
    """The command of a server from PyPI."""
    folder = cache() / f"mcp-pypi-{PYPI}"
    command = folder / "bin" / f"mcp-server-{name}"
    if not command.exists():
        _install([sys.executable, "-m", "venv", str(folder)])
        packages = [f"mcp-server-{each}=={PYPI}" for each in PYPI_SERVERS]
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        _install([*pip, "install", "--quiet", *packages])
    return str(command)


def _install(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"the servers can't be installed: {done.stderr.strip()[-300:]}")
