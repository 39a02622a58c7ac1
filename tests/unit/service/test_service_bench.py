"""The bench of what serving costs."""

from __future__ import annotations

import pytest

from bench import __main__ as benches
from bench import serving


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_bench_measures_the_model_the_agent_and_the_server() -> None:
    found = serving.run(quick=True)
    assert (found["clients"], found["requests"]) == (50, 200)
    for who in ("bare", "agent", "served"):
        assert found[who]["requests_a_second"] > 0
        assert found[who]["p95_ms"] >= found[who]["median_ms"] > 0
    assert "serving" in benches.names()
