"""Write the demo's CODEX_HOME: believable tasks of every format that Codex ever wrote.

Times are relative to now. The folders of the tasks are made below *work*; one of them,
the storefront, is a small git repository: what `npm start -- --demo` opens. The same
arguments give the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import zstandard

from threadbook.demo.enveloped import Mark, Place, Rollout
from threadbook.demo.identity import Clock, Identities, iso, local
from threadbook.demo.old_formats import bare_lines, json_session
from threadbook.demo.story import read_stories

if TYPE_CHECKING:
    from threadbook.demo.story import Json, Story

HERE = Path(__file__).parent
FIRST_BARE = (0, 2)
FIRST_ENVELOPED = (0, 32)
FIRST_UUID7 = (0, 42)


@dataclass(slots=True)
class Home:
    """The home while it is being written."""

    root: Path
    work: Path
    now: int
    seed: int
    thread_ids: dict[str, str] = field(default_factory=dict[str, str])
    marks: dict[str, list[Mark]] = field(default_factory=dict[str, list[Mark]])

    def began(self, story: Story) -> int:
        """Return when a task began."""
        return self.now - story.minutes_ago * 60_000

    def cwd(self, story: Story) -> str:
        """Return the task's folder."""
        return str(self.work / story.folder)

    def place(self, story: Story) -> Place:
        """Return where a task runs."""
        return Place(self.thread_ids[story.key], self.cwd(story), self.thread_ids)


def make_home(root: Path, work: Path, *, now: int, seed: int) -> None:
    """Write all tasks and the folders that they speak of."""
    stories = read_stories(HERE / "tasks")
    home = Home(root, work, now, seed)
    for story in stories:
        home.thread_ids[story.key] = _thread_id(home, story)
    for story in stories:
        _write_task(home, story)
    _write_names(home, stories)
    _make_folders(work)
    _make_repository(work / "storefront")


def _thread_id(home: Home, story: Story) -> str:
    identities = Identities(home.seed, f"thread/{story.key}")
    if story.version < FIRST_UUID7:
        return identities.uuid4()
    return identities.uuid7(home.began(story))


def _write_task(home: Home, story: Story) -> None:
    identities = Identities(home.seed, story.key)
    clock = Clock(home.began(story))
    thread_id = home.thread_ids[story.key]
    if story.version < FIRST_BARE:
        began = local(clock.at)
        path = home.root / "sessions" / f"rollout-{began:%Y-%m-%d}-{thread_id}.json"
        _write(path, json_session(story, thread_id, identities, clock), clock.at)
    elif story.version < FIRST_ENVELOPED:
        lines = bare_lines(story, thread_id, identities, clock, home.cwd(story))
        text = "".join(json.dumps(line) + "\n" for line in lines)
        _write(_path(home, story, home.began(story), thread_id), text, clock.at)
    else:
        _write_enveloped(home, story, identities, clock)


def _write_enveloped(
    home: Home, story: Story, identities: Identities, clock: Clock
) -> None:
    place = home.place(story)
    rollout = Rollout(story, place, identities, clock)
    extra = _parentage(home, story)
    if base := extra.get("history_base"):
        rollout.ordinal = base["end_ordinal_exclusive"]
    rollout.add_meta(extra)
    rollout.add_turns(story.turns)
    home.marks[story.key] = rollout.marks
    text = rollout.text()
    if story.raw.get("cut_last_line"):
        text = text[:-80]
    _write(_path(home, story, home.began(story), place.thread_id), text, clock.at)
    if story.after_revert:
        _write_reverted(home, story, identities, clock)


def _parentage(home: Home, story: Story) -> Json:
    """Return what a fork's or a sub-agent's first line has besides."""
    raw = story.raw
    if source := raw.get("fork_of"):
        parent = home.thread_ids[source]
        mark = home.marks[source][story.branches_after - 1]
        return {"forked_from_id": parent, "history_base": _base(parent, mark)}
    if source := raw.get("parent"):
        parent = home.thread_ids[source]
        spawn: Json = {"parent_thread_id": parent, "depth": 1, "agent_path": None}
        spawn |= {"agent_nickname": raw["nickname"], "agent_role": None}
        return {
            "session_id": parent,
            "parent_thread_id": parent,
            "source": {"subagent": {"thread_spawn": spawn}},
            "thread_source": "subagent",
            "agent_nickname": raw["nickname"],
        }
    return {}


def _base(rollout_id: str, mark: Mark) -> Json:
    return {
        "thread_id": rollout_id,
        "end_ordinal_exclusive": mark.ordinal,
        "end_byte_offset": mark.offset,
    }


def _write_reverted(
    home: Home, story: Story, identities: Identities, clock: Clock
) -> None:
    clock.wait_minutes(story.raw["revert_minutes_later"])
    began, place = clock.at, home.place(story)
    mark = home.marks[story.key][story.branches_after - 1]
    rollout = Rollout(story, place, identities, clock, ordinal=mark.ordinal)
    rollout.add_meta({"history_base": _base(place.thread_id, mark)})
    rollout.add_turns(story.after_revert)
    name = f"{place.thread_id}_{identities.uuid7(began)}"
    _write(_path(home, story, began, name), rollout.text(), clock.at)


def _path(home: Home, story: Story, began: int, name: str) -> Path:
    at = local(began)
    folder = home.root / "sessions" / f"{at:%Y}" / f"{at:%m}" / f"{at:%d}"
    if story.raw.get("archived"):
        folder = home.root / "archived_sessions"
    suffix = ".jsonl.zst" if story.raw.get("compressed") else ".jsonl"
    return folder / f"rollout-{at:%Y-%m-%dT%H-%M-%S}-{name}{suffix}"


def _write(path: Path, text: str, changed_at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    if path.suffix == ".zst":
        content = zstandard.ZstdCompressor(level=3).compress(content)
    path.write_bytes(content)
    # Codex orders tasks by this time when it meets a home for the first time.
    os.utime(path, ns=(changed_at * 1_000_000, changed_at * 1_000_000))


def _write_names(home: Home, stories: tuple[Story, ...]) -> None:
    lines: list[str] = []
    for story in stories:
        if name := story.raw.get("name"):
            named: Json = {"id": home.thread_ids[story.key], "thread_name": name}
            named["updated_at"] = iso(home.began(story))
            lines.append(json.dumps(named) + "\n")
    _write(home.root / "session_index.jsonl", "".join(lines), home.now)


def _make_folders(work: Path) -> None:
    text = (HERE / "folders.toml").read_text(encoding="utf-8")
    folders: dict[str, dict[str, str]] = tomllib.loads(text)
    for folder, files in folders.items():
        for name, content in files.items():
            path = work / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_text(content, encoding="utf-8")


def _make_repository(folder: Path) -> None:
    git = shutil.which("git")
    if git is None or (folder / ".git").exists():
        # Without git there are no changes to show; all the rest is there.
        return
    who = {"NAME": "Demo", "EMAIL": "demo@example.invalid"}
    environment = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_{key}": value for key, value in who.items()}
        environment[f"GIT_{role}_DATE"] = "2026-01-05T09:00:00Z"
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "."),
        ("commit", "--quiet", "--message=Cart: several discounts"),
    ):
        subprocess.run(  # noqa: S603
            (git, *arguments), cwd=folder, env=environment, check=True
        )
