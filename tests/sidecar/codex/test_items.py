from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook import items
from threadbook.codex.items import cut_text, item_from_wire, shown_command
from threadbook.items import FileDiff, Image, RunStatus, Text


def text(value: str) -> Text:
    return Text(value, len(value.encode()))


_CASES: list[tuple[dict[str, object], items.Item]] = [
    (
        {
            "type": "userMessage",
            "id": "u",
            "content": [
                {"type": "text", "text": "look", "text_elements": []},
                {"type": "localImage", "path": "/a.png"},
                {"type": "image", "url": "data:image/png;base64,AAAA"},
                {"type": "image", "url": "https://x/y.png"},
                {"type": "mention", "name": "f", "path": "/f"},
            ],
        },
        items.UserMessage(
            item_id="u",
            text=text("look"),
            images=(
                Image(mime=None, bytes=0, path="/a.png"),
                Image(mime="image/png", bytes=4),
                Image(mime=None, bytes=0, url="https://x/y.png"),
            ),
        ),
    ),
    (
        {
            "type": "userMessage",
            "id": "u",
            "content": [
                {
                    "type": "text",
                    "text": "# Context\nx\n## My request for Codex:\ndo it\n",
                }
            ],
        },
        items.UserMessage(item_id="u", text=text("do it")),
    ),
    (
        {"type": "agentMessage", "id": "a", "text": "hi", "phase": "commentary"},
        items.AgentMessage(item_id="a", text=text("hi"), final=False),
    ),
    (
        {"type": "agentMessage", "id": "a", "text": "hi", "startedAtMs": 5},
        items.AgentMessage(item_id="a", text=text("hi"), at=5),
    ),
    (
        {"type": "reasoning", "id": "r", "summary": ["a", "b"], "content": ["c"]},
        items.Reasoning(item_id="r", text=text("a\n\nb")),
    ),
    (
        {
            "type": "commandExecution",
            "id": "c",
            "command": "/bin/bash -lc 'ls -la | wc'",
            "cwd": "/w",
            "status": "declined",
            "aggregatedOutput": None,
        },
        items.CommandExecution(
            item_id="c",
            command="ls -la | wc",
            cwd="/w",
            status=RunStatus.DECLINED,
        ),
    ),
    (
        {
            "type": "fileChange",
            "id": "f",
            "changes": [
                {"path": "a", "kind": {"type": "add"}, "diff": "x\ny\n"},
                {"path": "d", "kind": {"type": "delete"}, "diff": "z"},
                {
                    "path": "u",
                    "kind": {"type": "update", "move_path": None},
                    "diff": "@@ -1 +1 @@\n-a\n+b\n",
                },
                {
                    "path": "m",
                    "kind": {"type": "update", "move_path": "n"},
                    "diff": "",
                },
            ],
            "status": "completed",
        },
        items.FileChange(
            item_id="f",
            changes=(
                FileDiff("a", "add", text("+x\n+y\n")),
                FileDiff("d", "delete", text("-z")),
                FileDiff("u", "update", text("@@ -1 +1 @@\n-a\n+b\n")),
                FileDiff("m", "move", text(""), "n"),
            ),
        ),
    ),
    (
        {
            "type": "mcpToolCall",
            "id": "t",
            "server": "s",
            "tool": "find",
            "arguments": {"q": 1},
            "status": "failed",
            "error": {"message": "no"},
            "durationMs": 7,
        },
        items.ToolCall(
            item_id="t",
            server="s",
            tool="find",
            arguments=text('{"q":1}'),
            status=RunStatus.FAILED,
            result=text("no"),
            duration_ms=7,
        ),
    ),
    (
        {
            "type": "dynamicToolCall",
            "id": "t",
            "namespace": "n",
            "tool": "x",
            "arguments": "raw",
            "status": "inProgress",
            "contentItems": [{"type": "inputText", "text": "out"}],
        },
        items.ToolCall(
            item_id="t",
            server="n",
            tool="x",
            arguments=text("raw"),
            status=RunStatus.IN_PROGRESS,
            result=text("out"),
        ),
    ),
    (
        {
            "type": "webSearch",
            "id": "w",
            "query": "",
            "action": {"type": "openPage", "url": "https://x"},
        },
        items.WebSearch(item_id="w", query="https://x"),
    ),
    (
        {"type": "plan", "id": "p", "text": "1. x"},
        items.Plan(item_id="p", text=text("1. x")),
    ),
    (
        {"type": "imageGeneration", "id": "i", "savedPath": "/i.png"},
        items.ImageView(item_id="i", image=Image(mime=None, bytes=0, path="/i.png")),
    ),
    (
        {"type": "exitedReviewMode", "id": "e", "review": "fine"},
        items.Review(item_id="e", entered=False, text=text("fine")),
    ),
    (
        {
            "type": "collabAgentToolCall",
            "id": "k",
            "tool": "spawnAgent",
            "receiverThreadIds": ["t1"],
            "prompt": "go",
        },
        items.SubAgent(
            item_id="k",
            action="spawnAgent",
            thread_ids=("t1",),
            prompt=text("go"),
        ),
    ),
    (
        {"type": "subAgentActivity", "id": "k", "kind": "started"},
        items.SubAgent(item_id="k", action="started"),
    ),
    (
        {"type": "contextCompaction", "id": "x"},
        items.Divider(item_id="x", kind="compaction"),
    ),
    (
        {"type": "hologram", "id": "h"},
        items.UnknownItem(
            item_id="h", kind="hologram", raw=text('{"type":"hologram","id":"h"}')
        ),
    ),
]


@pytest.mark.parametrize(("wire", "expected"), _CASES)
def test_an_item_is_converted(wire: dict[str, object], expected: items.Item) -> None:
    assert item_from_wire(wire) == expected


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_KINDS = ["userMessage", "commandExecution", "fileChange", "mcpToolCall", "reasoning"]
_FIELDS = ["content", "command", "changes", "result", "summary", "status", "text", "id"]


@given(
    st.dictionaries(st.sampled_from(_FIELDS), _JSON),
    st.sampled_from([*_KINDS, "webSearch", "collabAgentToolCall", "new"]) | _JSON,
)
def test_an_item_of_any_shape_is_converted(
    fields: dict[str, object], kind: object
) -> None:
    assert item_from_wire({**fields, "type": kind}).item_id


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/bin/bash -lc 'echo \"a b\"'", 'echo "a b"'),
        ("zsh -c ls", "ls"),
        ("git commit -m 'x y'", "git commit -m 'x y'"),
        ("bash -lc 'unclosed", "bash -lc 'unclosed"),
        ("", ""),
    ],
)
def test_a_command_is_shown_as_a_person_types_it(command: str, shown: str) -> None:
    assert shown_command(command) == shown


def test_a_long_text_is_cut_between_characters() -> None:
    cut = cut_text("ääää", limit=5)

    assert cut == Text("ää", 8, cut=True)


def test_a_lone_surrogate_does_no_harm() -> None:
    assert cut_text("a\ud800", limit=2).text == "a"
