"""`threadbook serve`: the sidecar on stdio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("serve")
@click.option("--codex", "codex_path", help="The codex binary [default: find one].")
@pass_session
def serve(session: Session, *, codex_path: str | None) -> None:
    """Run the sidecar: LSP over stdio, for the extension or any LSP client."""
    from threadbook.server.app import serve as run  # noqa: PLC0415
    from threadbook.server.opening import ServerOptions  # noqa: PLC0415

    run(ServerOptions(codex_home=session.codex_home, codex_path=codex_path))
