"""Serve one client on stdio: early answers first, then pygls, then a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from threadbook.server.early import Early
from threadbook.server.opening import Opening
from threadbook.server.stream import Incoming, Outgoing

if TYPE_CHECKING:
    from threadbook.server.opening import ServerOptions

_log = logging.getLogger(__name__)


def serve(options: ServerOptions) -> None:
    """Serve one client on stdin and stdout until it leaves."""
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s %(message)s"
    )
    # pygls logs whole bodies and every expected error with a traceback.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    incoming = Incoming()
    try:
        asyncio.run(_serve(options, incoming, Outgoing()))
    except (BrokenPipeError, KeyboardInterrupt, SystemExit):
        _log.debug("the client is gone")
    finally:
        incoming.close()


async def _serve(
    options: ServerOptions, incoming: Incoming, outgoing: Outgoing
) -> None:
    def notify(method: str, params: Any) -> None:
        outgoing.send({"jsonrpc": "2.0", "method": method, "params": params})

    opening = Opening(options, notify)
    try:
        early = Early(opening, incoming, outgoing)
        await early.serve()
        # Takes longer to import than all that was answered so far.
        from threadbook.server.sidecar import Sidecar  # noqa: PLC0415

        sidecar = Sidecar(opening)
        sidecar.begin(outgoing, answered=early.answered)
        early.hand_over(sidecar.protocol.receive)
        # pygls ends the program when the client says `exit`.
        with contextlib.suppress(SystemExit):
            await sidecar.serve(incoming)
        await opening.go_on(outgoing.let_go)
    finally:
        await opening.close()
