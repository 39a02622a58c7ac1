"""The bench of what concurrency hides of a model's latency."""

from __future__ import annotations

import pytest

from bench import __main__ as benches
from bench import throughput


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_bench_measures_tools_side_by_side_and_one_call_at_a_time() -> None:
    found = throughput.run(quick=True)
    assert (found["tools"], found["model_calls"], found["one_at_a_time"]["tools"]) == (6, 6 * 17, 2)
    assert found["longest_chain"] == 4 * 4 + 1  # imagined, called, answered and reflected; then the lessons
    assert found["processor_ms_a_call"] > 0
    assert 0 < found["share_of_ideal"] <= 1
    assert "throughput" in benches.names()
    assert "model_service" not in benches.names()
