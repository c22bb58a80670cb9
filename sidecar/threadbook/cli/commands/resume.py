"""`threadbook resume`: go on with a task, headless or in codex itself."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from threadbook.cli.said import absolute, turn_options, words_of
from threadbook.cli.session import pass_session
from threadbook.cli.wanted import wanted_task
from threadbook.live.attempt import GO_ON

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.cli.session import Session

_SANDBOXES = ("read-only", "workspace-write", "danger-full-access")
_APPROVALS = ("untrusted", "on-request", "never")


@click.command("resume")
@click.argument("task", required=False)
@click.argument("prompt", required=False)
@click.option("--last", is_flag=True, help="The task of this folder active last.")
@click.option("--all", "everywhere", is_flag=True, help="With --last: any folder.")
@turn_options
@click.option("--sandbox", type=click.Choice(_SANDBOXES))
@click.option("--approval", type=click.Choice(_APPROVALS))
@click.option(
    "--from-step",
    type=click.IntRange(min=1),
    help="Fork after this step, and go on there; the task stays as it is.",
)
@click.option("--amend", metavar="TEXT", help="Replace what was said at that step.")
@click.option(
    "--force", is_flag=True, help="Also a cleared task; of one in use a fork."
)
@click.option(
    "--when-reset",
    is_flag=True,
    help="Wait until the usage limit has reset; again, when it stops the turn.",
)
@pass_session
def resume(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    task: str | None,
    prompt: str | None,
    last: bool,
    everywhere: bool,
    images: tuple[Path, ...],
    model: str | None,
    effort: str | None,
    cwd: Path | None,
    timeout: float | None,
    sandbox: str | None,
    approval: str | None,
    from_step: int | None,
    amend: str | None,
    force: bool,
    when_reset: bool,
) -> None:
    """Go on with TASK: run PROMPT (or - for stdin), streaming, until the turn ends.

    Without PROMPT, on a terminal: opens codex in the task's folder.
    With --last a single argument is the PROMPT.
    With --when-reset and without PROMPT it goes on where it left off.
    """
    if last and task is not None:
        if prompt is not None:
            message = "--last takes one positional argument: the prompt"
            raise click.UsageError(message)
        task, prompt = None, task
    if when_reset and prompt is None and amend is None:
        prompt = GO_ON
    _check_usage(session, prompt, amend, from_step, given=(sandbox, approval, force))
    text = words_of(prompt)
    settings: dict[str, Any] = {
        "model": model,
        "effort": effort,
        "cwd": str(cwd.absolute()) if cwd else None,
        "images": absolute(images),
    }
    with session.context() as context:
        row = wanted_task(context, task, last=last, everywhere=everywhere)
        from threadbook.cli.going_on import forking, going_on  # noqa: PLC0415

        settings["threadId"] = row.thread_id
        permissions = {"sandbox": sandbox, "approval": approval, "force": force}
        again = {**settings, **permissions, "images": (), "prompt": GO_ON}
        if from_step is not None:
            settings |= {"fromStep": from_step, "amend": amend, "prompt": text}
            begin = forking(session, settings)
        else:
            settings |= {"prompt": text, **permissions}
            begin = going_on(session, settings)
        if text is None and amend is None:
            from threadbook.cli.handover import hand_over  # noqa: PLC0415

            hand_over(session, context, row, begin, settings)
            return
        if when_reset:
            from threadbook.cli.when_reset import WhenReset  # noqa: PLC0415

            waiting = WhenReset(
                session,
                context,
                lambda thread: going_on(session, {**again, "threadId": thread}),
                timeout_s=timeout,
            )
            asyncio.run(waiting.run(row, begin, text or amend))
            return
        if from_step is not None:
            from threadbook.cli.drive import Drive  # noqa: PLC0415

            asyncio.run(Drive(session, context, timeout_s=timeout).run(begin))
            return
        from threadbook.cli.taking_part import go_on_anywhere  # noqa: PLC0415
        from threadbook.protocol.live import TaskResumeParams  # noqa: PLC0415

        body = TaskResumeParams.model_validate(settings)
        asyncio.run(go_on_anywhere(session, context, body, begin, timeout))


def _check_usage(
    session: Session,
    prompt: str | None,
    amend: str | None,
    from_step: int | None,
    *,
    given: tuple[str | None, str | None, bool],
) -> None:
    message = None
    if amend is not None and from_step is None:
        message = "--amend needs --from-step"
    elif amend is not None and prompt is not None:
        message = "--amend says it all: there is no PROMPT besides"
    elif from_step is not None and any(given):
        message = "--sandbox, --approval and --force do not go with --from-step"
    elif prompt is None and amend is None:
        terminal = sys.stdin.isatty() and sys.stdout.isatty()
        if session.json or not terminal:
            message = "Give a PROMPT (or - for stdin); without one a terminal is needed"
    if message is not None:
        raise click.UsageError(message)
