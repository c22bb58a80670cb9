"""The demo's tasks as told in `tasks/*.toml`, before any format is chosen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """The agent says something; commentary unless it is final."""

    text: str
    final: bool


@dataclass(frozen=True, slots=True)
class Think:
    """A summary of the agent's reasoning."""

    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """The agent runs a command."""

    command: str
    output: str
    exit_code: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Edit:
    """What a patch does to one file; `lines` begin with a space, `+` or `-`."""

    path: str
    adds_file: bool
    first_line: int
    lines: tuple[str, ...]

    @property
    def content(self) -> str:
        """The content of an added file."""
        return "".join(line[1:] + "\n" for line in self.lines)

    @property
    def unified_diff(self) -> str:
        """The hunk as a unified diff."""
        old = sum(line[:1] != "+" for line in self.lines)
        new = sum(line[:1] != "-" for line in self.lines)
        head = f"@@ -{self.first_line},{old} +{self.first_line},{new} @@\n"
        return head + "".join(line + "\n" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Patch:
    """The agent changes files; `text` is in the grammar of `apply_patch`."""

    text: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """The agent states its plan: pairs of a step and its status."""

    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Spawn:
    """The agent starts a sub-agent, whose own task is another story."""

    story: str
    prompt: str
    nickname: str


Step = Say | Think | Run | Patch | Checklist | Spawn


@dataclass(frozen=True, slots=True)
class Turn:
    """One request of the user and what followed."""

    user: str
    steps: tuple[Step, ...]
    end: str
    """`completed`, `interrupted`, `limited`, `failed`, or `open` (the process died)."""
    minutes_later: int
    rolled_back: bool
    limit_resets_in_minutes: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """One task; `raw` holds what only single formats and special cases ask for."""

    key: str
    folder: str
    version: tuple[int, ...]
    minutes_ago: int
    turns: tuple[Turn, ...]
    after_revert: tuple[Turn, ...]
    branches_after: int
    """The number of the turn behind which a fork or a revert begins; else 0."""
    raw: Json

    @property
    def cli_version(self) -> str:
        """The version of Codex that wrote the task."""
        return str(self.raw["version"])

    @property
    def model(self) -> str:
        """The model; the oldest formats don't tell."""
        return str(self.raw.get("model", "gpt-5"))

    @property
    def effort(self) -> str | None:
        """The reasoning effort, where one was set."""
        return self.raw.get("effort")


def read_stories(folder: Path) -> tuple[Story, ...]:
    """Read every `*.toml` of *folder*, the oldest task first."""
    stories = [
        _story(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob("*.toml")
    ]
    return tuple(sorted(stories, key=lambda story: -story.minutes_ago))


def _story(key: str, raw: Json) -> Story:
    return Story(
        key=key,
        folder=raw["folder"],
        version=tuple(int(part) for part in raw["version"].split(".")),
        minutes_ago=raw["minutes_ago"],
        turns=tuple(_turn(turn) for turn in raw["turns"]),
        after_revert=tuple(_turn(turn) for turn in raw.get("after_revert", ())),
        branches_after=raw.get("fork_after_turn", raw.get("revert_after_turn", 0)),
        raw=raw,
    )


def _turn(raw: Json) -> Turn:
    return Turn(
        user=raw["user"],
        steps=tuple(_step(step) for step in raw["steps"]),
        end=raw.get("end", "completed"),
        minutes_later=raw.get("minutes_later", 0),
        rolled_back=raw.get("rolled_back", False),
        limit_resets_in_minutes=raw.get("limit_resets_in_minutes"),
    )


def _step(raw: Json) -> Step:
    if "say" in raw:
        return Say(raw["say"].strip(), raw.get("final", True))
    if "think" in raw:
        return Think(raw["think"].strip())
    if "run" in raw:
        seconds = float(raw.get("seconds", 0.2))
        return Run(raw["run"], _output(raw), raw.get("exit", 0), seconds)
    if "patch" in raw:
        text = raw["patch"].lstrip("\n")
        return Patch(text, tuple(_edits(text, raw.get("line", 1))))
    if "plan" in raw:
        return Checklist(tuple((step, status) for step, status in raw["plan"]))
    return Spawn(raw["spawn"], raw["prompt"], raw["nickname"])


def _output(raw: Json) -> str:
    text: str = raw["output"].lstrip("\n")
    repeated = range(1, raw.get("repeat_output", 0) + 1)
    return "".join(text.format(n=number) for number in repeated) or text


def _edits(patch: str, first_line: int) -> list[Edit]:
    edits: list[Edit] = []
    for section in patch.split("*** ")[1:]:
        head, *lines = section.rstrip("\n").split("\n")
        action, _, path = head.partition(" File: ")
        if path:
            body = tuple(line for line in lines if line != "@@")
            adds = action == "Add"
            edits.append(Edit(path, adds, 1 if adds else first_line, body))
    return edits
