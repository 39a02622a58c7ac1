"""ToolBench's API documentation as tools, executed by its server (Qin et al. 2023; Guo et al. 2024)."""

from practicum.tools.toolbench.source import open_toolbench

__all__ = ["open_toolbench"]
