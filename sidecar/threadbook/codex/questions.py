"""The server's questions: what is asked, and how an answer is spelt.

Each of them holds its turn up until it is answered (codex-facts, section 4.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

import orjson

from threadbook.codex.elicitation import elicited_content, form_questions
from threadbook.codex.fields import (
    integer_at,
    object_at,
    objects_at,
    text_at,
    texts_at,
)
from threadbook.codex.items import shown_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from threadbook.codex.fields import (
        JsonObject,
    )
    from threadbook.codex.frames import ServerRequest

    Answers = Mapping[str, Sequence[str]]


class Decision(StrEnum):
    """What a person can say."""

    ACCEPT = "accept"
    ACCEPT_FOR_SESSION = "acceptForSession"
    DECLINE = "decline"
    """The turn goes on without."""
    CANCEL = "cancel"
    """The turn is stopped."""


_ALL = tuple(Decision)
_ONCE = (Decision.ACCEPT, Decision.DECLINE, Decision.CANCEL)
_SESSION = "session"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question."""

    label: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is to be chosen or typed."""

    id: str
    question: str
    header: str | None = None
    is_secret: bool = False
    allows_other: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of the server that a person must decide."""

    thread_id: str
    turn_id: str | None
    item_id: str | None
    kind: str
    """`command`, `fileChange`, `permissions`, `userInput` or `elicitation`."""
    title: str
    reason: str | None = None
    command: str | None = None
    cwd: str | None = None
    files: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = _ALL
    questions: tuple[Question, ...] = ()
    at: int | None = None
    stops_turn_itself: bool = True
    """Whether Codex stops the turn on `cancel`; else it must be interrupted."""


class _Where(TypedDict):
    thread_id: str
    turn_id: str | None
    item_id: str | None
    at: int | None


def asked_by(request: ServerRequest) -> Asked | None:
    """Understand a request; None when no person can answer it."""
    read = _READERS.get(request.method)
    return read(request.params) if read else None


def answer_to(
    request: ServerRequest, decision: Decision, answers: Answers | None = None
) -> JsonObject:
    """Spell *decision* as the result of *request*."""
    return _SPELLERS[request.method](request.params, decision, answers or {})


def _command(params: JsonObject) -> Asked:
    command = shown_command(text_at(params, "command") or "")
    network = text_at(object_at(params, "networkApprovalContext"), "host")
    if network:
        title = f"Codex wants to reach {network}"
    elif text_at(params, "kind") == "writeStdin":
        title = "Codex wants to type into a running command"
    else:
        title = "Codex wants to run a command"
    return Asked(
        **_where(params),
        kind="command",
        title=title,
        reason=text_at(params, "reason"),
        command=command or None,
        cwd=text_at(params, "cwd"),
    )


def _file_change(params: JsonObject) -> Asked:
    root = text_at(params, "grantRoot")
    return Asked(
        **_where(params),
        kind="fileChange",
        title=f"Codex wants to write below {root}"
        if root
        else "Codex wants to change files",
        reason=text_at(params, "reason"),
    )


def _permissions(params: JsonObject) -> Asked:
    wanted = object_at(params, "permissions")
    names = {"network": "the network", "fileSystem": "more of the file system"}
    kinds = [name for key, name in names.items() if wanted.get(key)]
    return Asked(
        **_where(params),
        kind="permissions",
        title=f"Codex asks for {' and '.join(kinds) or 'more permissions'}",
        reason=text_at(params, "reason"),
        cwd=text_at(params, "cwd"),
        files=_paths_of(wanted),
        stops_turn_itself=False,
    )


def _paths_of(permissions: JsonObject) -> tuple[str, ...]:
    system = object_at(permissions, "fileSystem")
    paths = [*texts_at(system, "read"), *texts_at(system, "write")]
    for entry in objects_at(system, "entries"):
        path = text_at(entry, "path") or text_at(object_at(entry, "path"), "path")
        if path:
            paths.append(path)
    return tuple(dict.fromkeys(paths))


def _user_input(params: JsonObject) -> Asked:
    questions = tuple(_question(raw) for raw in objects_at(params, "questions"))
    return Asked(
        **_where(params),
        kind="userInput",
        title="Codex asks you something",
        decisions=_ONCE,
        questions=questions,
        stops_turn_itself=False,
    )


def _question(raw: JsonObject) -> Question:
    options = tuple(
        Option(text_at(option, "label") or "", text_at(option, "description"))
        for option in objects_at(raw, "options")
    )
    return Question(
        id=text_at(raw, "id") or "",
        question=text_at(raw, "question") or "",
        header=text_at(raw, "header"),
        is_secret=raw.get("isSecret") is True,
        allows_other=raw.get("isOther") is True or not options,
        options=options,
    )


def _elicitation(params: JsonObject) -> Asked:
    server = text_at(params, "serverName") or "An MCP server"
    if text_at(object_at(params, "_meta"), "codex_approval_kind") == "mcp_tool_call":
        return _tool_call(params, server)
    said = text_at(params, "message") or text_at(params, "description")
    url = text_at(params, "url")
    return Asked(
        **_where(params),
        kind="elicitation",
        title=f"{server} asks you to open {url}" if url else f"{server} asks you",
        reason=said,
        decisions=_ONCE,
        questions=tuple(
            Question(
                id=field.name,
                question=field.description or field.title,
                header=field.title,
                allows_other=not field.options,
                options=tuple(Option(label) for label in field.options),
            )
            for field in form_questions(object_at(params, "requestedSchema"))
        ),
        stops_turn_itself=False,
    )


def _tool_call(params: JsonObject, server: str) -> Asked:
    """Read what Codex itself asks: leave for a tool, spelt as an elicitation."""
    about = object_at(params, "_meta")
    # Codex 0.148 names the tool only in its sentence.
    tool = text_at(about, "tool_name")
    sentence = text_at(params, "message") or f"Codex wants to use a tool of {server}"
    arguments = object_at(about, "tool_params")
    said = (tool, orjson.dumps(arguments).decode() if arguments else None)
    return Asked(
        **_where(params),
        kind="elicitation",
        title=f"Codex wants to use {tool} of {server}" if tool else sentence,
        reason=text_at(about, "tool_description"),
        command=" ".join(filter(None, said)) or None,
        decisions=_ALL if _SESSION in texts_at(about, "persist") else _ONCE,
        stops_turn_itself=False,
    )


def _v1_command(params: JsonObject) -> Asked:
    words = texts_at(params, "command")
    is_shell = len(words) == 3 and words[1] in {"-lc", "-c"}  # noqa: PLR2004
    return Asked(
        **_v1_where(params),
        kind="command",
        title="Codex wants to run a command",
        reason=text_at(params, "reason"),
        command=words[2] if is_shell else " ".join(words),
        cwd=text_at(params, "cwd"),
    )


def _v1_patch(params: JsonObject) -> Asked:
    return Asked(
        **_v1_where(params),
        kind="fileChange",
        title="Codex wants to change files",
        reason=text_at(params, "reason"),
        files=tuple(object_at(params, "fileChanges")),
    )


def _where(params: JsonObject) -> _Where:
    return {
        "thread_id": text_at(params, "threadId") or "",
        "turn_id": text_at(params, "turnId"),
        "item_id": text_at(params, "itemId"),
        "at": integer_at(params, "startedAtMs"),
    }


def _v1_where(params: JsonObject) -> _Where:
    return {
        "thread_id": text_at(params, "conversationId") or "",
        "turn_id": None,
        "item_id": text_at(params, "callId"),
        "at": None,
    }


def _spell_decision(
    _params: JsonObject, decision: Decision, _answers: Answers
) -> JsonObject:
    return {"decision": decision.value}


def _spell_permissions(
    params: JsonObject, decision: Decision, _answers: Answers
) -> JsonObject:
    wanted = object_at(params, "permissions")
    accepted = decision in {Decision.ACCEPT, Decision.ACCEPT_FOR_SESSION}
    granted = {key: value for key, value in wanted.items() if value} if accepted else {}
    scope = "session" if decision is Decision.ACCEPT_FOR_SESSION else "turn"
    return {"permissions": granted, "scope": scope}


def _spell_user_input(
    _params: JsonObject, decision: Decision, answers: Answers
) -> JsonObject:
    if decision is not Decision.ACCEPT:
        return {"answers": {}}
    return {"answers": {key: {"answers": [*said]} for key, said in answers.items()}}


def _spell_elicitation(
    params: JsonObject, decision: Decision, answers: Answers
) -> JsonObject:
    schema = object_at(params, "requestedSchema")
    if decision is Decision.ACCEPT_FOR_SESSION:
        return {"action": "accept", "content": {}, "_meta": {"persist": _SESSION}}
    if decision is Decision.ACCEPT and schema:
        content: object = elicited_content(schema, answers)
        return {"action": "accept", "content": content, "_meta": None}
    action = "accept" if decision is Decision.ACCEPT else decision.value
    return {"action": action, "content": None, "_meta": None}


def _spell_v1(_params: JsonObject, decision: Decision, _answers: Answers) -> JsonObject:
    spelling = {
        Decision.ACCEPT: "approved",
        Decision.ACCEPT_FOR_SESSION: "approved_for_session",
        Decision.DECLINE: "denied",
        Decision.CANCEL: "abort",
    }
    return {"decision": spelling[decision]}


_READERS: dict[str, Callable[[JsonObject], Asked]] = {
    "item/commandExecution/requestApproval": _command,
    "item/fileChange/requestApproval": _file_change,
    "item/permissions/requestApproval": _permissions,
    "item/tool/requestUserInput": _user_input,
    "mcpServer/elicitation/request": _elicitation,
    "execCommandApproval": _v1_command,
    "applyPatchApproval": _v1_patch,
}
_SPELLERS: dict[str, Callable[[JsonObject, Decision, Answers], JsonObject]] = {
    "item/commandExecution/requestApproval": _spell_decision,
    "item/fileChange/requestApproval": _spell_decision,
    "item/permissions/requestApproval": _spell_permissions,
    "item/tool/requestUserInput": _spell_user_input,
    "mcpServer/elicitation/request": _spell_elicitation,
    "execCommandApproval": _spell_v1,
    "applyPatchApproval": _spell_v1,
}
