"""Tools that change a directory and a repository: what a careless exploration would leave behind."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import practicum

WORKPLACE = "PRACTICUM_BENCH_WORKPLACE"
"""Names the variable that says where the tools work."""


def _place(path: str) -> Path:
    return Path(os.environ[WORKPLACE]) / "files" / path


def _git(*arguments: str) -> str:
    repository = Path(os.environ[WORKPLACE]) / "repository"
    command = ["git", "-C", str(repository), "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr.strip() or f"git {arguments[0]} failed")
    return done.stdout.strip() or "done"


@practicum.read_only
def read_file(path: str) -> str:
    """Read a text file."""
    return _place(path).read_text()


def write_file(path: str, content: str) -> str:
    """Write a text file, over one that is there."""
    _place(path).write_text(content)
    return f"wrote {path}"


def delete_file(path: str) -> str:
    """Delete a file."""
    _place(path).unlink()
    return f"deleted {path}"


def move_file(source: str, destination: str) -> str:
    """Move a file to another name."""
    _place(source).rename(_place(destination))
    return f"moved {source}"


def delete_tree(folder: str) -> str:
    """Delete a folder with all that is in it."""
    shutil.rmtree(_place(folder))
    return f"deleted {folder}"


def append_line(path: str, line: str) -> str:
    """Add a line to a file; works in the copy that its episode was given."""
    place = practicum.working_copy(_place(path))
    with place.open("a") as file:
        file.write(f"{line}\n")
    return f"{path} has {len(place.read_text().splitlines())} lines"


@practicum.read_only
def git_log(max_count: int) -> str:
    """List the newest commits."""
    return _git("log", "--oneline", f"--max-count={max_count}")


def git_commit(message: str) -> str:
    """Commit, even if nothing changed."""
    return _git("commit", "--allow-empty", "-m", message)


def git_reset(revision: str) -> str:
    """Reset the branch and the working tree to a revision; what came after is lost."""
    return _git("reset", "--hard", revision)


def git_delete_branch(branch: str) -> str:
    """Delete a branch, merged or not."""
    return _git("branch", "-D", branch)
