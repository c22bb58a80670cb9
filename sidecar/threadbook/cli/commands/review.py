"""`threadbook review`: a code review by Codex, for people and for CI."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
from rich.text import Text

from threadbook.cli.output import console, harmless, one_line
from threadbook.cli.said import words_of
from threadbook.cli.session import pass_session
from threadbook.errors import TurnFailedError

if TYPE_CHECKING:
    from threadbook.cli.session import Session
    from threadbook.codex.reviews import Finding, ReviewResult

_FOUND = 11


@click.command("review")
@click.argument("prompt", required=False)
@click.option("--uncommitted", is_flag=True, help="What is not committed [default].")
@click.option("--base", metavar="BRANCH", help="What was added to a branch.")
@click.option("--commit", metavar="SHA", help="What a commit changed.")
@click.option(
    "--file", "files", metavar="F", multiple=True, help="These files, as they are."
)
@click.option("--style", metavar="TEXT", help="What to look at above all.")
@click.option("--model", help="The model that reviews.")
@click.option("--effort", help="Its reasoning effort.")
@click.option("--timeout", type=click.FloatRange(min=0), help="Seconds.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@pass_session
def review(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    prompt: str | None,
    uncommitted: bool,
    base: str | None,
    commit: str | None,
    files: tuple[str, ...],
    style: str | None,
    model: str | None,
    effort: str | None,
    timeout: float | None,
    exit_zero: bool,
) -> int:
    """Review code of this folder: what is not committed, or what you name.

    Exits with 11 when something was found, with 0 when nothing was.
    """
    subjects = (uncommitted, base, commit, files, prompt)
    named = sum(1 for subject in subjects if subject)
    if named > 1 and not (named == len(("files", "prompt")) and files and prompt):
        message = "Name one of --uncommitted, --base, --commit, --file, PROMPT"
        raise click.UsageError(message)
    params: dict[str, Any] = {
        "cwd": str(Path.cwd()),
        "uncommitted": uncommitted or not named,
        "base": base,
        "commit": commit,
        "files": files,
        "instructions": words_of(prompt),
        "style": style,
        "model": model,
        "effort": effort,
    }
    result = _reviewed(session, params, timeout)
    _show(session, result)
    return 0 if exit_zero or not result.findings else _FOUND


def _reviewed(
    session: Session, params: dict[str, Any], timeout: float | None
) -> ReviewResult:
    from threadbook.cli.drive import Drive  # noqa: PLC0415
    from threadbook.cli.going_on import reviewing  # noqa: PLC0415
    from threadbook.codex.reviews import read_review  # noqa: PLC0415

    with session.context(scan=False) as context:
        drive = Drive(session, context, timeout_s=timeout)
        asyncio.run(drive.run(reviewing(params)))
    if drive.review is None:
        message = "The review ended without a result"
        raise TurnFailedError(message)
    return read_review(drive.review)


def _show(session: Session, result: ReviewResult) -> None:
    if session.json:
        session.emit_line({"review": orjson.Fragment(_as_json(result))})
        return
    out = console(session)
    if result.explanation:
        out.print(Text(harmless(result.explanation)))
    for finding in result.findings:
        out.print(_headline(finding))
        if finding.body:
            indented = "\n".join(f"  {line}" for line in finding.body.splitlines())
            out.print(Text(harmless(indented)))
    if not result.findings:
        out.print(Text("No findings", style="green"))


def _as_json(result: ReviewResult) -> str:
    from threadbook.handlers.convert import finding_to_wire  # noqa: PLC0415
    from threadbook.protocol.review import ReviewResult as Wire  # noqa: PLC0415

    findings = tuple(map(finding_to_wire, result.findings))
    wire = Wire(explanation=result.explanation, findings=findings)
    return wire.model_dump_json(by_alias=True)


def _headline(finding: Finding) -> Text:
    path = Path(finding.path)
    place = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    level = "" if finding.priority is None else f"P{finding.priority} "
    where = f"{one_line(str(place))}:{finding.first_line}-{finding.last_line}"
    return Text.assemble(
        "\n",
        (level, "bold red"),
        (where, "cyan"),
        "  ",
        (one_line(finding.title), "bold"),
    )
