"""Search hits on the terminal: the task, the step, and the text with what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from threadbook.cli.output import age, console, one_line

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.protocol.search import SearchHit

_SHORT_ID = 13
_NAME = 60


def print_hit(session: Session, hit: SearchHit) -> None:
    """Print one hit on two lines."""
    out = console(session)
    head = Text(hit.thread_id[:_SHORT_ID], style="cyan")
    head.append(f" step {hit.turn}", style="dim")
    head.append(f" {one_line(hit.display_name)[:_NAME]}", style="bold")
    head.append(f" · {hit.kind} · {age(hit.at or hit.updated_at)}", style="dim")
    out.print(head)
    out.print(_marked(hit))


def _marked(hit: SearchHit) -> Text:
    # Character for character, so that the marks stay where they are.
    shown = "".join(one_line(part) if part != " " else " " for part in hit.snippet)
    text = Text(f"  {shown}")
    if len(shown) == len(hit.snippet):
        for mark in hit.marks:
            text.stylize("bold yellow", mark.start + 2, mark.end + 2)
    return text
