"""Where in a schema something lies."""

from __future__ import annotations

from typing import NamedTuple


class Way(NamedTuple):
    """The way from the schema of a parameter to one of its parts."""

    depth: int = 0
    references: tuple[str, ...] = ()
    """All that were followed."""
    levels: int = 0
    """How many values lie inside each other whose schemas lead back to themselves."""
    here: tuple[str, ...] = ()
    """References to such schemas that were followed for the value that the way ends at."""

    is_repeated: bool = False
    """Whether the same stands further up."""

    def inside(self) -> Way:
        """Return the way to a part of the value."""
        return self._replace(depth=self.depth + 1, here=())

    def beside(self) -> Way:
        """Return the way to another schema of the same value."""
        return self._replace(depth=self.depth + 1)

    def through(self, reference: str) -> Way:
        """Return the way to what a reference names."""
        return self._replace(depth=self.depth + 1, references=(*self.references, reference))

    def around(self, reference: str) -> Way:
        """Return the way to what a reference names, which leads back to itself."""
        return self.through(reference)._replace(
            levels=self.levels if self.here else self.levels + 1,
            here=(*self.here, reference),
            is_repeated=self.is_repeated or reference in self.references,
        )


START = Way()
