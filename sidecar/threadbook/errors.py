"""Every expected fault, in one tree.

TaskError
├── HomeNotFoundError       homeNotFound       CODEX_HOME is missing or no directory
├── ThreadNotFoundError     threadNotFound     no such task
│   └── UnknownYetError     threadNotFound     none so far; it may still turn up
├── AmbiguousTaskError      ambiguousTask      a prefix or name fits several tasks
├── InvalidCursorError      invalidCursor      a page token that we did not make
├── InvalidQueryError       invalidQuery       a search that can't be understood
├── ItemNotFoundError       itemNotFound       no such turn or item in the task
├── RolloutUnreadableError  rolloutUnreadable  the file can't be opened now
├── TaskInUseError          taskInUse          another process has the thread open
├── CodexUnavailableError   codexUnavailable   no codex, or one that is too old
├── CodexRefusedError       codexRefused       Codex answered with an error
├── UsageLimitError         usageLimit         the account's limit is reached
├── TurnFailedError         turnFailed         the turn ended in an error
├── NotPossibleError        notPossible        this task can't do that, and why
├── TaskNotLiveError        taskNotLive        we are not driving that task
├── ApprovalGoneError       approvalGone       the question is no longer open
├── IndexBusyError          indexBusy          another process holds the index
├── HomeBusyError           homeBusy           another process moves tasks
├── HomeUnwritableError     homeUnwritable     full disk, read-only, no permission
├── UnsafePlaceError        unsafePlace        a path that leads out of the home
├── TrashConflictError      trashConflict      what is in the trash exists again
└── HasDependantsError      hasDependants      forks need this task's file

`UnknownYetError` is in `handlers/context.py`: nobody below waits for a task.
Each has a stable `kind` (what programs switch on), an exit code for the command
line, and builds its own sentence from facts, without a final full stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class TaskError(Exception):
    """An expected fault; `str(error)` is a sentence for a person."""

    kind: ClassVar[str]
    exit_code: ClassVar[int] = 1

    def data(self) -> dict[str, object]:
        """Return the facts behind the sentence, as JSON values, camelCase keys."""
        return {}


class HomeNotFoundError(TaskError):
    """CODEX_HOME is missing or not a directory."""

    kind = "homeNotFound"
    exit_code = 2

    def __init__(self, path: Path, *, is_file: bool = False) -> None:
        what = "is not a directory" if is_file else "does not exist"
        super().__init__(
            f"The Codex home {path} {what}; run codex once, "
            "or name another with --codex-home or threadbook.codexHome"
        )
        self.path = path

    def data(self) -> dict[str, object]:
        """Return `path`."""
        return {"path": str(self.path)}


class ThreadNotFoundError(TaskError):
    """No task has this id, prefix or name."""

    kind = "threadNotFound"
    exit_code = 3

    def __init__(self, wanted: str) -> None:
        super().__init__(f"No such task: {wanted}")
        self.wanted = wanted

    def data(self) -> dict[str, object]:
        """Return `wanted`."""
        return {"wanted": self.wanted}


class AmbiguousTaskError(TaskError):
    """A prefix or a name fits several tasks."""

    kind = "ambiguousTask"
    exit_code = 4

    def __init__(self, wanted: str, candidates: Sequence[tuple[str, str]]) -> None:
        """Take the candidates as (thread id, display name)."""
        listed = "\n".join(f"  {thread} {name}" for thread, name in candidates)
        super().__init__(f"{len(candidates)} tasks fit {wanted!r}:\n{listed}")
        self.wanted = wanted
        self.candidates = tuple(candidates)

    def data(self) -> dict[str, object]:
        """Return `wanted` and `candidates`."""
        return {
            "wanted": self.wanted,
            "candidates": [
                {"threadId": thread, "displayName": name}
                for thread, name in self.candidates
            ],
        }


class InvalidCursorError(TaskError):
    """A page token that we did not make."""

    kind = "invalidCursor"
    exit_code = 2

    def __init__(self) -> None:
        super().__init__("The cursor is not one of ours; start again without it")


class InvalidQueryError(TaskError):
    """A search that can't be understood; the message says why."""

    kind = "invalidQuery"
    exit_code = 2


class ItemNotFoundError(TaskError):
    """No such turn or item in the task."""

    kind = "itemNotFound"
    exit_code = 3

    def __init__(self, thread_id: str, wanted: str) -> None:
        super().__init__(f"Task {thread_id} has no {wanted}")
        self.thread_id = thread_id

    def data(self) -> dict[str, object]:
        """Return `threadId`."""
        return {"threadId": self.thread_id}


class RolloutUnreadableError(TaskError):
    """The file of a task can't be opened now."""

    kind = "rolloutUnreadable"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} can't be read: {reason}")
        self.path = path

    def data(self) -> dict[str, object]:
        """Return `path`."""
        return {"path": str(self.path)}


class TaskInUseError(TaskError):
    """Another process has the thread open for writing."""

    kind = "taskInUse"
    exit_code = 5

    def __init__(
        self,
        thread_id: str,
        *,
        program: str | None = None,
        pid: int | None = None,
        since_ms: int | None = None,
    ) -> None:
        who = program or "another process"
        process = f" (pid {pid})" if pid else ""
        super().__init__(f"Task {thread_id} is in use by {who}{process}")
        self.thread_id = thread_id
        self.program = program
        self.pid = pid
        self.since_ms = since_ms

    def data(self) -> dict[str, object]:
        """Return `threadId`, `program`, `pid`, `since` (Unix ms)."""
        return {
            "threadId": self.thread_id,
            "program": self.program,
            "pid": self.pid,
            "since": self.since_ms,
        }


class CodexUnavailableError(TaskError):
    """No codex on this machine, or one too old for what was asked."""

    kind = "codexUnavailable"
    exit_code = 7

    def __init__(
        self, reason: str, *, found: str | None = None, needed: str | None = None
    ) -> None:
        super().__init__(reason)
        self.found = found
        self.needed = needed

    def data(self) -> dict[str, object]:
        """Return the versions: `found` and `needed`, null where unknown."""
        return {"found": self.found, "needed": self.needed}


class CodexRefusedError(TaskError):
    """Codex answered a request with an error."""

    kind = "codexRefused"
    exit_code = 6

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"Codex refused {method}: {message}")
        self.method = method
        self.code = code
        self.message = message

    def data(self) -> dict[str, object]:
        """Return `method`, `code`, `reason`."""
        return {"method": self.method, "code": self.code, "reason": self.message}


class UsageLimitError(TaskError):
    """The turn ended because a usage limit is reached."""

    kind = "usageLimit"
    exit_code = 8

    def __init__(self, message: str, resets_at_ms: int | None) -> None:
        super().__init__(message)
        self.resets_at_ms = resets_at_ms

    def data(self) -> dict[str, object]:
        """Return `resetsAt` (Unix ms, or null)."""
        return {"resetsAt": self.resets_at_ms}


class TurnFailedError(TaskError):
    """The turn ended in an error."""

    kind = "turnFailed"
    exit_code = 9

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code

    def data(self) -> dict[str, object]:
        """Return `code`, as Codex names it."""
        return {"code": self.code}


class NotPossibleError(TaskError):
    """This task can't do that; the message says why."""

    kind = "notPossible"
    exit_code = 10


class TaskNotLiveError(TaskError):
    """We are not driving that task, so it can't be steered or interrupted."""

    kind = "taskNotLive"
    exit_code = 10

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"Task {thread_id} is not running here")
        self.thread_id = thread_id

    def data(self) -> dict[str, object]:
        """Return `threadId`."""
        return {"threadId": self.thread_id}


class ApprovalGoneError(TaskError):
    """The question was answered already, or its turn ended."""

    kind = "approvalGone"
    exit_code = 10

    def __init__(self, request_id: str) -> None:
        super().__init__("That question is no longer open")
        self.request_id = request_id

    def data(self) -> dict[str, object]:
        """Return `requestId`."""
        return {"requestId": self.request_id}


class IndexBusyError(TaskError):
    """Another process holds the index for longer than we wait."""

    kind = "indexBusy"

    def __init__(self, path: Path) -> None:
        super().__init__(f"The index {path} is busy; try again")
        self.path = path

    def data(self) -> dict[str, object]:
        """Return `path`."""
        return {"path": str(self.path)}


class HomeBusyError(TaskError):
    """Another process moves tasks of this home for longer than we wait."""

    kind = "homeBusy"

    def __init__(self, path: Path) -> None:
        super().__init__(f"Another threadbook is moving tasks in {path}; try again")
        self.path = path

    def data(self) -> dict[str, object]:
        """Return `path`."""
        return {"path": str(self.path)}


class HomeUnwritableError(TaskError):
    """The home can't be changed now: full, read-only, or not ours."""

    kind = "homeUnwritable"
    exit_code = 10

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} can't be changed: {reason}; nothing was moved")
        self.path = path
        self.reason = reason

    def data(self) -> dict[str, object]:
        """Return `path` and `reason`."""
        return {"path": str(self.path), "reason": self.reason}


class UnsafePlaceError(TaskError):
    """A path, from a file or a database, that we won't touch."""

    kind = "unsafePlace"
    exit_code = 10

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place} {reason}; it was left alone")
        self.place = place

    def data(self) -> dict[str, object]:
        """Return `path`."""
        return {"path": self.place}


class TrashConflictError(TaskError):
    """What is to come back from the trash exists again."""

    kind = "trashConflict"
    exit_code = 10

    def __init__(self, thread_id: str, existing: Sequence[Path]) -> None:
        super().__init__(
            f"Task {thread_id} exists again ({existing[0]}); "
            "restore it with --replace, which puts that one into the trash instead, "
            "or delete the one in the trash for good"
        )
        self.thread_id = thread_id
        self.existing = tuple(existing)

    def data(self) -> dict[str, object]:
        """Return `threadId`, `existing` (paths) and `choices`."""
        return {
            "threadId": self.thread_id,
            "existing": [str(path) for path in self.existing],
            "choices": ["replace", "delete"],
        }


class HasDependantsError(TaskError):
    """Forks go on from this task's file, so that it can't go without them."""

    kind = "hasDependants"
    exit_code = 10

    def __init__(self, thread_id: str, dependants: Sequence[tuple[str, str]]) -> None:
        """Take the dependants as (thread id, display name)."""
        listed = "\n".join(f"  {thread} {name}" for thread, name in dependants)
        super().__init__(
            f"{len(dependants)} forks need task {thread_id}; "
            f"take them along with --with-forks:\n{listed}"
        )
        self.thread_id = thread_id
        self.dependants = tuple(dependants)

    def data(self) -> dict[str, object]:
        """Return `threadId` and `dependants`."""
        return {
            "threadId": self.thread_id,
            "dependants": [
                {"threadId": thread, "displayName": name}
                for thread, name in self.dependants
            ],
        }
