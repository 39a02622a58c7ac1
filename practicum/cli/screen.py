"""What is printed: whatever it says, it writes text and nothing else to the terminal.

Escape sequences in what a model or a tool says could retitle a window, hide lines or write to the
clipboard.

Imported only where something is printed.
"""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from practicum.hostile.clean import printable


class Screen(Console):
    """A console that leaves out of texts, and of the cells of tables, what isn't text."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a string as it is printed."""
        return super().render_str(printable(text), **options)
