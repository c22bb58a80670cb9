"""Find the user's `codex`: the newest of those on this machine.

The newest, because an older one that resumes a newer thread damages it. The npm
package starts the program through a Node script; we start the program itself, so
that its process is the one we end and the one that holds the locks.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from threadbook.codex.version import parse_version
from threadbook.errors import CodexUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from threadbook.codex.version import Feature, Version

NO_CODEX = "none"
"""In place of a path: as the demo is shown."""
_INSTALL = (
    "install it with `npm install -g @openai/codex`, "
    "or set threadbook.codexPath to where it is"
)
_EXECUTABLES = ("codex.exe", "codex.cmd") if sys.platform == "win32" else ("codex",)
_COMMON_PLACES = (
    "~/.local/bin",
    "~/.npm-global/bin",
    "~/.volta/bin",
    "~/.bun/bin",
    "~/.cargo/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
)
_EDITORS = (".vscode*", ".cursor*", ".windsurf*")
_ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class CodexBinary:
    """A `codex` that said its version."""

    path: Path
    """The native program, ready to be started."""
    version: Version
    place: str
    """Where it was found: `setting`, `PATH`, `common`, `extension`."""
    others: tuple[CodexBinary, ...] = field(default=(), compare=False)
    """The other ones on this machine, the newest first."""

    def can(self, feature: Feature) -> bool:
        """Whether this Codex is new enough for *feature*."""
        return self.version >= feature.floor or self.version.is_source_build

    def require(self, feature: Feature) -> None:
        """Make sure that this Codex can do *feature*.

        Raises:
            CodexUnavailableError: it is too old; the sentence says which is needed.
        """
        if self.can(feature):
            return
        message = (
            f"{feature.phrase} needs Codex {feature.floor} or newer, but {self.path} "
            f"is {self.version}; update it with `npm install -g @openai/codex@latest`"
        )
        raise CodexUnavailableError(
            message, found=str(self.version), needed=str(feature.floor)
        )

    def environment(self) -> dict[str, str]:
        """Return our own environment, with the tools that come with the package."""
        environment = dict(os.environ)
        tools = [self.path.parent.parent / name for name in ("codex-path", "path")]
        found = [str(place) for place in tools if place.is_dir()]
        path = [*found, environment.get("PATH", "")]
        environment["PATH"] = os.pathsep.join(path)
        return environment


def find_codex(configured: str | None = None) -> CodexBinary:
    """Return *configured*, else the newest codex of this machine. Blocks briefly.

    Args:
        configured: a path; `"none"`: use none, whatever there is.

    Raises:
        CodexUnavailableError: there is none, or the configured one does not start.
    """
    if configured == NO_CODEX:
        message = "No codex is used here: tasks can be read, not resumed"
        raise CodexUnavailableError(message)
    if configured:
        return _configured(Path(configured).expanduser())
    found: dict[Path, CodexBinary] = {}
    for place, path in _candidates():
        native = native_program(path)
        if native in found:
            continue
        version = _version_of(native)
        if version is not None:
            found[native] = CodexBinary(native, version, place)
    if not found:
        message = f"No codex is on this machine; {_INSTALL}"
        raise CodexUnavailableError(message)
    newest, *others = sorted(found.values(), key=lambda one: one.version, reverse=True)
    return replace(newest, others=tuple(others))


def _configured(path: Path) -> CodexBinary:
    program = native_program(path)
    version = _version_of(program) if program.is_file() else None
    if version is None:
        reason = "does not start" if program.is_file() else "does not exist"
        message = f"threadbook.codexPath is {path}, which {reason}; {_INSTALL}"
        raise CodexUnavailableError(message)
    return CodexBinary(program, version, "setting")


def _candidates() -> Iterator[tuple[str, Path]]:
    on_path = os.environ.get("PATH", "").split(os.pathsep)
    common = [*_COMMON_PLACES, os.environ.get("NPM_CONFIG_PREFIX", "") + "/bin"]
    places = [("PATH", Path(entry)) for entry in on_path if entry]
    places += [("common", Path(entry).expanduser()) for entry in common]
    home = Path.home()
    places += [("common", node) for node in home.glob(".nvm/versions/node/*/bin")]
    for place, directory in places:
        for name in _EXECUTABLES:
            if (directory / name).is_file():
                yield place, directory / name
    for editor in _EDITORS:
        pattern = f"{editor}/extensions/openai.chatgpt-*/bin/**/{_EXECUTABLES[0]}"
        for path in home.glob(pattern):
            yield "extension", path


def native_program(path: Path) -> Path:
    """Return the program behind npm's starter script, or *path* itself."""
    resolved = path.resolve()
    package = resolved.parent.parent
    if resolved.suffix not in {".js", ".cmd"} or package.name != "codex":
        return resolved
    roots = (package, package.parent, package / "node_modules" / "@openai")
    name = "codex.exe" if sys.platform == "win32" else "codex"
    for root in roots:
        for vendor in ("vendor", "codex-*/vendor"):
            for folder in ("bin", "codex"):
                found = sorted(root.glob(f"{vendor}/*/{folder}/{name}"))
                if found:
                    return found[0]
    return resolved


def _version_of(path: Path) -> Version | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return _ask_version(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _ask_version(path: str, _mtime: int, _size: int) -> Version | None:
    # Codex creates its home when it starts; this one must leave no trace.
    with tempfile.TemporaryDirectory(prefix="threadbook-") as empty:
        try:
            answer = subprocess.run(  # noqa: S603 - the user's own codex
                [path, "--version"],
                env={**os.environ, "CODEX_HOME": empty},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ANSWER_SECONDS,
                check=False,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    return parse_version(answer.stdout) if answer.returncode == 0 else None
