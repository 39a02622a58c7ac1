"""Kept runs: what an evaluation was, with every answer, and how two of them compare."""
