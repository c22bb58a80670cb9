"""Shell calls as a person would see them: command line in, output and exit code out.

The model calls a shell under many names (`shell`, `exec_command`, ...), wraps the
script in `bash -lc`, and gets its output back in two shapes: JSON with metadata
(until early 2026) and text with a head of facts.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from threadbook.rollout.fields import (
    as_object,
    duration_of,
    int_of,
    objects,
    parse_object,
    text_of,
    texts,
)

if TYPE_CHECKING:
    from threadbook.rollout.fields import Json

SHELL_TOOLS = frozenset(
    {
        "shell",
        "shell_command",
        "exec_command",
        "local_shell",
        "local_shell_call",
        "container.exec",
        "unified_exec",
        "bash",
    }
)

_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "fish", "ksh"})
_POWERSHELLS = frozenset({"powershell", "pwsh", "cmd"})
_SCRIPT_FLAGS = frozenset({"-c", "-lc", "-ic", "-lic", "-ilc", "-command", "/c"})
_FLAGS_BEFORE_SCRIPT = 4
_EXIT = re.compile(r"^(?:Process exited with code|Exit code:) (-?\d+)$", re.MULTILINE)
_WALL = re.compile(r"^Wall time: ([\d.]+)", re.MULTILINE)
_OUTPUT = re.compile(r"^Output:\n?", re.MULTILINE)
_HEAD_SIZE = 1024
_REFUSED = re.compile(
    r'exec_command failed\b[^\n]*\bRejected\(\\*"(rejected by user)\\*"\)'
)
_JSON_EXIT = re.compile(r'"exit_code":\s*(-?\d+)')


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command's output says."""

    output: str
    exit_code: int | None = None
    duration_ms: int | None = None
    declined: bool = False


def command_line(argv: object) -> str:
    """Return a command as one would type it; `bash -lc 'x'` is `x`."""
    if isinstance(argv, str):
        return argv
    words = texts(argv)
    script = _script_of(words)
    return script if script is not None else shlex.join(words)


def _script_of(words: list[str]) -> str | None:
    if len(words) < 3:  # noqa: PLR2004 - shell, flag, script
        return None
    program = re.split(r"[\\/]", words[0])[-1].lower().removesuffix(".exe")
    if program not in _SHELLS | _POWERSHELLS:
        return None
    for index, word in enumerate(words[1:_FLAGS_BEFORE_SCRIPT], start=1):
        if word.lower() in _SCRIPT_FLAGS and index == len(words) - 2:
            return words[-1]
    return None


def call_command(arguments: str) -> tuple[str, str | None, list[str]]:
    """Return command line, working directory and argv of a shell call's arguments."""
    fields = parse_object(arguments)
    if fields is None:
        return arguments, None, []
    argv = fields.get("command", fields.get("cmd"))
    words = texts(argv)
    cwd = text_of(fields.get("workdir")) or text_of(fields.get("working_directory"))
    return command_line(argv) or arguments, cwd, words


def outcome_of(output: object) -> Outcome:
    """Read a tool's output: a text, JSON in a text, or an array of parts."""
    text = output_text(output)
    if text.startswith("{"):
        fields = parse_object(text)
        if fields is not None and "output" in fields:
            return _outcome_of_json(fields)
        if fields is None and text.startswith('{"output":"'):
            # The text was elided, so its end (with the metadata) may be missing.
            code = _JSON_EXIT.search(text)
            return Outcome(text, int(code[1]) if code else None)
    head = text[:_HEAD_SIZE]
    begin = _OUTPUT.search(head)
    facts = head[: begin.start()] if begin else ""
    code, wall = _EXIT.search(facts), _WALL.search(facts)
    if begin is None or (code is None and wall is None):
        refused = _REFUSED.match(head)
        # What is around the words is Codex's error as Rust prints it.
        return Outcome(
            refused[1] if refused else text,
            declined=refused is not None or _is_refusal(text),
        )
    return Outcome(
        text[begin.end() :],
        int(code[1]) if code else None,
        _milliseconds(wall[1]) if wall else None,
    )


def output_text(output: object) -> str:
    """Return a tool's output as text."""
    if isinstance(output, str):
        return output
    if parts := objects(output):
        return "\n".join(filter(None, (text_of(part.get("text")) for part in parts)))
    fields = as_object(output)
    return text_of(fields.get("content")) or text_of(fields.get("output")) or ""


def _outcome_of_json(fields: Json) -> Outcome:
    facts = as_object(fields.get("metadata"))
    return Outcome(
        text_of(fields.get("output")) or "",
        int_of(facts.get("exit_code")),
        duration_of(facts.get("duration_seconds")),
    )


def _is_refusal(text: str) -> bool:
    return text.startswith(
        ("exec command rejected by user", "patch rejected by user", "rejected by user")
    )


def _milliseconds(seconds: str) -> int | None:
    try:
        return int(float(seconds) * 1000)
    except (ValueError, OverflowError):
        return None
