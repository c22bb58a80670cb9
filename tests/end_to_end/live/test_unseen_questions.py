"""Questions that nobody sees: they wait a while, and are declined then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from support.codex_binary import real_codex
from support.live import Audience
from threadbook.items import TurnStatus
from threadbook.live.tasks import LiveTasks
from threadbook.server.host import Host

if TYPE_CHECKING:
    from support.live import World
    from threadbook.live.types import Published


async def nobody(method: str, params: Any) -> Any:  # noqa: ANN401
    raise AssertionError(method, params)


class Driver:
    """A process that drives tasks, without a client."""

    def __init__(self, world: World, patience_s: float) -> None:
        self.audience = Audience()
        self.live = LiveTasks(
            world.home, codex=real_codex, publish=self.publish, held=self.held
        )
        self.host = Host(world.home, self.live, nobody, patience_s=patience_s)

    def publish(self, message: Published) -> None:
        self.host.published(message)
        self.audience.publish(message)

    def held(self) -> None:
        self.host.held_changed()

    async def ask(self, world: World) -> str:
        """Begin a turn that asks; return the question's id."""
        await self.live.resume(world.target, approval="untrusted")
        await self.live.send(world.target.thread_id, "[[shell:touch made-it]]")
        return (await self.audience.approval()).request_id

    async def close(self) -> None:
        await self.host.close()
        await self.live.close()


async def test_a_question_that_nobody_sees_is_declined_after_a_while(
    world: World,
) -> None:
    driver = Driver(world, patience_s=0.3)
    try:
        request_id = await driver.ask(world)
        await asyncio.sleep(0.5)
        before = driver.live.waiting()
        await driver.host.windowless()
        resolved = await driver.audience.resolved()
        end = await driver.audience.turn_end()
    finally:
        await driver.close()

    assert before == {world.target.thread_id}
    assert resolved == request_id
    assert end.status is TurnStatus.COMPLETED
    assert not (world.folder / "made-it").exists()


async def test_a_question_asked_after_the_window_closed_waits_as_long(
    world: World,
) -> None:
    driver = Driver(world, patience_s=0.5)
    try:
        await driver.host.windowless()
        asked = await driver.ask(world)
        before = driver.live.waiting()
        resolved = await driver.audience.resolved()
        end = await driver.audience.turn_end()
    finally:
        await driver.close()

    assert before == {world.target.thread_id}
    assert resolved == asked
    assert end.status is TurnStatus.COMPLETED
