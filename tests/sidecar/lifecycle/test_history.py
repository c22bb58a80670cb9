from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from threadbook import items
from threadbook.items import FileDiff, RunStatus, Text, Turn, TurnStatus
from threadbook.lifecycle.history import sanitised_history
from threadbook.lifecycle.retell import history_of

RawItem = dict[str, object]


def message(role: str, text: str) -> RawItem:
    kind = "output_text" if role == "assistant" else "input_text"
    return {
        "type": "message",
        "role": role,
        "content": [{"type": kind, "text": text}],
    }


def call(identity: str, kind: str = "function_call") -> RawItem:
    return {"type": kind, "name": "shell", "arguments": "{}", "call_id": identity}


def output(identity: str, kind: str = "function_call_output") -> RawItem:
    return {"type": kind, "call_id": identity, "output": "x"}


def test_what_was_said_stays_and_the_wrappers_go() -> None:
    recorded: list[RawItem] = [
        message("developer", "be good"),
        message("user", "<environment_context>\n<cwd>/w</cwd>"),
        message("user", "# AGENTS.md instructions for /w"),
        message("user", "the question"),
        {"type": "reasoning", "summary": [], "encrypted_content": "x"},
        {"type": "ghost_snapshot", "ghost_commit": {}},
        {"type": "compaction", "encrypted_content": "x"},
        message("assistant", "the answer"),
        message("user", ""),
        {"type": "message", "role": "assistant", "content": []},
        {"record_type": "state"},
        {"type": ["odd"]},
    ]

    assert sanitised_history(recorded) == [
        message("user", "the question"),
        message("assistant", "the answer"),
        message("user", ""),
    ]


def test_ids_and_passing_fields_are_dropped() -> None:
    recorded: RawItem = {
        **message("user", "x"),
        "id": "msg_1",
        "internal_chat_message_metadata_passthrough": {},
    }

    assert sanitised_history([recorded]) == [message("user", "x")]


def test_a_message_of_the_typescript_era_needs_no_type() -> None:
    recorded: RawItem = {"role": "user", "content": "plain"}

    assert sanitised_history([recorded]) == [
        {"type": "message", "role": "user", "content": "plain"}
    ]


def test_a_local_shell_call_is_told_as_one_of_the_shell() -> None:
    recorded: list[RawItem] = [
        {
            "type": "local_shell_call",
            "call_id": "a",
            "action": {"type": "exec", "command": ["ls"]},
        },
        output("a"),
    ]
    told, _ = sanitised_history(recorded)

    assert told["type"] == "function_call"
    assert told["arguments"] == '{"type": "exec", "command": ["ls"]}'


_ITEMS = st.one_of(
    st.builds(message, st.sampled_from(["user", "assistant"]), st.just("x")),
    st.builds(call, st.sampled_from("abc")),
    st.builds(output, st.sampled_from("abc")),
    st.builds(call, st.sampled_from("abc"), st.just("custom_tool_call")),
    st.builds(output, st.sampled_from("abc"), st.just("custom_tool_call_output")),
)


@given(st.lists(_ITEMS, max_size=20))
def test_calls_and_outputs_come_in_pairs_and_in_order(recorded: list[RawItem]) -> None:
    open_calls: list[tuple[str, object]] = []
    for item in sanitised_history(recorded):
        kind = str(item["type"])
        if kind.endswith("_output"):
            open_calls.remove((kind.removesuffix("_output"), item["call_id"]))
        elif kind != "message":
            open_calls.append((kind, item["call_id"]))
    assert open_calls == []


@given(st.lists(_ITEMS, max_size=20))
def test_no_message_is_lost(recorded: list[RawItem]) -> None:
    def messages(all_items: list[RawItem]) -> list[RawItem]:
        return [item for item in all_items if item["type"] == "message"]

    assert messages(sanitised_history(recorded)) == messages(recorded)


def turn(*said: items.Item, dropped: bool = False) -> Turn:
    return Turn("t", 1, TurnStatus.COMPLETED, items=said, dropped=dropped)


def test_turns_are_told_again_as_they_were_seen_by_the_agent() -> None:
    told = history_of(
        [
            turn(items.UserMessage(item_id="d", text=Text("no", 2)), dropped=True),
            turn(
                items.UserMessage(item_id="u", text=Text("fix it", 6)),
                items.Reasoning(item_id="r", text=Text("hm", 2)),
                items.CommandExecution(
                    item_id="c", command="ls", exit_code=2, output=Text("gone", 4)
                ),
                items.FileChange(
                    item_id="f", changes=(FileDiff("a.py", "add", Text("+x", 2)),)
                ),
                items.ToolCall(
                    item_id="m",
                    server="jira",
                    tool="find",
                    arguments=Text('{"q":1}', 7),
                    status=RunStatus.FAILED,
                ),
                items.AgentMessage(item_id="a", text=Text("done", 4)),
            ),
        ]
    )

    assert sanitised_history(told) == list(told)
    names = [item.get("name") for item in told if item["type"] == "function_call"]
    outputs = [item["output"] for item in told if "output" in item]
    assert told[0] == message("user", "fix it")
    assert told[-1] == message("assistant", "done")
    assert names == ["shell", "apply_patch", "jira__find"]
    assert outputs == ["Exit code: 2\ngone", "completed", "failed"]
