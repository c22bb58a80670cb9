"""An app-server that speaks on command: `codex` for a benchmark of deltas.

Each delta's text is the nanosecond at which it was written. The words of a turn say
how many come, and how many a second: `30 at 20`.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

_MODEL = {"model": "gpt-5", "modelProvider": "mock", "reasoningEffort": None}
_SETTINGS = {"approvalPolicy": "never", "sandbox": {"type": "dangerFullAccess"}}


def say(frame: dict[str, Any]) -> None:
    """Send a frame."""
    sys.stdout.write(json.dumps(frame) + "\n")
    sys.stdout.flush()


def speak(thread_id: str, turn_id: str, words: str) -> None:
    """Run one turn."""
    times, _, rate = words.partition(" at ")
    where = {"threadId": thread_id, "turnId": turn_id}
    turn: dict[str, Any] = {"id": turn_id, "items": [], "error": None}
    begun = {"threadId": thread_id, "turn": {**turn, "status": "inProgress"}}
    say({"method": "turn/started", "params": begun})
    due = time.perf_counter()
    for _ in range(int(times)):
        due += 1 / float(rate)
        time.sleep(max(0.0, due - time.perf_counter()))
        said = {**where, "itemId": "said", "delta": f"{time.time_ns()} "}
        say({"method": "item/agentMessage/delta", "params": said})
    done = {"threadId": thread_id, "turn": {**turn, "status": "completed"}}
    say({"method": "turn/completed", "params": done})


def main() -> None:
    """Serve until standard input ends."""
    if "--version" in sys.argv:
        sys.stdout.write("codex-cli 0.169.0\n")
        return
    turns = 0
    for line in sys.stdin:
        frame: dict[str, Any] = json.loads(line)
        identity = frame.get("id")
        params: dict[str, Any] = frame.get("params") or {}
        thread_id = params.get("threadId", "")
        match frame.get("method"):
            case "initialize":
                say({"id": identity, "result": {"userAgent": "speaker/0.169.0"}})
            case "thread/resume":
                thread = {"id": thread_id, "cwd": "/", "status": {"type": "idle"}}
                result = {"thread": thread, "cwd": "/", **_MODEL, **_SETTINGS}
                say({"id": identity, "result": result})
            case "turn/start":
                turns += 1
                turn = {"id": f"turn-{turns}", "status": "inProgress"}
                say({"id": identity, "result": {"turn": turn}})
                speak(thread_id, turn["id"], params["input"][0]["text"])
            case _ if identity is not None:
                say({"id": identity, "result": {}})
            case _:
                pass


if __name__ == "__main__":
    main()
