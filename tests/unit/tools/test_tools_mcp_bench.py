"""The bench of what a call through an MCP tool costs."""

from __future__ import annotations

import pytest

from bench import __main__ as benches
from bench import mcp_overhead


@pytest.mark.slow
def test_the_bench_measures_calls_with_and_without_the_tool() -> None:
    found = mcp_overhead.run(quick=True)
    assert found["calls"] == 100
    assert found["bare_ms"]["median"] > 0
    assert found["through_tool_ms"]["median"] > 0
    assert "mcp_overhead" in benches.names()
