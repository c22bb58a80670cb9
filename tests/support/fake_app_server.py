"""A `codex` that does what a test's script says, for faults that the real one lacks.

The program answers `--version`; as `app-server` it takes one line of the script for
each thing to do:

    {"expect": "method"}   read frames until that request; its id is remembered
    {"reply": {...}}       answer it; {"refuse": {...}} with an error
    {"say": {...}}         send a frame as it is; {"raw": "text"} a line as it is
    {"exit": 3}            end; {"sigkill": true} be killed
    {"write": "path"}      write what was read so far to a file, one frame a line
    {"move": ["a", "b"]}   rename a file
    {"hold": true}         read until end of file
"""

from __future__ import annotations

import json
import stat
import sys
from typing import TYPE_CHECKING

from threadbook.codex.binary import find_codex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from threadbook.codex.binary import CodexBinary

_PROGRAM = """\
#!{python}
import json, os, signal, sys
if "--version" in sys.argv:
    print("codex-cli {version}")
    sys.exit(0)
last, seen = None, []
def send(frame):
    sys.stdout.write((frame if isinstance(frame, str) else json.dumps(frame)) + "\\n")
    sys.stdout.flush()
def read():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    seen.append(json.loads(line))
    return seen[-1]
for line in open({script!r}, encoding="utf-8"):
    (what, value), = json.loads(line).items()
    if what == "expect":
        frame = read()
        while frame.get("method") != value:
            frame = read()
        last = frame.get("id")
    elif what == "reply":
        send({{"id": last, "result": value}})
    elif what == "refuse":
        send({{"id": last, "error": value}})
    elif what == "say" or what == "raw":
        send(value)
    elif what == "stderr":
        print(value, file=sys.stderr, flush=True)
    elif what == "exit":
        sys.exit(value)
    elif what == "sigkill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "write":
        with open(value, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(frame) + "\\n" for frame in seen)
    elif what == "move":
        os.rename(*value)
    elif what == "hold":
        while True:
            read()
while True:
    read()
"""

HANDSHAKE: tuple[dict[str, object], ...] = (
    {"expect": "initialize"},
    {"reply": {"userAgent": "fake/0.169.0"}},
    {"expect": "initialized"},
)


def fake_codex(
    place: Path, script: Sequence[dict[str, object]], version: str = "0.169.0"
) -> CodexBinary:
    """Write the program and its script into *place* and return it as found."""
    steps = place / "script.jsonl"
    steps.write_text("".join(json.dumps(step) + "\n" for step in script), "utf-8")
    program = place / "codex"
    text = _PROGRAM.format(python=sys.executable, version=version, script=str(steps))
    program.write_text(text, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return find_codex(str(program))
