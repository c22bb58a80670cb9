"""What doctor says of codex binaries and of damaged rollouts, summed up."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from threadbook.codex.binary import find_codex, native_program
from threadbook.codex.version import Feature
from threadbook.errors import CodexUnavailableError
from threadbook.index.types import TaskQuery
from threadbook.protocol.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.codex.binary import CodexBinary
    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow

_MOST_ROLLOUTS = 20
_PAGE = 1000
_KILO = 1024


def finding(
    check: str,
    level: Literal["ok", "warning", "error"],
    message: str,
    remedy: str | None = None,
) -> Finding:
    """Make a finding."""
    return Finding(check=check, level=level, message=message, remedy=remedy)


def counted(count: int, noun: str) -> str:
    """Spell how many there are of something."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def spelled(count: int) -> str:
    """Spell a number of bytes."""
    amount, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB"):
        if amount < _KILO:
            break
        amount, unit = amount / _KILO, larger
    return f"{count} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"


def codex_findings(binary: CodexBinary) -> Iterator[Finding]:
    """Say which codex is used, what it is too old for, and which others there are."""
    used = f"codex {binary.version} at {binary.path}"
    yield finding("codex", "ok", used)
    lacking = [feature.phrase for feature in Feature if not binary.can(feature)]
    if lacking:
        yield finding(
            "codex",
            "warning",
            f"It is too old for: {'; '.join(lacking)}",
            "Update it with: npm install -g @openai/codex@latest",
        )
    if binary.others:
        others = ", ".join(f"{one.version} at {one.path}" for one in binary.others)
        yield finding("codex", "ok", f"Others are on this machine: {others}")
    first = _first_on_path(binary)
    if first is not None and first.version < binary.version:
        yield finding(
            "codex",
            "warning",
            f"In a terminal `codex` is the older {first.version} at {first.path}: "
            "where it goes on with a task of a newer one, the newer one can't read "
            "the task any more",
            f"Update it, or put {binary.path.parent} before it on the PATH",
        )


def _first_on_path(binary: CodexBinary) -> CodexBinary | None:
    found = shutil.which("codex")
    if found is None:
        return None
    native = native_program(Path(found))
    known = [binary, *binary.others]
    if binary.place == "setting":
        with suppress(CodexUnavailableError):
            newest = find_codex()
            known += [newest, *newest.others]
    return next((one for one in known if one.path == native), None)


def rollout_findings(context: Context) -> Iterator[Finding]:
    """Name the first of the rollouts with problems, and count the rest."""
    more = 0
    for number, row in enumerate(_with_problems(context)):
        if number < _MOST_ROLLOUTS:
            first, *others = row.problems
            rest = f" (and {len(others)} more)" if others else ""
            yield finding(
                "rollouts",
                "warning",
                f"{row.rollouts[0].path}: {first.message}{rest}",
                f"Nothing to do: threadbook show {row.thread_id} shows all of it that "
                "can be read",
            )
        else:
            more += 1
    if more:
        yield finding(
            "rollouts",
            "warning",
            f"Problems of {counted(more, 'more task')}",
            "See them with: threadbook list --all --state any --limit 0 --json",
        )


def _with_problems(context: Context) -> Iterator[TaskRow]:
    cursor: str | None = None
    while True:
        query = TaskQuery(states=None, limit=_PAGE, cursor=cursor)
        page = context.index.list_tasks(query)
        yield from (row for row in page.rows if row.problems)
        cursor = page.next_cursor
        if cursor is None:
            return
