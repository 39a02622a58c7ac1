"""MCP servers that nobody here wrote, each kind in an environment of its own, kept between runs.

From npm (they need node), and from PyPI in a virtual environment: they need another `mcp` than we do.
Where they can't be installed, tests are skipped and say why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
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
    packages = [f"@modelcontextprotocol/server-{each}@{NPM}" for each in NPM_SERVERS]
    return npm_command(f"mcp-npm-{NPM}", packages, f"mcp-server-{name}")


def npm_command(
    folder_name: str, packages: Sequence[str], name: str, otherwise: Callable[[str], object] = pytest.skip
) -> str:
    """A command of packages from npm, which are installed into a folder of the cache that is kept.

    Tests are skipped without node; where npm can't install, they end in ``otherwise``.
    """
    folder = cache() / folder_name
    command = folder / "node_modules" / ".bin" / name
    npm = shutil.which("npm")
    if shutil.which("node") is None or (npm is None and not command.exists()):
        pytest.skip("node and npm are not installed")
    if not command.exists():
        _install(
            [str(npm), "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages], otherwise
        )
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


def _install(command: list[str], otherwise: Callable[[str], object] = pytest.skip) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        otherwise(f"the servers can't be installed: {done.stderr.strip()[-300:]}")
