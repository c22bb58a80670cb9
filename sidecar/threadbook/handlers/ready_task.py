"""Domain to wire, without the domain: most tasks of a list, as ready JSON.

Of most tasks the user has said nothing, and nobody holds them: all that their JSON
says stands in their rows, which are stored as the JSON of each field. So it is put
together of those, and nothing is read or made; ten thousand take 30 ms, where making
rows, plain values and JSON of them took 180 ms and three times the memory.
A test holds the bytes equal to `convert_task.plain_task`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson

from threadbook.handlers.convert_task import DIED
from threadbook.index.summaries import BETWEEN_FIELDS, BETWEEN_PARTS
from threadbook.index.types import NO_MESSAGE, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.convert_task import Folder

_NULL = b"null"
_NOTHING = (_NULL, b'""')
_FALSE = b"false"
_PLACEHOLDER = orjson.dumps(NO_MESSAGE)
_INTERRUPTED = orjson.dumps(Status.INTERRUPTED)
_DIED = orjson.dumps(DIED)
_SURROGATE = b"\\ud"
"""How a half of a character is written, which no JSON of ours may have."""


def _of(*names: str) -> bytes:
    return b"{%b}" % b",".join([b'"%b":%%b' % name.encode() for name in names])


_GIT = _of("branch", "commit", "repositoryUrl")
_USAGE = _of(
    "input",
    "cachedInput",
    "output",
    "reasoning",
    "total",
    "contextWindow",
    "contextUsed",
)
_STOP = _of("kind", "message", "resetsAt", "windowMinutes")
_GAPS_OF_A_FILE = 2
_ROLLOUT = b"[%b]" % _of("path", "bytes", "format")
_TASK = (
    _of(
        "threadId",
        "name",
        "preview",
        "displayName",
        "state",
        "status",
        "createdAt",
        "updatedAt",
        "cwd",
        "workspaceName",
        "cwdExists",
        "model",
        "effort",
        "modelProvider",
        "source",
        "originator",
        "cliVersion",
        "git",
        "turnCount",
        "messageCount",
        "tokenUsage",
        "forkedFromId",
    )[:-1]
    + b',"continuedFromId":null,"continuedAsId":null,'
    + _of("parentThreadId", "isSubAgent", "agentNickname")[1:-1]
    + b',"pinned":false,"tags":[],"note":null,"unread":false,"cleared":false'
    + b',"holder":null,'
    + _of("lastStop")[1:-1]
    + b',"scheduledResumeAt":null,'
    + _of("rollouts", "bytes")[1:-1]
    + b',"problems":[]}'
)


class ReadyFolder(NamedTuple):
    """A `Folder`, as JSON."""

    path: bytes
    name: bytes
    exists: bytes


_NOWHERE = ReadyFolder(_NULL, _NULL, _FALSE)


def ready_folder(folder: Folder) -> ReadyFolder:
    """Encode a folder."""
    return ReadyFolder(*map(orjson.dumps, (folder.path, folder.name, folder.exists)))


def ready_task(data: bytes, folder_at: Callable[[bytes], ReadyFolder]) -> bytes | None:
    """Return the `Task` of a packed row of which nothing else is known.

    *folder_at* is asked for the folder of a path's JSON. None: the row has something
    (problems, several files) that is not just put in its place.
    """
    (
        thread_id,
        name,
        preview,
        state,
        status,
        created_at,
        updated_at,
        cwd,
        model,
        effort,
        provider,
        source,
        originator,
        cli_version,
        git,
        turns,
        messages,
        usage,
        _limits,
        forked_from,
        parent,
        is_sub_agent,
        nickname,
        stop,
        open_turn,
        rollouts,
        size,
        problems,
    ) = data.split(BETWEEN_FIELDS)
    is_one_file = rollouts.count(BETWEEN_PARTS) <= _GAPS_OF_A_FILE
    if problems != b"[]" or not is_one_file or _SURROGATE in data:
        return None
    if name in _NOTHING:
        name = _NULL
        shown = _PLACEHOLDER if preview in _NOTHING else preview
    else:
        shown = name
    folder = _NOWHERE if cwd == _NULL else folder_at(cwd)
    if stop != _NULL:
        stop = _filled(_STOP, stop)
    elif open_turn == b"true" and status == _INTERRUPTED:
        stop = _DIED
    return _TASK % (
        thread_id,
        name,
        preview,
        shown,
        state,
        status,
        created_at,
        updated_at,
        folder.path,
        folder.name,
        folder.exists,
        model,
        effort,
        provider,
        source,
        originator,
        cli_version,
        git if git == _NULL else _filled(_GIT, git),
        turns,
        messages,
        usage if usage == _NULL else _filled(_USAGE, usage),
        forked_from,
        parent,
        is_sub_agent,
        nickname,
        stop,
        rollouts if rollouts == b"[]" else _filled(_ROLLOUT, rollouts[1:-1]),
        size,
    )


def _filled(form: bytes, parts: bytes) -> bytes:
    return form % tuple(parts[1:-1].split(BETWEEN_PARTS))
