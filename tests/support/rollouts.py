"""Writes rollouts of every generation, so that tests say only what matters to them.

    path = rollout(home, generation="paginated").user("hi").agent("ok").done()

`user` begins a turn (and completes the one before), `done` completes the last
one and writes the file where Codex would have put it. Times count up by a second
a line from `at`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self, cast

import orjson
import zstandard

if TYPE_CHECKING:
    from pathlib import Path

Generation = Literal["json", "bare", "legacy", "enveloped", "paginated"]
"""`legacy`: enveloped without `task_started`/`task_complete` (0.36 to 0.98)."""

GENERATIONS: tuple[Generation, ...] = (
    "json",
    "bare",
    "legacy",
    "enveloped",
    "paginated",
)
CLI_VERSIONS: dict[Generation, str] = {
    "json": "0.1.2505",
    "bare": "0.20.0",
    "legacy": "0.58.0",
    "enveloped": "0.120.0",
    "paginated": "0.169.0",
}
START = 1_790_000_000_000
"""2026-09-21, the time of a rollout whose test does not care."""

Json = dict[str, object]


def rollout(  # noqa: PLR0913 - each one is a thing that a test may care about
    home: Path,
    *,
    generation: Generation = "paginated",
    thread_id: str | None = None,
    rollout_id: str | None = None,
    cwd: str = "/code/project",
    at: int = START,
    model: str = "gpt-5",
    effort: str | None = None,
    meta: Json | None = None,
    archived: bool = False,
) -> RolloutBuilder:
    """Begin a rollout under *home*; *meta* adds to (or overrides) its header."""
    chosen = thread_id or str(uuid.uuid4())
    builder = RolloutBuilder(
        home=home,
        generation=generation,
        thread_id=chosen,
        rollout_id=rollout_id or chosen,
        cwd=cwd,
        at=at,
        model=model,
        effort=effort,
        archived=archived,
    )
    builder.header(meta or {})
    return builder


@dataclass
class RolloutBuilder:
    """The lines of one rollout so far."""

    home: Path
    generation: Generation
    thread_id: str
    rollout_id: str
    cwd: str
    at: int
    model: str
    effort: str | None
    archived: bool
    lines: list[bytes] = field(default_factory=list[bytes])
    turn_ids: list[str] = field(default_factory=list[str])
    """Ids of the turns with one (`enveloped`, `paginated`), oldest first."""
    ordinal: int = 0
    calls: int = 0
    turn_open: bool = False
    said: str | None = None
    clock: int = 0

    def __post_init__(self) -> None:
        """Start the clock."""
        self.clock = self.at

    # What is in a conversation.

    def user(self, text: str, *, images: tuple[str, ...] = ()) -> Self:
        """Begin a turn with a message of the user's."""
        self.end_turn()
        self.begin_turn()
        self.steer(text, images=images)
        return self.context() if self.generation == "legacy" else self

    def steer(self, text: str, *, images: tuple[str, ...] = ()) -> Self:
        """Add a message of the user's to the turn that runs."""
        content: list[Json] = []
        shown: list[Json] = []
        if text:
            content.append({"type": "input_text", "text": text})
            shown.append({"type": "text", "text": text})
        for url in images:
            content.append({"type": "input_image", "image_url": url})
            shown.append({"type": "image", "image_url": url})
        self._message("user", content)
        if self.generation == "paginated":
            self.item("UserMessage", id=f"user_{self.ordinal}", content=shown)
        else:
            self.event("user_message", message=text, images=list(images))
        return self

    def wrapper(
        self, text: str = "<environment_context>\n</environment_context>"
    ) -> Self:
        """Add a message in the user's role that no user wrote."""
        return self._message("user", [{"type": "input_text", "text": text}])

    def agent(self, text: str, *, phase: str | None = None) -> Self:
        """Add a message of the agent's."""
        self.said = text
        if self.generation == "paginated":
            self.item(
                "AgentMessage",
                id=f"msg_{self.ordinal}",
                content=[{"type": "Text", "text": text}],
                phase=phase,
            )
        else:
            self.event("agent_message", message=text, phase=phase)
        return self._message("assistant", [{"type": "output_text", "text": text}])

    def reasoning(self, text: str) -> Self:
        """Add a summary of the agent's reasoning."""
        if self.generation == "paginated":
            self.item(
                "Reasoning",
                id=f"rs_{self.ordinal}",
                summary_text=[text],
                raw_content=[],
            )
        else:
            self.event("agent_reasoning", text=text)
        return self.response(
            "reasoning",
            summary=[{"type": "summary_text", "text": text}],
            encrypted_content=None,
        )

    def command(
        self,
        script: str,
        *,
        output: str = "",
        exit_code: int = 0,
        seconds: float = 0.1,
    ) -> Self:
        """Add a shell command and its output, as this generation writes them."""
        call_id = self.call_id()
        if self.generation in {"json", "bare", "legacy"}:
            arguments: Json = {"command": ["bash", "-lc", script]}
            self.call("shell", arguments, call_id=call_id)
            answer = orjson.dumps(
                {
                    "output": output,
                    "metadata": {"exit_code": exit_code, "duration_seconds": seconds},
                }
            ).decode()
            return self.answer(call_id, answer)
        self.call("exec_command", {"cmd": script}, call_id=call_id)
        if self.generation == "paginated":
            self.item(
                "CommandExecution",
                id=call_id,
                command=["/bin/bash", "-lc", script],
                cwd=f"file://{self.cwd}",
                status="completed" if exit_code == 0 else "failed",
                aggregated_output=output,
                exit_code=exit_code,
                duration={"secs": int(seconds), "nanos": int(seconds % 1 * 1e9)},
            )
        return self.answer(
            call_id,
            f"Chunk ID: 59d5c7\nWall time: {seconds:.4f} seconds\n"
            f"Process exited with code {exit_code}\nOutput:\n{output}",
        )

    def patch(self, path: str, text: str) -> Self:
        """Add a file through `apply_patch`."""
        call_id = self.call_id()
        added = "".join(f"+{line}\n" for line in text.splitlines())
        script = f"*** Begin Patch\n*** Add File: {path}\n{added}*** End Patch"
        if self.generation in {"json", "bare", "legacy"}:
            self.call("shell", {"command": ["apply_patch", script]}, call_id=call_id)
            return self.answer(call_id, '{"output":"","metadata":{"exit_code":0}}')
        self.response(
            "custom_tool_call",
            name="apply_patch",
            input=script,
            call_id=call_id,
            status="completed",
        )
        if self.generation == "paginated":
            self.item(
                "FileChange",
                id=call_id,
                changes={f"{self.cwd}/{path}": {"type": "add", "content": text}},
                status="completed",
            )
        return self.response(
            "custom_tool_call_output", call_id=call_id, output="Success."
        )

    # What happens to a conversation.

    def tokens(
        self,
        total: int | None = 1000,
        *,
        last: int | None = None,
        used_percent: float | None = None,
        resets_at: int | None = None,
    ) -> Self:
        """Report tokens (in all, and of the *last* request) and, in seconds, when
        the window resets."""
        info: Json | None = None
        if total is not None:
            info = {"total_token_usage": _usage(total)}
            if last is not None:
                info["last_token_usage"] = _usage(last)
            info["model_context_window"] = 258_400
        limits: Json | None = None
        if used_percent is not None:
            limits = {
                "limit_id": "codex",
                "primary": {
                    "used_percent": used_percent,
                    "window_minutes": 300,
                    "resets_at": resets_at,
                },
                "secondary": None,
            }
        return self.event("token_count", info=info, rate_limits=limits)

    def abort(self, reason: str = "interrupted") -> Self:
        """End the turn as an interrupt does."""
        self.turn_open = False
        return self.event("turn_aborted", reason=reason, turn_id=self._turn_id())

    def fail(self, message: str, code: str = "other") -> Self:
        """End the turn with an error (paginated; others write no error)."""
        return self.end_turn({"message": message, "codex_error_info": code})

    def hit_limit(self, *, resets_at: int) -> Self:
        """End the turn at the usage limit, as this generation tells of it."""
        self.tokens(None, used_percent=100.0, resets_at=resets_at)
        return self.fail("You've hit your usage limit.", "usage_limit_exceeded")

    def kill(self) -> Self:
        """Leave the turn without an end, as a killed process does."""
        self.turn_open = False
        return self

    def roll_back(self, turns: int) -> Self:
        """Drop the last *turns* turns (enveloped history)."""
        self.end_turn()
        return self.event("thread_rolled_back", num_turns=turns)

    def compact(self, summary: str = "what was said") -> Self:
        """Write a compaction of the model's context."""
        self.record("compacted", {"message": summary, "replacement_history": []})
        if self.generation == "paginated":
            return self.item("ContextCompaction", id=f"compaction_{self.ordinal}")
        return self.event("context_compacted")

    def rename(self, name: str) -> Self:
        """Name the thread as builds of early 2026 did."""
        return self.event(
            "thread_name_updated", thread_id=self.thread_id, thread_name=name
        )

    # The end.

    def done(self, *, compressed: bool = False, tail: bytes = b"") -> Path:
        """Complete the open turn, write the file (and *tail* behind it)."""
        self.end_turn()
        path = self.path(compressed=compressed)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = self.content() + tail
        if compressed:
            content = zstandard.ZstdCompressor(level=3).compress(content)
        path.write_bytes(content)
        return path

    def content(self) -> bytes:
        """Return the uncompressed bytes as they stand."""
        if self.generation != "json":
            return b"".join(line + b"\n" for line in self.lines)
        header, *items = (cast("Json", orjson.loads(line)) for line in self.lines)
        return orjson.dumps(
            {"session": header, "items": items}, option=orjson.OPT_INDENT_2
        )

    def path(self, *, compressed: bool = False) -> Path:
        """Return where Codex would put this rollout."""
        moment = datetime.fromtimestamp(self.at / 1000, UTC)
        ids = self.thread_id
        if self.rollout_id != self.thread_id:
            ids += f"_{self.rollout_id}"
        if self.generation == "json":
            return self.home / "sessions" / f"rollout-{moment:%Y-%m-%d}-{ids}.json"
        name = f"rollout-{moment:%Y-%m-%dT%H-%M-%S}-{ids}.jsonl"
        if compressed:
            name += ".zst"
        if self.archived:
            return self.home / "archived_sessions" / name
        return self.home / f"sessions/{moment:%Y/%m/%d}" / name

    # The shapes of lines.

    def header(self, extra: Json) -> Self:
        """Write the first line."""
        if self.generation in {"json", "bare"}:
            self.lines.append(
                orjson.dumps(
                    {
                        "id": self.thread_id,
                        "timestamp": _stamp(self.clock),
                        "instructions": None,
                    }
                    | extra
                )
            )
            return self
        meta: Json = {
            "id": self.thread_id,
            "timestamp": _stamp(self.clock),
            "cwd": self.cwd,
            "originator": "codex_cli_rs",
            "cli_version": CLI_VERSIONS[self.generation],
            "source": "cli",
            "model_provider": "openai",
        }
        if self.generation == "paginated":
            meta["history_mode"] = "paginated"
            base = extra.get("history_base")
            if isinstance(base, dict):
                self.ordinal = cast("int", base["end_ordinal_exclusive"])
        return self.record("session_meta", meta | extra)

    def begin_turn(self) -> Self:
        """Write what comes before the user's message."""
        self.turn_open = True
        self.said = None
        if self.generation in {"enveloped", "paginated"}:
            self.turn_ids.append(str(uuid.uuid4()))
            started: Json = {"turn_id": self.turn_ids[-1]}
            self.event("task_started", **started, started_at=self.clock // 1000)
            self.context(started)
        return self

    def context(self, extra: Json | None = None) -> Self:
        """Write the turn's context; `legacy` has it behind the user's message."""
        fields: Json = {"cwd": self.cwd, "model": self.model, "effort": self.effort}
        return self.record("turn_context", (extra or {}) | fields)

    def end_turn(self, error: Json | None = None) -> Self:
        """Complete the open turn, if there is one."""
        if not self.turn_open:
            return self
        self.turn_open = False
        if self.generation not in {"enveloped", "paginated"}:
            return self
        end: Json = {"turn_id": self._turn_id(), "last_agent_message": self.said}
        if error and self.generation == "paginated":
            end["error"] = error
        return self.event("task_complete", **end, completed_at=self.clock // 1000)

    def call(self, name: str, arguments: Json, *, call_id: str | None = None) -> Self:
        """Write a call of a tool."""
        return self.response(
            "function_call",
            name=name,
            arguments=orjson.dumps(arguments).decode(),
            call_id=call_id or self.call_id(),
        )

    def answer(self, call_id: str, output: object) -> Self:
        """Write a tool's answer."""
        return self.response("function_call_output", call_id=call_id, output=output)

    def call_id(self) -> str:
        """Make the next call's id."""
        self.calls += 1
        return f"call_{self.calls}"

    def event(self, kind: str, /, **fields: object) -> Self:
        """Write an `event_msg`, in generations that have them."""
        if self.generation in {"json", "bare"}:
            return self
        return self.record("event_msg", {"type": kind} | fields)

    def item(self, kind: str, /, **fields: object) -> Self:
        """Write an `item_completed` (paginated)."""
        return self.event(
            "item_completed",
            thread_id=self.thread_id,
            turn_id=self._turn_id(),
            item={"type": kind} | fields,
            completed_at_ms=self.clock,
        )

    def response(self, kind: str, /, **fields: object) -> Self:
        """Write a `response_item`, or a bare one."""
        return self.record("response_item", {"type": kind} | fields)

    def record(self, kind: str, payload: Json) -> Self:
        """Write one line of any kind."""
        self.clock += 1000
        if self.generation in {"json", "bare"}:
            if kind == "response_item":
                self.lines.append(orjson.dumps(payload))
            return self
        line: Json = {"timestamp": _stamp(self.clock)}
        if self.generation == "paginated":
            line["ordinal"] = self.ordinal
        self.ordinal += 1
        self.lines.append(orjson.dumps(line | {"type": kind, "payload": payload}))
        return self

    def raw(self, line: bytes) -> Self:
        """Write a line as it is."""
        self.lines.append(line)
        return self

    def _message(self, role: str, content: list[Json]) -> Self:
        return self.response("message", role=role, content=content)

    def _turn_id(self) -> str | None:
        return self.turn_ids[-1] if self.turn_ids else None


def _usage(total: int) -> Json:
    return {"input_tokens": total, "total_tokens": total}


def _stamp(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
