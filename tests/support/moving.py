"""Homes with tasks to move, and the check that every transcript is in one place.

A task is made of one file or of several; some come in families. `Transcripts`
remembers each file's bytes, so that after whatever happened it can say where they
are now: exactly one place, unchanged.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from threadbook.ids import ThreadId
from threadbook.lifecycle.halfway import find_halfway, put_back
from threadbook.lifecycle.manifest import entries, together_with
from threadbook.lifecycle.places import find_rollouts, is_archived
from threadbook.lifecycle.trash import Leaving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from threadbook.home import CodexHome
    from threadbook.lifecycle.manifest import Entry

Family = tuple[ThreadId, ...]


def thread(number: int) -> ThreadId:
    return ThreadId(f"01a00000-0000-7000-8000-{number:012d}")


def put(
    home: CodexHome,
    thread_id: ThreadId,
    *,
    revision: str = "",
    archived: bool = False,
    suffix: str = ".jsonl",
) -> str:
    """Write a rollout of a thread; return its place."""
    name = f"rollout-2026-09-21T10-00-00-{thread_id}{revision}{suffix}"
    folder = "archived_sessions" if archived else "sessions/2026/09/21"
    path = home.root / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"what {name} said\n" * 3, encoding="utf-8")
    return f"{folder}/{name}"


def families(home: CodexHome) -> tuple[Family, ...]:
    """Fill a home: a reverted task, a parent with a sub-agent, an archived one."""
    reverted, parent, child, archived = map(thread, range(1, 5))
    put(home, reverted)
    put(home, reverted, revision="_01a00000-0000-7000-9000-000000000002")
    put(home, parent)
    put(home, child, suffix=".jsonl.zst")
    put(home, archived, archived=True)
    return (reverted,), (parent, child), (archived,)


def leaving(
    home: CodexHome, wanted: tuple[Family, ...], *, codex: bool = True
) -> dict[ThreadId, list[Leaving]]:
    """Return what of the families is outside of the trash, as `put_in_trash` wants."""
    found = find_rollouts(home, {each for family in wanted for each in family})
    groups = {
        family[0]: [
            Leaving(
                thread_id=each,
                places=tuple(sorted(found[each])),
                name=f"name of {each}",
                codex=codex,
            )
            for each in family
            if each in found
        ]
        for family in wanted
    }
    return {root: group for root, group in groups.items() if group}


def leave_halfway(home: CodexHome, wanted: tuple[Family, ...]) -> dict[ThreadId, str]:
    """Move one file of each active thread as a Codex does that dies before its row.

    Returns what Codex goes on to note: where the file of each thread was.
    """
    noted: dict[ThreadId, str] = {}
    home.archived_sessions.mkdir(exist_ok=True)
    everybody = {each for family in wanted for each in family}
    for thread_id, places in find_rollouts(home, everybody).items():
        latest = home.root / max(places)
        if not is_archived(home, max(places)):
            latest.rename(home.archived_sessions / latest.name)
        noted[thread_id] = str(latest).removesuffix(".zst")
    return noted


def set_back(home: CodexHome, noted: Mapping[ThreadId, str]) -> Mapping[ThreadId, Any]:
    """Put back what is not where it is *noted*; return why it could not be."""
    return put_back(home, find_halfway(home, noted, find_rollouts(home, set(noted))))


def trashed(home: CodexHome, wanted: tuple[Family, ...]) -> dict[ThreadId, list[Entry]]:
    """Return what of the families is in the trash, as `bring_back` wants."""
    roots = {family[0] for family in wanted}
    return {
        entry.manifest.thread_id: together_with(home, entry)
        for entry in entries(home)
        if entry.manifest.thread_id in roots
    }


@dataclass(frozen=True)
class Transcripts:
    """The bytes of every rollout, by name, as they were."""

    digests: Mapping[str, str]

    @classmethod
    def of(cls, home: CodexHome) -> Transcripts:
        return cls(
            {
                path.name: _digest(path.read_bytes())
                for top in (home.sessions, home.archived_sessions)
                for path in top.rglob("rollout-*")
            }
        )

    def where(self, home: CodexHome) -> dict[str, str]:
        """Return where each transcript is: `active`, `archived`, `trashed`, `gone`.

        Fails when one is in two places, or changed, or without a manifest.
        """
        found: dict[str, list[str]] = {name: [] for name in self.digests}
        for top in (home.sessions, home.archived_sessions, home.trash):
            for path in top.rglob("*rollout-*"):
                state = self._state(home, path.relative_to(home.root).as_posix())
                assert _digest(path.read_bytes()) == self.digests[path.name], path
                found[path.name].append(state)
        assert not {name: states for name, states in found.items() if len(states) > 1}
        return {name: (states or ["gone"])[0] for name, states in found.items()}

    @staticmethod
    def _state(home: CodexHome, place: str) -> str:
        trash = home.trash.relative_to(home.root).as_posix()
        if not place.startswith(f"{trash}/"):
            return "archived" if is_archived(home, place) else "active"
        folder, stored = place.removeprefix(f"{trash}/").split("/")
        listed = {
            (entry.folder, file.stored)
            for entry in entries(home)
            for file in entry.manifest.files
        }
        assert (folder, stored) in listed, f"{place} is in no manifest"
        return "trashed"


def leftovers(home: CodexHome) -> list[str]:
    """Return what a move should have taken away after itself."""
    return sorted(
        path.relative_to(home.root).as_posix()
        for path in home.own.rglob("*")
        if path == home.journal or path.name.endswith(".tmp")
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
