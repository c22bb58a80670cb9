"""The enveloped formats, `{timestamp, type, payload}`, as each era wrote them.

Until 0.142 messages are events beside the response items ("legacy"); from 0.150 on
lines are numbered and what the user sees is in completed items ("paginated").
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from threadbook.demo.identity import iso
from threadbook.demo.story import Checklist, Patch, Run, Say, Spawn, Think
from threadbook.demo.token_counts import CONTEXT_WINDOW, token_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.demo.identity import Clock, Identities
    from threadbook.demo.story import Edit, Json, Step, Story, Turn

_INSTRUCTIONS = (
    "You are a coding agent running in the Codex CLI, a terminal-based tool."
)
_PERMISSIONS = "<permissions instructions>\nAsk before you leave the sandbox.\n"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two turns of a paginated file, which a fork or revert names."""

    ordinal: int
    offset: int


@dataclass(slots=True)
class Place:
    """Where a task runs and how its threads are called."""

    thread_id: str
    cwd: str
    thread_ids: dict[str, str]
    """Thread ids of the other stories, for the sub-agents."""


@dataclass(slots=True)
class Rollout:
    """Writes one file, line by line."""

    story: Story
    place: Place
    identities: Identities
    clock: Clock
    ordinal: int = 0
    lines: list[str] = field(default_factory=list[str])
    marks: list[Mark] = field(default_factory=list[Mark])
    """One after each turn."""
    _turn_id: str = ""
    _turn_began: int = 0
    _requests: int = 0
    _last_said: str | None = None

    @property
    def paginated(self) -> bool:
        """Whether lines are numbered and items are completed."""
        return self.story.version >= (0, 150)

    @property
    def has_turn_ids(self) -> bool:
        """Whether the beginning and the end of a turn are written."""
        return self.story.version >= (0, 110)

    def text(self) -> str:
        """Return the whole file."""
        return "".join(self.lines)

    def add_meta(self, extra: Json) -> None:
        """Write the first line."""
        story, raw = self.story, self.story.raw
        payload: Json = {"id": self.place.thread_id, "timestamp": iso(self.clock.at)}
        payload |= {"cwd": self.place.cwd, "originator": raw["originator"]}
        payload["cli_version"] = story.cli_version
        if story.version >= (0, 53):
            payload |= {"source": raw.get("source", "vscode"), "model_provider": "mock"}
        if story.version >= (0, 98):
            payload["base_instructions"] = {"text": _INSTRUCTIONS}
        else:
            payload["instructions"] = None
        if self.paginated:
            payload["session_id"] = self.place.thread_id
            payload |= {"thread_source": "user", "history_mode": "paginated"}
        git = {"commit_hash": "4be1f02c6d", "branch": raw["branch"]}
        payload["git"] = {
            **git,
            "repository_url": f"git@example.invalid:{story.folder}.git",
        }
        self._line("session_meta", {**payload, **extra})

    def add_context(self) -> None:
        """Write what Codex tells the model before the user's first words."""
        if self.story.version >= (0, 98):
            self._message("developer", _PERMISSIONS + "</permissions instructions>")
        text = f"<environment_context>\n  <cwd>{self.place.cwd}</cwd>\n"
        self._message("user", text + "  <shell>bash</shell>\n</environment_context>")

    def add_turns(self, turns: tuple[Turn, ...]) -> None:
        """Write turns, and a rollback after each that was taken back."""
        for turn in turns:
            self.clock.wait_minutes(turn.minutes_later)
            self._start_turn()
            self._say_user(turn.user)
            for step in turn.steps:
                self._step(step)
            self._end_turn(turn)
            offset = sum(len(line.encode()) for line in self.lines)
            self.marks.append(Mark(self.ordinal, offset))
            if turn.rolled_back:
                self._event("thread_rolled_back", num_turns=1)

    def _line(self, kind: str, payload: Json) -> None:
        line: Json = {"timestamp": iso(self.clock.at)}
        if self.paginated:
            line["ordinal"] = self.ordinal
            self.ordinal += 1
        text = json.dumps({**line, "type": kind, "payload": payload})
        self.lines.append(text + "\n")

    def _event(self, kind: str, /, **payload: object) -> None:
        self._line("event_msg", {"type": kind, **payload})

    def _response(self, kind: str, /, **payload: object) -> None:
        self._line("response_item", {"type": kind, **payload})

    def _item(
        self, kind: str, identity: str, seconds: float, /, **item: object
    ) -> None:
        self._event(
            "item_completed",
            thread_id=self.place.thread_id,
            turn_id=self._turn_id,
            item={"type": kind, "id": identity, **item},
            started_at_ms=self.clock.at - int(seconds * 1000),
            completed_at_ms=self.clock.at,
        )

    def _message(self, role: str, text: str, **extra: object) -> None:
        kind = "output_text" if role == "assistant" else "input_text"
        content = [{"type": kind, "text": text}]
        self._response("message", role=role, content=content, **extra)

    def _start_turn(self) -> None:
        first = not self._turn_began
        self._turn_id = self.identities.uuid7(self.clock.at)
        self._turn_began, self._last_said = self.clock.at, None
        if self.has_turn_ids:
            self._event(
                "task_started",
                turn_id=self._turn_id,
                started_at=self.clock.at // 1000,
                model_context_window=CONTEXT_WINDOW,
                collaboration_mode_kind="default",
            )
        if first:
            self.add_context()
        self._turn_context()

    def _turn_context(self) -> None:
        story = self.story
        context: Json = {"cwd": self.place.cwd, "approval_policy": "on-request"}
        mode = "mode" if story.version < (0, 58) else "type"
        context |= {"sandbox_policy": {mode: "workspace-write"}}
        context |= {"model": story.model, "summary": "auto"}
        if story.effort is not None:
            context["effort"] = story.effort
        if self.has_turn_ids:
            context["turn_id"] = self._turn_id
        self._line("turn_context", context)

    def _say_user(self, text: str) -> None:
        self._message("user", text)
        if self.paginated:
            part: Json = {"type": "text", "text": text, "text_elements": []}
            identity = self.identities.uuid7(self.clock.at)
            self._item("UserMessage", identity, 0, content=[part])
        elif self.story.version < (0, 45):
            self._event("user_message", message=text, kind="plain")
        else:
            self._event("user_message", message=text, images=[])

    def _step(self, step: Step) -> None:
        writers: dict[type, Callable[..., None]] = {
            Say: self._say,
            Think: self._think,
            Run: self._run,
            Patch: self._patch,
            Checklist: self._checklist,
            Spawn: self._spawn,
        }
        self.clock.wait(3)
        writers[type(step)](step)

    def _say(self, step: Say) -> None:
        identity = self.identities.short("msg")
        self._last_said = step.text
        phase = "final_answer" if step.final else "commentary"
        if self.paginated:
            content = [{"type": "Text", "text": step.text}]
            self._item("AgentMessage", identity, 2, content=content, phase=phase)
            self._message("assistant", step.text, id=identity, phase=phase)
        else:
            self._event("agent_message", message=step.text)
            self._message("assistant", step.text)
        self._count_tokens(12.5)

    def _think(self, step: Think) -> None:
        identity = self.identities.short("rs")
        if self.paginated:
            self._item(
                "Reasoning", identity, 2, summary_text=[step.text], raw_content=[]
            )
        else:
            self._event("agent_reasoning", text=step.text)
        summary = [{"type": "summary_text", "text": step.text}]
        self._response("reasoning", summary=summary, encrypted_content=None)

    def _run(self, step: Run) -> None:
        call_id = self.identities.short("call")
        line = ["bash", "-lc", step.command]
        if self.story.version >= (0, 98):
            name, arguments = "exec_command", {"cmd": step.command}
            output = (
                f"Wall time: {step.seconds:.4f} seconds\n"
                f"Process exited with code {step.exit_code}\nOutput:\n{step.output}"
            )
        else:
            name, arguments = "shell", {"command": line}
            told = {"exit_code": step.exit_code, "duration_seconds": step.seconds}
            output = json.dumps({"output": step.output, "metadata": told})
        self._call(name, arguments, call_id)
        self.clock.wait(step.seconds)
        if self.paginated:
            self._item(
                "CommandExecution",
                call_id,
                step.seconds,
                command=["/bin/bash", "-lc", step.command],
                cwd=f"file://{self.place.cwd}",
                parsed_cmd=[{"type": "unknown", "cmd": step.command}],
                source="unified_exec_startup",
                status="failed" if step.exit_code else "completed",
                aggregated_output=step.output,
                exit_code=step.exit_code,
                duration=_duration(step.seconds),
            )
        self._response("function_call_output", call_id=call_id, output=output)

    def _call(self, name: str, arguments: Json, call_id: str) -> None:
        text = json.dumps(arguments)
        self._response("function_call", name=name, arguments=text, call_id=call_id)

    def _patch(self, step: Patch) -> None:
        call_id = self.identities.short("call")
        names = "".join(f"{'A' if e.adds_file else 'M'} {e.path}\n" for e in step.edits)
        done = f"Success. Updated the following files:\n{names}"
        if self.story.version < (0, 98):
            self._call("shell", {"command": ["apply_patch", step.text]}, call_id)
            told = {"exit_code": 0, "duration_seconds": 0.0}
            output = json.dumps({"output": done, "metadata": told})
            self._response("function_call_output", call_id=call_id, output=output)
            return
        self._response(
            "custom_tool_call",
            status="completed",
            call_id=call_id,
            name="apply_patch",
            input=step.text,
        )
        changes = {f"{self.place.cwd}/{e.path}": _change(e) for e in step.edits}
        if self.paginated:
            told = {"status": "completed", "stdout": done, "stderr": ""}
            self._item("FileChange", call_id, 0.1, changes=changes, **told)
        elif self.story.version >= (0, 128):
            self._event(
                "patch_apply_end",
                call_id=call_id,
                turn_id=self._turn_id,
                stdout=done,
                stderr="",
                success=True,
                changes=changes,
                status="completed",
            )
        self._response("custom_tool_call_output", call_id=call_id, output=done)

    def _checklist(self, step: Checklist) -> None:
        call_id = self.identities.short("call")
        written = {"inProgress": "in_progress"}
        plan = [{"step": s, "status": written.get(st, st)} for s, st in step.steps]
        self._call("update_plan", {"plan": plan}, call_id)
        self._response("function_call_output", call_id=call_id, output="Plan updated")

    def _spawn(self, step: Spawn) -> None:
        call_id = self.identities.short("call")
        child = self.place.thread_ids[step.story]
        self._call("spawn_agent", {"message": step.prompt}, call_id)
        self._item(
            "CollabAgentToolCall",
            call_id,
            0.2,
            tool="spawn_agent",
            status="completed",
            sender_thread_id=self.place.thread_id,
            receiver_thread_ids=[child],
            prompt=step.prompt,
            model=self.story.model,
            reasoning_effort="low",
            agents_states={child: "pending_init"},
        )
        answer = json.dumps({"agent_id": child, "nickname": step.nickname})
        self._response("function_call_output", call_id=call_id, output=answer)

    def _count_tokens(self, percent: float, resets_at: int | None = None) -> None:
        self._requests += 1
        written = token_count(
            self._requests,
            percent,
            at=self.clock.at,
            resets_at=resets_at,
            version=self.story.version,
        )
        self._event("token_count", **written)

    def _end_turn(self, turn: Turn) -> None:
        self.clock.wait(1)
        if turn.end == "open":
            return
        if turn.end == "interrupted":
            self._event("turn_aborted", turn_id=self._turn_id, reason="interrupted")
            return
        error: Json | None = None
        if turn.end == "limited":
            error = self._limit(turn)
        elif turn.end == "failed":
            message = "unexpected status 503 Service Unavailable: upstream is down"
            code = {"response_too_many_failed_attempts": {"http_status_code": 503}}
            error = {"message": message, "codex_error_info": code}
        if self.has_turn_ids:
            self._complete(error)

    def _limit(self, turn: Turn) -> Json:
        later = turn.limit_resets_in_minutes
        if later is None:
            message = f"{self.story.key}: a limited turn needs limit_resets_in_minutes"
            raise ValueError(message)
        # Counted from now, so that the reset lies ahead when the demo begins.
        now = self.clock.at + self._minutes_to_now() * 60_000
        resets_at = now + later * 60_000
        self._count_tokens(100.0, resets_at)
        return {
            "message": "You’ve hit your usage limit. Try again later.",  # noqa: RUF001
            "codex_error_info": "usage_limit_exceeded",
        }

    def _minutes_to_now(self) -> int:
        return self.story.minutes_ago - sum(t.minutes_later for t in self.story.turns)

    def _complete(self, error: Json | None) -> None:
        ended: Json = {"turn_id": self._turn_id}
        ended["last_agent_message"] = None if error else self._last_said
        if error:
            ended["error"] = error
        ended["started_at"] = self._turn_began // 1000
        ended["completed_at"] = self.clock.at // 1000
        ended["duration_ms"] = self.clock.at - self._turn_began
        self._event("task_complete", **ended)


def _change(edit: Edit) -> Json:
    if edit.adds_file:
        return {"type": "add", "content": edit.content}
    diff = edit.unified_diff
    return {"type": "update", "unified_diff": diff, "move_path": None}


def _duration(seconds: float) -> Json:
    whole = int(seconds)
    return {"secs": whole, "nanos": int((seconds - whole) * 1_000_000_000)}
