"""Errors on the wire: one JSON-RPC code a kind, `data` says the facts."""

from typing import Any, Literal, cast

from threadbook.errors import TaskError
from threadbook.protocol.base import WireModel

ErrorKind = Literal[
    "homeNotFound",
    "threadNotFound",
    "ambiguousTask",
    "invalidCursor",
    "invalidQuery",
    "itemNotFound",
    "rolloutUnreadable",
    "taskInUse",
    "codexUnavailable",
    "codexRefused",
    "usageLimit",
    "turnFailed",
    "notPossible",
    "taskNotLive",
    "approvalGone",
    "indexBusy",
    "homeBusy",
    "homeUnwritable",
    "unsafePlace",
    "trashConflict",
    "hasDependants",
    "invalidParams",
    "internal",
]

ERROR_CODES: dict[str, int] = {
    "homeNotFound": 1001,
    "threadNotFound": 1002,
    "ambiguousTask": 1003,
    "invalidCursor": 1004,
    "itemNotFound": 1005,
    "rolloutUnreadable": 1006,
    "taskInUse": 1007,
    "codexUnavailable": 1008,
    "codexRefused": 1009,
    "usageLimit": 1010,
    "turnFailed": 1011,
    "notPossible": 1012,
    "taskNotLive": 1013,
    "approvalGone": 1014,
    "indexBusy": 1015,
    "homeBusy": 1016,
    "homeUnwritable": 1017,
    "unsafePlace": 1018,
    "trashConflict": 1019,
    "hasDependants": 1020,
    "invalidQuery": 1021,
}
"""Outside the range that JSON-RPC reserves."""


class ErrorData(WireModel):
    """`error.data` of a failed request."""

    kind: ErrorKind
    facts: dict[str, object]
    """What the sentence is made of; keys depend on `kind`."""


def exit_code_of(kind: str) -> int:
    """Return the exit code of a kind of fault."""
    return _class_of(kind).exit_code


def told_error(kind: str, message: str, facts: dict[str, object]) -> TaskError:
    """Return the fault that another process has told of, one of its own class."""
    base = _class_of(kind)

    def data(error: TaskError) -> dict[str, object]:
        del error
        return facts

    body: dict[str, Any] = {
        "kind": kind,
        # What its sentence is made of is not known here, only the sentence.
        "__init__": Exception.__init__,
        "data": data,
    }
    told = cast("type[Any]", type(base.__name__, (base,), body))(message)
    return cast("TaskError", told)


def _class_of(kind: str) -> type[TaskError]:
    pending = [TaskError]
    while pending:
        error = pending.pop()
        if getattr(error, "kind", None) == kind:
            return error
        pending += error.__subclasses__()
    return TaskError
