"""How much practice it takes before something is concluded from it."""

from __future__ import annotations

FEWEST = 4
"""Queries, or mentions of an argument, below which nothing is concluded."""
MOST_READ = 200
"""Queries of a tool that are read, the newest."""
