"""A Ray cluster of one machine that several tests join, as users join theirs: by RAY_ADDRESS."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import practicum

HEAD = """
import sys
from practicum.graph.workers import ray_start
ray = ray_start.import_ray()
with ray_start.started(ray):
    print("address", ray.get_runtime_context().gcs_address, flush=True)
    sys.stdin.read()
"""


@contextmanager
def ray_cluster(home: Path) -> Iterator[dict[str, str]]:
    """Start Ray; gives the environment in which a process joins it.

    Args:
        home: Where Ray keeps its token, instead of the user's home.
    """
    home.mkdir(exist_ok=True)
    # Workers are the cluster's children: they import what it could.
    source = str(Path(practicum.__file__ or "").parents[1])
    shared = {"HOME": str(home), "PYTHONPATH": source, "RAY_AUTH_MODE": "token"}
    head = subprocess.Popen(
        [sys.executable, "-c", HEAD],
        env={**os.environ, **shared},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert head.stdin is not None
    assert head.stdout is not None
    try:
        word, _, address = head.stdout.readline().strip().partition(" ")
        assert word == "address", head.communicate()
        yield {**shared, "RAY_ADDRESS": address}
    finally:
        head.stdin.close()
        try:
            head.wait(timeout=30)
        except subprocess.TimeoutExpired:
            head.kill()
            head.wait()
        head.stdout.close()
        if head.stderr is not None:
            head.stderr.close()
