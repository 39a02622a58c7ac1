"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run: a suite that guards what lands must not fail by chance.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")
