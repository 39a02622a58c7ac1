"""Several pieces of work side by side, of which one that fails ends the others."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence


async def do_all(work: Sequence[Coroutine[object, object, None]]) -> None:
    """Do all of ``work``; when a part raises, the others are cancelled and its error is raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
