"""Homes in which the real codex asks a person more than leave, and what it asks.

Under `[features]`, the last table of the mock's config: what Codex keeps off by itself.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadbook.home import CodexHome

_SERVER = Path(__file__).with_name("mcp_asker.py")
_QUESTION = {
    "id": "where_to",
    "header": "Where to",
    "question": "Where is it to go?",
    "options": [
        {"label": "Harbour", "description": "By ship"},
        {"label": "Station", "description": "By train"},
    ],
}


def let_it_ask(home: CodexHome) -> None:
    """Switch on the tools by which the agent asks, and name the MCP server."""
    config = home.root / "config.toml"
    lines = (
        "default_mode_request_user_input = true",
        "request_permissions_tool = true",
        "",
        "[mcp_servers.asker]",
        # A TOML string is written as JSON writes one.
        f"command = {json.dumps(sys.executable)}",
        f"args = {json.dumps([str(_SERVER)])}",
        "",
    )
    config.write_text(config.read_text("utf-8") + "\n".join(lines), "utf-8")


def asks_user() -> str:
    """Return words for the mock model: it asks the user where to go."""
    return _calling("request_user_input", {"questions": [_QUESTION]})


def asks_for_writing(folder: Path) -> str:
    """Return words for the mock model: it asks for leave to write into *folder*."""
    system = {"write": [str(folder)]}
    wanted = {"file_system": system, "network": {"enabled": True}}
    arguments = {"permissions": wanted, "reason": "to tidy up"}
    return _calling("request_permissions", arguments)


def asks_by_form(form: str = "form") -> str:
    """Return words for the mock model: it calls the MCP server, which asks."""
    return _calling("ask", {"message": "Before I go on:", "form": form})


def _calling(tool: str, arguments: object) -> str:
    # Two brackets in succession would end the marker.
    said = json.dumps(arguments, indent=0).replace("\n", " ")
    return f"[[call:{tool}:{said}]]"
