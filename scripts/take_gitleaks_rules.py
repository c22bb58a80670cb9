"""Turn gitleaks' rules into those that `--redact` reads beside our own.

    python scripts/take_gitleaks_rules.py path/to/gitleaks/config/gitleaks.toml VERSION

They are kept by gitleaks (github.com/gitleaks/gitleaks, MIT licence), for Go and for
files; what can't serve here is left out, and the file says how much. Run it with a new
release's rules, then the tests of the redactor.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

OUTPUT = Path(__file__).parent.parent / "sidecar/threadbook/export/gitleaks.json"
_LEFT_OUT = {
    "generic-api-key": "our own list knows names of keys",
    "curl-auth-header": "our own list knows headers",
    "curl-auth-user": "our own list knows users of curl",
    "jwt": "our own list has it",
    "private-key": "our own list has it, also where its end is missing",
}
_PREFIX = r"[\w.-]{0,50}?"
"""In front of a service's name: it costs much, and what is masked stands behind."""
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?i\)|\(|\)|.", re.DOTALL)
_INNOCENT = (
    "0123456789abcdef" * 2,
    "9f2c4b7a1e3d5f6a8b0c9f2c4b7a1e3d5f6a8b0c",
    "9f2c4b7a1e3d5f6a8b0c1d2e" * 3,
    str(uuid.UUID("0b4c9d2e-5f61-4a7b-8c3d-9e0f1a2b3c4d")),
)


def take(source: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the rules that serve, and how many do not."""
    rules = tomllib.loads(source.read_text(encoding="utf-8"))["rules"]
    taken = [rule for rule in map(_taken, rules) if rule is not None]
    return taken, len(rules) - len(taken)


def _taken(rule: dict[str, Any]) -> dict[str, Any] | None:
    # A rule with a path is for files of that name; here are texts of conversations.
    if rule["id"] in _LEFT_OUT or "path" in rule or not rule.get("keywords"):
        return None
    pattern = for_python(rule["regex"])
    compiled = re.compile(pattern)
    needles = [needle.lower() for needle in rule["keywords"]]
    # Conversations are full of commit ids; beside a service's name they are no secret.
    if any(
        compiled.search(f"{needle} {innocent} {needle}")
        for needle in needles
        for innocent in _INNOCENT
    ):
        return None
    allowed = [
        for_python(regex)
        for allowlist in rule.get("allowlists", ())
        if allowlist.get("regexTarget", "secret") == "secret"
        for regex in allowlist.get("regexes", ())
    ]
    return {
        "id": rule["id"],
        "pattern": pattern,
        "needles": needles,
        "entropy": rule.get("entropy", 0),
        "allowed": allowed,
    }


def for_python(pattern: str) -> str:
    """Return a Go pattern as Python has it."""
    pattern = pattern.replace(_PREFIX, "", 1).replace(r"\z", r"\Z")
    for name, members in (("alnum", "a-zA-Z0-9"), ("alpha", "a-zA-Z")):
        pattern = pattern.replace(f"[:{name}:]", members)
    return _scoped(pattern)


def _scoped(pattern: str) -> str:
    """Let `(?i)` in the middle reach to the end of its group, as it does in Go."""
    parts: list[str] = []
    # For each open group: how many scopes were opened in it.
    opened = [0]
    place = 0
    while place < len(pattern):
        text = next(_PIECE.finditer(pattern, place))[0]
        place += len(text)
        if text == "(?i)":
            opened[-1] += 1
            text = "(?i:"
        elif text == "(":
            opened.append(0)
        elif text == ")":
            text = ")" * (opened.pop() + 1)
        parts.append(text)
    return "".join(parts) + ")" * opened.pop()


def main() -> None:
    """Write the file."""
    source, version = sys.argv[1:]
    rules, left_out = take(Path(source))
    head = {
        "source": f"gitleaks {version}, config/gitleaks.toml",
        "licence": "MIT, Copyright (c) 2019 Zachary Rice",
        "leftOut": left_out,
        "rules": rules,
    }
    text = json.dumps(head, indent=1, ensure_ascii=False)
    OUTPUT.write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{len(rules)} rules, {left_out} left out\n")


if __name__ == "__main__":
    main()
