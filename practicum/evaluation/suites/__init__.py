"""Benchmarks that bring their own tools and their own checkers."""

from __future__ import annotations

from practicum.evaluation.suites.port import Suite

SUITES = ("bfcl", "agentdojo")
"""Benchmarks by the word before the colon in ``--data``."""


def is_suite(data: str) -> bool:
    """Whether this names a benchmark, which brings its own tools."""
    return data.partition(":")[0] in SUITES


def open_suite(data: str) -> Suite:
    """Return the benchmark that `is_suite` recognised, such as ``bfcl:simple_python``.

    Raises:
        SetupError: it has no such category, or its package is not installed.
    """
    from practicum.evaluation.suites.bfcl_suite import bfcl_suite

    return bfcl_suite(data.partition(":")[2])
