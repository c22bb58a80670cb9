"""The formats before enveloped lines: one JSON file (2025), then bare lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from threadbook.demo.identity import iso
from threadbook.demo.story import Patch, Run, Say, Think

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.demo.identity import Clock, Identities
    from threadbook.demo.story import Json, Step, Story


def json_session(
    story: Story, thread_id: str, identities: Identities, clock: Clock
) -> str:
    """Return the whole file of the TypeScript CLI."""
    head = {"timestamp": iso(clock.at), "id": thread_id, "instructions": ""}
    items = list(_items(story, identities, clock))
    return json.dumps({"session": head, "items": items}, indent=2) + "\n"


def bare_lines(
    story: Story, thread_id: str, identities: Identities, clock: Clock, cwd: str
) -> list[Json]:
    """Return the lines of the first Rust CLI: a header, then response items."""
    git = {"commit_hash": "9c07d11e2f", "branch": story.raw["branch"]}
    header: Json = {"id": thread_id, "timestamp": iso(clock.at)}
    header |= {"instructions": None, "git": git}
    context = f"<environment_context>\nCurrent working directory: {cwd}\n"
    wrapper = _message("user", context + "</environment_context>")
    state: Json = {"record_type": "state"}
    lines = [header, state, wrapper]
    for item in _items(story, identities, clock):
        lines += [item, state]
    return lines


def _items(story: Story, identities: Identities, clock: Clock) -> Iterator[Json]:
    for turn in story.turns:
        yield _message("user", turn.user)
        for step in turn.steps:
            clock.wait(4)
            yield from _step(step, identities)


def _step(step: Step, identities: Identities) -> Iterator[Json]:
    if isinstance(step, Say):
        yield _message("assistant", step.text)
    elif isinstance(step, Think):
        summary = [{"type": "summary_text", "text": step.text}]
        identity = identities.short("rs")
        yield {"type": "reasoning", "id": identity, "summary": summary}
    elif isinstance(step, Run):
        line = ["bash", "-lc", step.command]
        yield from _shell(line, step.output, step.exit_code, identities)
    elif isinstance(step, Patch):
        done = "Success. Updated the following files:\n"
        names = "".join(f"A {edit.path}\n" for edit in step.edits)
        yield from _shell(["apply_patch", step.text], done + names, 0, identities)


def _shell(
    line: list[str], output: str, exit_code: int, identities: Identities
) -> Iterator[Json]:
    call_id = identities.short("call")
    call: Json = {"type": "function_call", "name": "shell", "call_id": call_id}
    yield {**call, "arguments": json.dumps({"command": line, "timeout": 120_000})}
    metadata = {"exit_code": exit_code, "duration_seconds": 0.2}
    answer = json.dumps({"output": output, "metadata": metadata})
    yield {"type": "function_call_output", "call_id": call_id, "output": answer}


def _message(role: str, text: str) -> Json:
    kind = "output_text" if role == "assistant" else "input_text"
    content = [{"type": kind, "text": text}]
    return {"type": "message", "role": role, "content": content}
