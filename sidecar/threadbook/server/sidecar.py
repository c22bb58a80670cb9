"""Sidecar: pygls' server with our requests registered; what they do is `answer`'s."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lsprotocol.types import INITIALIZE
from pygls.protocol import default_converter

from threadbook import __version__
from threadbook.handlers import HANDLERS
from threadbook.server.answer import answer
from threadbook.server.protocol import TaskProtocol, TaskServer

if TYPE_CHECKING:
    from lsprotocol.types import InitializeParams

    from threadbook.server.opening import Opening


class Sidecar(TaskServer):
    """The server of one client."""

    def __init__(self, opening: Opening) -> None:
        """Register everything; what requests work on is *opening*'s."""
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - pygls' *args
            "threadbook",
            __version__,
            text_document_sync_kind=None,  # pyright: ignore[reportArgumentType]
            protocol_cls=TaskProtocol,
            converter_factory=default_converter,
        )

        def on_initialize(params: InitializeParams) -> None:
            opening.choose(params.initialization_options)
            opening.begin()

        respond = partial(
            answer,
            context=opening.context,
            pool=opening.pool,
            notify=opening.notify,
            share=opening.share,
        )
        self.feature(INITIALIZE)(on_initialize)
        for method in HANDLERS:
            self.feature(method)(respond(method))
