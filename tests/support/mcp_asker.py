"""A real MCP server, of the standard library only: its tool asks the user by a form.

    python tests/support/mcp_asker.py

One JSON-RPC message a line on standard streams. The tool `ask` takes the words of the
question, sends `elicitation/create`, and returns what came back, as JSON. With
`{"form": "url"}` it asks the user to open a page instead.
"""

from __future__ import annotations

import json
import sys
from typing import Any

Json = dict[str, Any]

_FORM: Json = {
    "type": "object",
    "properties": {
        "branch": {
            "type": "string",
            "title": "Branch",
            "description": "Which branch is it to go to?",
        },
        "level": {
            "type": "string",
            "title": "Level",
            "enum": ["low", "high"],
            "enumNames": ["Quiet", "Loud"],
        },
        "copies": {"type": "integer", "title": "Copies", "minimum": 1},
        "push": {"type": "boolean", "title": "Push it?"},
    },
    "required": ["branch", "push"],
}
_TOOL: Json = {
    "name": "ask",
    "description": "Asks the user.",
    "inputSchema": {
        "type": "object",
        "properties": {"message": {"type": "string"}, "form": {"type": "string"}},
    },
}


def say(message: Json) -> None:
    """Send one message."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def question(arguments: Json) -> Json:
    """Return the params of the elicitation."""
    message = arguments.get("message", "What now?")
    if arguments.get("form") == "url":
        address = "https://localhost/consent"
        identity = "consent-1"
        return {
            "mode": "url",
            "message": message,
            "url": address,
            "elicitationId": identity,
        }
    return {"message": message, "requestedSchema": _FORM}


def main() -> None:
    """Serve until standard input ends."""
    waiting: dict[str, int] = {}
    for line in sys.stdin:
        message: Json = json.loads(line)
        identity = message.get("id")
        params: Json = message.get("params") or {}
        match message.get("method"):
            case "initialize":
                result: Json = {
                    "protocolVersion": params["protocolVersion"],
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "asker", "version": "1"},
                }
                say({"id": identity, "result": result})
            case "tools/list":
                say({"id": identity, "result": {"tools": [_TOOL]}})
            case "tools/call":
                asked = f"ask-{identity}"
                waiting[asked] = identity or 0
                asking = question(params.get("arguments") or {})
                say({"id": asked, "method": "elicitation/create", "params": asking})
            case None if identity in waiting:
                told = message.get("result") or message.get("error")
                text = {"type": "text", "text": json.dumps(told, sort_keys=True)}
                say({"id": waiting.pop(identity), "result": {"content": [text]}})
            case None:
                pass
            case _ if identity is not None:
                say({"id": identity, "result": {}})
            case _:
                pass


if __name__ == "__main__":
    main()
