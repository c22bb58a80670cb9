"""Patches to file diffs: `apply_patch` text, and the changes that Codex recorded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from threadbook.items import FileDiff
from threadbook.rollout.fields import as_object, clip, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN = "*** Begin Patch"
_END = "*** End Patch"
_FILE = re.compile(r"\*\*\* (Add|Delete|Update) File: (.+)")
_MOVE = "*** Move to: "


def find_patch(text: str) -> str | None:
    """Return the patch in a script (`apply_patch <<'EOF' ...`) or a call's input."""
    begin = text.find(_BEGIN)
    if begin < 0:
        return None
    end = text.find(_END, begin)
    return text[begin:] if end < 0 else text[begin : end + len(_END)]


def is_patch_command(argv: list[str], script: str) -> bool:
    """Say whether a shell call does nothing but apply a patch."""
    if argv and argv[0] in {"apply_patch", "applypatch"}:
        return True
    return script.lstrip().startswith(("apply_patch", "applypatch")) and (
        _BEGIN in script
    )


def patch_diffs(patch: str, limit: int) -> tuple[FileDiff, ...]:
    """Split a patch into the diffs of its files."""
    return tuple(
        FileDiff(
            path,
            "move" if moved else kind,
            clip("".join(f"{line}\n" for line in lines), limit),
            moved,
        )
        for kind, path, moved, lines in _files(patch)
    )


def _files(patch: str) -> Iterator[tuple[str, str, str | None, list[str]]]:
    kind, path, moved = "", "", None
    lines: list[str] = []
    for line in patch.splitlines():
        match = _FILE.match(line)
        if match:
            if path:
                yield kind, path, moved, lines
            kind, path, moved, lines = match[1].lower(), match[2].strip(), None, []
        elif line.startswith(_MOVE):
            moved = line.removeprefix(_MOVE).strip()
        elif path and not line.startswith("*** "):
            lines.append(line)
    if path:
        yield kind, path, moved, lines


def change_diffs(changes: object, limit: int) -> tuple[FileDiff, ...]:
    """Read the changes of `patch_apply_end` or a `FileChange`: path to change."""
    return tuple(
        _change(path, as_object(change), limit)
        for path, change in as_object(changes).items()
    )


def _change(path: str, change: dict[str, object], limit: int) -> FileDiff:
    # Files of 2025 say {"add": {"content": ...}} where later ones have a `type`.
    kind = text_of(change.get("type"))
    if kind is None and len(change) == 1:
        kind, inner = next(iter(change.items()))
        change = as_object(inner)
    if kind in {"add", "delete"}:
        content = text_of(change.get("content")) or ""
        sign = "+" if kind == "add" else "-"
        diff = "".join(f"{sign}{line}\n" for line in content.splitlines())
        return FileDiff(path, kind, clip(diff, limit))
    moved = text_of(change.get("move_path"))
    diff = text_of(change.get("unified_diff")) or ""
    return FileDiff(path, "move" if moved else "update", clip(diff, limit), moved)
