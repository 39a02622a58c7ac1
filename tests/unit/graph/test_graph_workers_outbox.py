"""What a worker has to tell, told from its event loop and from the threads that its tools run in."""

from __future__ import annotations

import asyncio

from practicum.graph.workers.messages import Begun
from practicum.graph.workers.outbox import Outbox


async def test_what_a_thread_puts_wakes_whoever_waits() -> None:
    asyncio.get_running_loop().set_debug(True)  # in which a loop refuses what other threads may not do
    outbox = Outbox()
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    await asyncio.to_thread(outbox.put, Begun())
    assert await asyncio.wait_for(taking, 60) == [Begun()]


async def test_what_was_put_before_anybody_came_is_there_and_only_once() -> None:
    outbox = Outbox()
    await asyncio.to_thread(outbox.put, Begun())
    outbox.put(Begun())
    assert await outbox.take() == [Begun(), Begun()]
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0.01)
    assert not taking.done()
    outbox.put(Begun())
    assert await asyncio.wait_for(taking, 60) == [Begun()]


async def test_who_delivers_waits_until_the_next_time_that_somebody_comes() -> None:
    outbox = Outbox()
    delivering = asyncio.create_task(outbox.deliver(Begun()))
    assert await outbox.take() == [Begun()]
    await asyncio.sleep(0)
    assert not delivering.done()
    outbox.put(Begun())
    await outbox.take()
    await asyncio.wait_for(delivering, 60)
