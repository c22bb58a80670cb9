from __future__ import annotations

import pytest

from threadbook.codex.frames import ServerRequest
from threadbook.codex.questions import Decision, Option, answer_to, asked_by

_WHERE: dict[str, object] = {"threadId": "t", "turnId": "u", "itemId": "i"}
_FORM: dict[str, object] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "title": "Your name"},
        "count": {"type": "integer"},
        "ratio": {"type": "number"},
        "sure": {"type": "boolean", "description": "Really?"},
        "colour": {"type": "string", "enum": ["r", "g"], "enumNames": ["Red", "Green"]},
        "size": {"type": "string", "oneOf": [{"const": "s", "title": "Small"}]},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    },
}
_METHODS: dict[str, dict[str, object]] = {
    "item/commandExecution/requestApproval": {**_WHERE, "command": "bash -lc 'rm x'"},
    "item/fileChange/requestApproval": {**_WHERE, "grantRoot": None},
    "item/permissions/requestApproval": {
        **_WHERE,
        "cwd": "/w",
        "permissions": {
            "network": {"enabled": True},
            "fileSystem": None,
        },
    },
    "item/tool/requestUserInput": {
        **_WHERE,
        "questions": [
            {
                "id": "q",
                "header": "H",
                "question": "Which?",
                "isOther": False,
                "isSecret": True,
                "options": [{"label": "A", "description": "first"}],
            }
        ],
    },
    "mcpServer/elicitation/request": {
        **_WHERE,
        "serverName": "jira",
        "mode": "form",
        "message": "Fill in",
        "requestedSchema": _FORM,
    },
    "execCommandApproval": {
        "conversationId": "t",
        "callId": "i",
        "command": ["bash", "-lc", "rm x"],
        "cwd": "/w",
    },
    "applyPatchApproval": {
        "conversationId": "t",
        "callId": "i",
        "fileChanges": {"/w/a": {"type": "add", "content": ""}},
    },
}


def request(method: str) -> ServerRequest:
    return ServerRequest(1, method, _METHODS[method])


@pytest.mark.parametrize("method", _METHODS)
def test_every_question_names_its_task_and_can_be_answered_in_all_offered_ways(
    method: str,
) -> None:
    asked = asked_by(request(method))

    assert asked
    assert (asked.thread_id, asked.item_id) == ("t", "i")
    assert asked.title
    assert {Decision.ACCEPT, Decision.DECLINE, Decision.CANCEL} <= set(asked.decisions)
    for decision in asked.decisions:
        assert answer_to(request(method), decision)


@pytest.mark.parametrize(
    ("method", "kind", "command", "files"),
    [
        ("item/commandExecution/requestApproval", "command", "rm x", ()),
        ("execCommandApproval", "command", "rm x", ()),
        ("applyPatchApproval", "fileChange", None, ("/w/a",)),
        ("item/permissions/requestApproval", "permissions", None, ()),
    ],
)
def test_what_is_asked_is_read(
    method: str, kind: str, command: str | None, files: tuple[str, ...]
) -> None:
    asked = asked_by(request(method))

    assert asked
    assert (asked.kind, asked.command, asked.files) == (kind, command, files)


@pytest.mark.parametrize(
    ("method", "decision", "answer"),
    [
        (
            "item/commandExecution/requestApproval",
            Decision.ACCEPT_FOR_SESSION,
            {"decision": "acceptForSession"},
        ),
        ("item/fileChange/requestApproval", Decision.CANCEL, {"decision": "cancel"}),
        (
            "item/permissions/requestApproval",
            Decision.ACCEPT,
            {"permissions": {"network": {"enabled": True}}, "scope": "turn"},
        ),
        (
            "item/permissions/requestApproval",
            Decision.ACCEPT_FOR_SESSION,
            {"permissions": {"network": {"enabled": True}}, "scope": "session"},
        ),
        (
            "item/permissions/requestApproval",
            Decision.DECLINE,
            {"permissions": {}, "scope": "turn"},
        ),
        ("item/tool/requestUserInput", Decision.DECLINE, {"answers": {}}),
        (
            "mcpServer/elicitation/request",
            Decision.CANCEL,
            {"action": "cancel", "content": None, "_meta": None},
        ),
        ("execCommandApproval", Decision.ACCEPT, {"decision": "approved"}),
        ("applyPatchApproval", Decision.CANCEL, {"decision": "abort"}),
    ],
)
def test_a_decision_is_spelt_as_the_question_wants_it(
    method: str, decision: Decision, answer: dict[str, object]
) -> None:
    assert answer_to(request(method), decision) == answer


def test_answers_of_the_user_are_spelt_by_question() -> None:
    asked = asked_by(request("item/tool/requestUserInput"))
    answer = answer_to(
        request("item/tool/requestUserInput"), Decision.ACCEPT, {"q": ("A", "note")}
    )

    assert asked
    (question,) = asked.questions
    assert question.is_secret
    assert question.options == (Option("A", "first"),)
    assert answer == {"answers": {"q": {"answers": ["A", "note"]}}}


def test_a_form_is_asked_field_by_field() -> None:
    asked = asked_by(request("mcpServer/elicitation/request"))

    assert asked
    assert asked.title == "jira asks you"
    assert asked.reason == "Fill in"
    assert {q.id: [option.label for option in q.options] for q in asked.questions} == {
        "name": [],
        "count": [],
        "ratio": [],
        "sure": ["yes", "no"],
        "colour": ["Red", "Green"],
        "size": ["Small"],
        "tags": ["a", "b"],
    }


def test_a_form_is_answered_with_the_values_that_its_schema_wants() -> None:
    said = {
        "name": ("Ann",),
        "count": ("3",),
        "ratio": ("0.5",),
        "sure": ("no",),
        "colour": ("Green",),
        "size": ("Small",),
        "tags": ("a", "b"),
        "unknown": ("x",),
    }
    answer = answer_to(request("mcpServer/elicitation/request"), Decision.ACCEPT, said)

    assert answer["content"] == {
        "name": "Ann",
        "count": 3,
        "ratio": 0.5,
        "sure": False,
        "colour": "g",
        "size": "s",
        "tags": ["a", "b"],
    }


def test_a_number_that_is_none_is_left_out_of_the_form() -> None:
    answer = answer_to(
        request("mcpServer/elicitation/request"), Decision.ACCEPT, {"count": ("many",)}
    )

    assert answer["content"] == {}


def test_an_address_to_open_is_asked_and_accepted_without_a_form() -> None:
    params = {**_WHERE, "serverName": "s", "mode": "url", "url": "https://x"}
    opening = ServerRequest(1, "mcpServer/elicitation/request", params)
    asked = asked_by(opening)

    assert asked
    assert "https://x" in asked.title
    assert answer_to(opening, Decision.ACCEPT) == {
        "action": "accept",
        "content": None,
        "_meta": None,
    }


@pytest.mark.parametrize("persist", [["session", "always"], None])
def test_leave_for_a_tool_of_a_server_is_asked_by_name(
    persist: list[str] | None,
) -> None:
    about = {
        "codex_approval_kind": "mcp_tool_call",
        "persist": persist,
        "tool_name": "search",
        "tool_description": "Looks for issues.",
        "tool_params": {"words": "till"},
    }
    empty: dict[str, object] = {"type": "object", "properties": {}}
    params: dict[str, object] = {
        **_WHERE,
        "serverName": "jira",
        "_meta": about,
        "requestedSchema": empty,
    }
    calling = ServerRequest(1, "mcpServer/elicitation/request", params)
    asked = asked_by(calling)

    assert asked
    assert asked.title == "Codex wants to use search of jira"
    assert asked.command == 'search {"words":"till"}'
    assert asked.reason == "Looks for issues."
    assert (Decision.ACCEPT_FOR_SESSION in asked.decisions) is (persist is not None)
    assert answer_to(calling, Decision.ACCEPT_FOR_SESSION) == {
        "action": "accept",
        "content": {},
        "_meta": {"persist": "session"},
    }


def test_what_no_person_can_answer_is_no_question() -> None:
    assert asked_by(ServerRequest(1, "attestation/generate", {})) is None
