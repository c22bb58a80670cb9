"""Asking: questions of the agent, put to the person at the terminal.

Read without blocking the loop: what is asked may be answered elsewhere or be over
while one thinks, and Ctrl-C must not wait for a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING, Literal

import click

from threadbook.cli.output import harmless, one_line

if TYPE_CHECKING:
    from collections.abc import Generator

    from threadbook.protocol.live import Approval, Question

Decision = Literal["accept", "acceptForSession", "decline", "cancel"]
Answers = dict[str, tuple[str, ...]]

_KEYS: dict[str, Decision] = {
    "a": "accept",
    "s": "acceptForSession",
    "d": "decline",
    "c": "cancel",
}
_LONGEST_LINE = 65_536


def has_somebody_to_ask() -> bool:
    """Whether a person sees the question and can type."""
    return sys.stdin.isatty() and sys.stderr.isatty()


async def ask(approval: Approval) -> tuple[Decision, Answers | None]:
    """Show a question, and return what the person says.

    Raises:
        EOFError: the terminal is gone, or its end was typed.
    """
    click.secho(f"\n{one_line(approval.title)}", fg="yellow", bold=True, err=True)
    for line in (approval.reason, approval.command, approval.cwd, *approval.files):
        if line:
            click.echo(f"  {harmless(line)}", err=True)
    for question in approval.questions:
        _show(question)
    decision = await _decision(approval)
    if decision != "accept" or not approval.questions:
        return decision, None
    answers: Answers = {}
    for question in approval.questions:
        answer = await _answer(question)
        answers[question.id] = (answer,) if answer else ()
    return decision, answers


def _show(question: Question) -> None:
    click.echo(f"  {one_line(question.question)}", err=True)
    for number, option in enumerate(question.options, 1):
        more = f" - {one_line(option.description)}" if option.description else ""
        click.echo(f"    {number}. {one_line(option.label)}{more}", err=True)


async def _decision(approval: Approval) -> Decision:
    words = {"accept": "answer"} if approval.questions else {}
    offered: dict[str, Decision] = {
        key: one for key, one in _KEYS.items() if one in approval.decisions
    }
    names = ", ".join(f"[{key}] {words.get(one, one)}" for key, one in offered.items())
    while True:
        decision = offered.get((await _line(f"{names}: ")).lower())
        if decision is not None:
            return decision
        click.echo(f"  One of {', '.join(offered)}", err=True)


async def _answer(question: Question) -> str:
    """Ask for one answer: a number, a choice or other words; nothing is none."""
    labels = [option.label for option in question.options]
    prompt = f"{one_line(question.question)} "
    while True:
        said = await _line(prompt, hidden=question.is_secret)
        if said.isdecimal() and 1 <= int(said) <= len(labels):
            return labels[int(said) - 1]
        by_name = {label.casefold(): label for label in labels}
        if said.casefold() in by_name:
            return by_name[said.casefold()]
        if not said or question.allows_other:
            return said
        click.echo(f"  A number from 1 to {len(labels)}, or nothing", err=True)


async def _line(prompt: str, *, hidden: bool = False) -> str:
    """Read a line, trimmed; cancelled, it leaves the terminal as it was."""
    click.echo(prompt, nl=False, err=True)
    line = await _next_line(hidden=hidden)
    if not line:
        raise EOFError
    return line.strip()


if sys.platform == "win32":
    import getpass
    import threading

    async def _next_line(*, hidden: bool) -> str:
        # A thread that nobody waits for: there reading a line can't be broken off.
        loop = asyncio.get_running_loop()
        read: asyncio.Future[str] = loop.create_future()

        def work() -> None:
            line = f"{getpass.getpass('')}\n" if hidden else sys.stdin.readline()
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, read, line)

        threading.Thread(target=work, daemon=True).start()
        return await read

else:
    import os
    import termios

    async def _next_line(*, hidden: bool) -> str:
        loop = asyncio.get_running_loop()
        descriptor = sys.stdin.fileno()
        read: asyncio.Future[str] = loop.create_future()

        def work() -> None:
            line = os.read(descriptor, _LONGEST_LINE).decode("utf-8", "replace")
            _settle(read, line)

        with _unseen(descriptor) if hidden else contextlib.nullcontext():
            loop.add_reader(descriptor, work)
            try:
                return await read
            finally:
                loop.remove_reader(descriptor)

    @contextlib.contextmanager
    def _unseen(descriptor: int) -> Generator[None]:
        """Do not show what is typed."""
        before = termios.tcgetattr(descriptor)
        silent = [*before]
        silent[3] &= ~termios.ECHO
        termios.tcsetattr(descriptor, termios.TCSADRAIN, silent)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
            click.echo(err=True)


def _settle(read: asyncio.Future[str], line: str) -> None:
    if not read.done():
        read.set_result(line)
