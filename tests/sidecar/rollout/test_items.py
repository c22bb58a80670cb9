from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import GENERATIONS, rollout
from support.turns import items_of, only
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    Divider,
    FileChange,
    Image,
    ImageView,
    Notice,
    Plan,
    PlanStep,
    Reasoning,
    Review,
    RunStatus,
    SubAgent,
    ToolCall,
    UnknownItem,
    UserMessage,
    WebSearch,
)

if TYPE_CHECKING:
    from pathlib import Path

    from support.rollouts import Generation

EVENTFUL: tuple[Generation, ...] = ("legacy", "enveloped", "paginated")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_pictures_are_references(tmp_path: Path, generation: Generation) -> None:
    images = ("data:image/png;base64,AAAA", "https://example.invalid/a.png")
    (user,) = items_of(
        rollout(tmp_path, generation=generation).user("look", images=images)
    )

    assert isinstance(user, UserMessage)
    assert user.images == (
        Image("image/png", 26),
        Image(None, 0, url="https://example.invalid/a.png"),
    )


def test_local_pictures_are_named_by_their_path(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").begin_turn()
    builder.event("user_message", message="look", local_images=["/w/a.png"])
    (user,) = items_of(builder)

    assert isinstance(user, UserMessage)
    assert user.images == (Image(None, 0, path="/w/a.png"),)


def test_commentary_is_told_from_the_final_answer(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi").agent("first I ...", phase="commentary")
    items = items_of(builder.agent("done", phase="final_answer"))

    finals = [item.final for item in items if isinstance(item, AgentMessage)]
    assert finals == [False, True]


def test_what_only_the_model_saw_is_shown_where_nothing_else_is(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").begin_turn()
    for role, kind in (("user", "input_text"), ("assistant", "output_text")):
        builder.response(
            "message", role=role, content=[{"type": kind, "text": f"by {role}"}]
        )
    summary = [{"type": "summary_text", "text": "hm"}]
    user, agent, reasoning = items_of(builder.response("reasoning", summary=summary))

    assert isinstance(user, UserMessage)
    assert isinstance(agent, AgentMessage)
    assert isinstance(reasoning, Reasoning)
    assert (user.text.text, agent.text.text) == ("by user", "by assistant")


# Tools.


def test_code_that_calls_tools_is_a_tool_call_beside_its_commands(
    tmp_path: Path,
) -> None:
    builder = rollout(tmp_path).user("hi")
    builder.response(
        "custom_tool_call", name="exec", input="await tools.x()", call_id="outer"
    )
    builder.item(
        "CommandExecution", id="inner", command=["ls"], exit_code=0, status="completed"
    )
    builder.response("custom_tool_call_output", call_id="outer", output="ok")
    _, outer, inner = items_of(builder)

    assert isinstance(outer, ToolCall)
    assert (outer.tool, outer.arguments.text) == ("exec", "await tools.x()")
    assert outer.result is not None
    assert isinstance(inner, CommandExecution)


def test_a_recorded_patch_takes_the_place_of_its_call(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.patch("a.txt", "asked for")
    change = {"type": "update", "unified_diff": "@@\n-a\n+b\n", "move_path": "/w/c"}
    builder.event(
        "patch_apply_end", call_id="call_1", success=False, changes={"/w/a": change}
    )
    item = only(builder)

    assert isinstance(item, FileChange)
    assert item.status is RunStatus.FAILED
    (diff,) = item.changes
    assert (diff.path, diff.kind, diff.moved_to) == ("/w/a", "move", "/w/c")
    assert diff.diff.text == "@@\n-a\n+b\n"


def test_a_failed_patch_without_changes_keeps_what_was_tried(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi").patch("a.txt", "x")
    builder.event("patch_apply_end", call_id="call_1", status="failed", changes={})
    item = only(builder)

    assert isinstance(item, FileChange)
    assert item.status is RunStatus.FAILED
    assert [diff.path for diff in item.changes] == ["a.txt"]


def test_a_patch_through_the_shell_is_a_file_change(tmp_path: Path) -> None:
    script = (
        "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: a\n@@\n-x\n+y\n"
        "*** Delete File: b\n*** Update File: c\n*** Move to: d\n@@\n+z\n"
        "*** End Patch\nEOF"
    )
    item = only(rollout(tmp_path, generation="enveloped").user("hi").command(script))

    assert isinstance(item, FileChange)
    assert [(d.path, d.kind, d.moved_to) for d in item.changes] == [
        ("a", "update", None),
        ("b", "delete", None),
        ("c", "move", "d"),
    ]


def test_a_plan_is_a_checklist(tmp_path: Path) -> None:
    plan = [
        {"step": "look", "status": "completed"},
        {"step": "fix", "status": "in_progress"},
        {"step": "test", "status": "pending"},
    ]
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.call("update_plan", {"plan": plan}, call_id="p").answer("p", "Plan updated")
    item = only(builder)

    assert isinstance(item, Plan)
    assert item.steps == (
        PlanStep("look", "completed"),
        PlanStep("fix", "inProgress"),
        PlanStep("test", "pending"),
    )


def test_tools_of_mcp_servers_are_named_with_their_server(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.call("mcp__github__search", {"q": "x"}, call_id="m")
    builder.answer("m", [{"type": "text", "text": "found"}])
    item = only(builder)

    assert isinstance(item, ToolCall)
    assert (item.server, item.tool) == ("github", "search")
    assert item.result is not None
    assert item.result.text == "found"


def test_a_failed_call_of_an_mcp_tool_tells_its_error(tmp_path: Path) -> None:
    builder = rollout(tmp_path).user("hi")
    builder.item(
        "McpToolCall",
        id="m",
        server="github",
        tool="search",
        arguments={"q": "x"},
        status="failed",
        error={"message": "no network"},
        duration={"secs": 1, "nanos": 500_000_000},
    )
    item = only(builder)

    assert isinstance(item, ToolCall)
    assert (item.status, item.duration_ms) == (RunStatus.FAILED, 1500)
    assert item.result is not None
    assert item.result.text == "no network"


def test_a_sub_agent_names_the_thread_that_was_made(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.call("spawn_agent", {"message": "go"}, call_id="s")
    item = only(builder.answer("s", '{"agent_id":"T2"}'))

    assert isinstance(item, SubAgent)
    assert (item.action, item.thread_ids) == ("spawn_agent", ("T2",))
    assert item.prompt is not None
    assert item.prompt.text == "go"


def test_an_answer_without_its_call_is_shown(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    item = only(builder.answer("lost", "an output"))

    assert isinstance(item, ToolCall)
    assert item.result is not None
    assert item.result.text == "an output"


def test_a_declined_command_says_so(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi")
    builder.call("exec_command", {"cmd": "rm -r /"}, call_id="c")
    item = only(builder.answer("c", "exec command rejected by user"))

    assert isinstance(item, CommandExecution)
    assert item.status is RunStatus.DECLINED


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("WebSearch", {"query": "", "action": {"query": "x"}}, WebSearch),
        ("ImageView", {"path": "file:///a.png"}, ImageView),
        ("ImageGeneration", {"result": "AAAA", "saved_path": "/a.png"}, ImageView),
        ("EnteredReviewMode", {"user_facing_hint": "changes"}, Review),
        ("Plan", {"text": "# Plan"}, Plan),
        ("SubAgentActivity", {"kind": "started", "agent_thread_id": "T"}, SubAgent),
        ("CollabAgentToolCall", {"tool": "wait"}, SubAgent),
        ("DynamicToolCall", {"tool": "t", "arguments": {}}, ToolCall),
        ("ContextCompaction", {}, Divider),
        ("HookPrompt", {"fragments": [{"text": "mind"}]}, Notice),
        ("SomethingNew", {"x": 1}, UnknownItem),
    ],
)
def test_every_kind_of_completed_item_is_shown(
    tmp_path: Path, kind: str, fields: dict[str, object], expected: type
) -> None:
    item = only(rollout(tmp_path).user("hi").item(kind, id="i1", **fields))

    assert isinstance(item, expected)
    if expected is not UnknownItem:
        assert item.item_id == "i1"


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        # As Codex 0.169 writes it after an answer of the user's.
        ("retained_context", {"type": "verified_answer", "questions": []}),
        ("world_state", {"full": True, "state": {}}),
    ],
)
def test_bookkeeping_of_codex_is_no_step_of_a_conversation(
    tmp_path: Path, kind: str, payload: dict[str, object]
) -> None:
    builder = rollout(tmp_path).user("hi").record(kind, payload).agent("ok")

    assert [type(item) for item in items_of(builder)] == [UserMessage, AgentMessage]


def test_a_review_lists_its_findings(tmp_path: Path) -> None:
    output = {
        "overall_explanation": "Mostly fine.",
        "findings": [
            {
                "title": "Off by one",
                "body": "Look again.",
                "code_location": {
                    "absolute_file_path": "/w/a.py",
                    "line_range": {"start": 7, "end": 9},
                },
            }
        ],
    }
    builder = rollout(tmp_path, generation="enveloped").user("review")
    item = only(builder.event("exited_review_mode", review_output=output))

    assert isinstance(item, Review)
    assert not item.entered
    for part in ("Mostly fine.", "**Off by one**", "`/w/a.py:7`", "Look again."):
        assert part in item.text.text


@pytest.mark.parametrize("generation", EVENTFUL)
def test_a_compaction_is_one_divider(tmp_path: Path, generation: Generation) -> None:
    item = only(rollout(tmp_path, generation=generation).user("hi").compact())

    assert isinstance(item, Divider)
    assert item.kind == "compaction"


def test_an_extended_rollout_shows_commands_once(tmp_path: Path) -> None:
    builder = rollout(tmp_path, generation="enveloped").user("hi").command("ls")
    builder.event(
        "exec_command_end",
        call_id="call_1",
        command=["bash", "-lc", "ls"],
        aggregated_output="a\n",
        exit_code=0,
        duration={"secs": 2, "nanos": 0},
    )
    item = only(builder)

    assert isinstance(item, CommandExecution)
    assert (item.command, item.duration_ms) == ("ls", 2000)


def test_a_line_that_is_none_is_shown_raw_in_its_turn(tmp_path: Path) -> None:
    item = only(rollout(tmp_path).user("hi").raw(b"\x00 not json"))

    assert isinstance(item, UnknownItem)
    assert item.kind == "badLine"
