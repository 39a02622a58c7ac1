"""The bench of what grows with the number of trials."""

from __future__ import annotations

import pytest

from bench import __main__ as benches
from bench import memory_growth


@pytest.mark.slow
def test_the_bench_samples_memory_and_files_as_trials_are_made() -> None:
    found = memory_growth.run(quick=True)
    assert found["trials"] >= 48
    assert [each["trials"] for each in found["samples"]][:4] == [12, 24, 36, 48]
    assert all(each["resident_mib"] > 0 and each["journal"] > 0 for each in found["samples"])
    assert set(found["bytes_a_trial"]) == {"journal", "checkpoints", "chroma"}
    assert "memory_growth" in benches.names()
