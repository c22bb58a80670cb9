"""`threadbook demo`: what *Open demo* in VS Code runs, too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from threadbook.cli.session import pass_session
from threadbook.demo.folder import prepare_demo

if TYPE_CHECKING:
    from threadbook.cli.session import Session


@click.command("demo")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_session
def demo(session: Session, *, folder: Path) -> None:
    """Write example tasks into FOLDER, to try Threadbook on.

    FOLDER is new, empty, or one that this command made. Your own tasks are not
    touched.
    """
    made = prepare_demo(folder.absolute())
    if session.json:
        places = {"codexHome": str(made.codex_home), "workspace": str(made.workspace)}
        session.emit_line(places)
    else:
        print(f"The example tasks are in {made.codex_home}.")
        print(f'See them with: threadbook --codex-home "{made.codex_home}" list --all')
