"""`threadbook doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from threadbook.cli.output import console, one_line
from threadbook.cli.session import pass_session
from threadbook.handlers.doctor import home_doctor
from threadbook.protocol.doctor import HomeDoctorParams

if TYPE_CHECKING:
    from threadbook.cli.session import Session

_MARKS = {"ok": "[green]ok[/]", "warning": "[yellow]!![/]", "error": "[red]no[/]"}


@click.command("doctor")
@pass_session
def doctor(session: Session) -> int:
    """Check home, codex, index, rollouts and locks; a remedy for each finding."""
    with session.context() as context:
        response = home_doctor(context, HomeDoctorParams(thorough=True))
    if session.json:
        session.emit(response)
    else:
        out = console(session)
        for finding in response.findings:
            out.print(
                _MARKS[finding.level],
                one_line(finding.check).ljust(11),
                one_line(finding.message),
                markup=True,
            )
            if finding.remedy is not None:
                out.print(" " * 14, one_line(finding.remedy), style="dim")
    return int(any(finding.level == "error" for finding in response.findings))
