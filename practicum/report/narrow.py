"""Tables that stay whole at a narrow terminal: what doesn't fit side by side stands one below the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Column, Table
from rich.text import Text

LEAST = 12
"""Characters that a column of text needs to be read, where its text has so many."""
GAP = 2


class NarrowTable(Table):
    """A table without lines that stacks the fields of a row where it has too little room.

    Columns that fold take what is there, but `LEAST`; of all others no word may be cut.
    """

    def __init__(self) -> None:
        super().__init__(box=None, pad_edge=False, header_style="bold")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        needed = sum(_needed(console, column) for column in self.columns)
        gaps = len(self.columns) - 1
        self.padding = (0, 1) if needed + gaps * GAP <= options.max_width else (0, 1, 0, 0)
        if needed + gaps > options.max_width:
            yield from _stacked(console, self)
        else:
            yield from super().__rich_console__(console, options)


def _needed(console: Console, column: Column) -> int:
    """Return the least width at which a column can be read."""
    texts = [_text(console, cell) for cell in (column.header, *column.cells)]
    if column.no_wrap:
        return max(cell_len(text.plain) for text in texts)
    words = max((cell_len(word) for text in texts for word in text.plain.split()), default=0)
    if column.overflow == "fold":
        return min(LEAST, max(cell_len(text.plain) for text in texts))
    return words


def _stacked(console: Console, table: Table) -> Iterator[Text]:
    """Yield each row's first cell, and its other cells below, named; numbers share a line."""
    head, *others = table.columns
    for place, first in enumerate(head.cells):
        title = _text(console, first)
        title.stylize("bold")
        yield _folding(title)
        fields = [(column, _text(console, list(column.cells)[place])) for column in others]
        for numbers, group in groupby(fields, lambda field: field[0].justify == "right"):
            named = [Text(f"{_text(console, column.header)}: ").append(cell) for column, cell in group]
            for line in [Text(", ").join(named)] if numbers else named:
                yield _folding(Text("  ").append(line))


def _folding(text: Text) -> Text:
    text.overflow = "fold"
    return text


def _text(console: Console, cell: RenderableType) -> Text:
    return cell.copy() if isinstance(cell, Text) else console.render_str(str(cell))
