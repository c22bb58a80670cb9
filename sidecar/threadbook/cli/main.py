"""The command tree, its global options, its exit codes, and the one catch-all.

Commands are imported when they are named: `threadbook list` must not pay for the
server.
"""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from threadbook import __version__, garbage
from threadbook.cli import streams
from threadbook.cli.session import Session, pass_session
from threadbook.errors import TaskError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_COMMANDS = {
    "list": ("listing:list_tasks", "List this folder's tasks, or all."),
    "show": ("show:show", "Show a task: metadata and its last turns."),
    "search": ("search:search", "Search what was said, run or changed."),
    "resume": ("resume:resume", "Go on with a task."),
    "fork": ("fork:fork", "Begin a new task with the first steps of another."),
    "review": ("review:review", "Review code, for people and for CI."),
    "watch": ("watch:watch", "Stream what happens in tasks, until Ctrl-C."),
    "locks": ("locks:locks", "Show which tasks are in use, and by whom."),
    "archive": ("archive:archive", "Archive tasks, as codex does."),
    "unarchive": ("archive:unarchive", "Bring archived tasks back."),
    "delete": ("delete:delete", "Put tasks into the trash, or delete them for good."),
    "restore": ("restore:restore", "Bring tasks back from the trash."),
    "purge": ("purge:purge", "Delete for good what is stored of a folder's tasks."),
    "clear": ("clear:clear", "Never offer a task again."),
    "rename": ("rename:rename", "Give a task its name."),
    "pin": ("annotate:pin", "Pin tasks."),
    "unpin": ("annotate:unpin", "Take pins away."),
    "tag": ("annotate:tag", "Add tags to a task, and take tags away."),
    "note": ("annotate:note", "Write a note on a task."),
    "export": ("export:export", "Write tasks as Markdown, HTML, JSON or JSONL."),
    "limits": ("limits:limits", "Show usage windows, and what waits for them."),
    "stats": ("stats:stats", "Show where disk space and tokens went."),
    "relink": ("relink:relink", "Say where a moved folder is now."),
    "index": ("index:index", "Bring the index up to date, or rebuild it."),
    "doctor": ("doctor:doctor", "Check home, codex, index and locks."),
    "demo": ("demo:demo", "Write example tasks to try Threadbook on."),
    "serve": ("serve:serve", "Run the sidecar on stdio."),
}
"""Name to `module:command` below `cli.commands`, and its line in the help."""

_INTERRUPTED = 130
_FAULT = 1
_USAGE = 2


@contextmanager
def _reader_may_leave() -> Generator[None]:
    """End well when the reader (`head`, a pager) has had enough: that is no fault."""
    try:
        yield
    except BrokenPipeError as error:
        raise click.exceptions.Exit(0) from error


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:  # noqa: ANN401
        """Read the command line; `--help` writes already here."""
        with _reader_may_leave():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command, and write out what it printed."""
        with _reader_may_leave():
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        found = getattr(import_module(f"threadbook.cli.commands.{module}"), name)
        return found if isinstance(found, click.Command) else None

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="threadbook")
@pass_session
def cli(session: Session) -> None:
    """Every Codex task you ever ran, one click from going on.

    Exit codes: 0 done, 1 unexpected fault, 2 usage, 3 no such task, 4 ambiguous,
    5 task in use, 6 refused by Codex, 7 codex not found or too old, 8 usage limit,
    9 the turn failed, 10 not possible for this task, 11 a review found something,
    130 interrupted.
    """
    del session


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    if getattr(sys, "frozen", False):
        # The helpers of a frozen program are that program, started again.
        import multiprocessing  # noqa: PLC0415

        multiprocessing.freeze_support()
    garbage.look_seldom()
    streams.make_ready()
    given = list(arguments) if arguments is not None else sys.argv[1:]
    session = Session()
    try:
        code = cli.main(
            args=given, prog_name="threadbook", standalone_mode=False, obj=session
        )
    except Exception as error:  # noqa: BLE001 - the catch-all: faults become exit codes
        code = _report(session, error, given)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    streams.settle()
    _exit(code)


def _report(session: Session, error: Exception, given: Sequence[str]) -> int:
    match error:
        case TaskError():
            session.fail(error.kind, str(error), error.data())
            return error.exit_code
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort():
            return _INTERRUPTED
        case click.ClickException():
            # Options behind the one that is wrong were not read.
            if session.json or "--json" in given:
                session.json = True
                session.fail("usage", error.format_message(), {})
            else:
                error.show()
            return error.exit_code
        case UnicodeEncodeError() if not all(map(_is_text, given)):
            session.fail("usage", "An argument is not text in UTF-8", {})
            return _USAGE
        case _:
            session.fail("internal", f"{type(error).__name__}: {error}", {})
            if os.environ.get("THREADBOOK_DEBUG"):
                traceback.print_exception(error)
            return _FAULT


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _exit(code: Any) -> None:  # noqa: ANN401 - click returns what the command returns
    sys.exit(code if isinstance(code, int) else 0)
