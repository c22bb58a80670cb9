from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from threadbook.index import walk
from threadbook.index.walk import walk_home

if TYPE_CHECKING:
    from threadbook.home import CodexHome


def test_what_did_not_change_is_found_as_the_very_value_that_is_known(
    home: CodexHome,
) -> None:
    quiet = rollout(home.root).user("one").done()
    path = rollout(home.root).user("two").done()
    known = walk_home(home, lambda _: None).files
    with path.open("ab") as file:
        file.write(b"{}\n")

    found = walk_home(home, known.get).files

    below = str(quiet.relative_to(home.root))
    assert found[below] is known[below]
    changed = found[str(path.relative_to(home.root))]
    assert changed.size == path.stat().st_size
    assert changed.mtime_ns == path.stat().st_mtime_ns


@pytest.mark.parametrize("opens", [True, False])
def test_a_walk_finds_the_same_where_directories_can_not_be_opened(
    home: CodexHome, monkeypatch: pytest.MonkeyPatch, *, opens: bool
) -> None:
    if opens and os.scandir not in os.supports_fd:
        pytest.skip("no directory can be opened here")
    monkeypatch.setattr(walk, "_OPENS_DIRECTORIES", opens)
    path = rollout(home.root).user("one").done()
    link = path.with_name(path.name.replace("rollout-", "linked-", 1))
    link.symlink_to(path)
    (path.parent / "notes.txt").write_text("no rollout")
    (home.sessions / "loop").symlink_to(home.sessions)

    found = walk_home(home, lambda _: None)

    status = path.stat()
    stat = walk.FileStat(status.st_ino, status.st_size, status.st_mtime_ns)
    assert found.files == {
        str(each.relative_to(home.root)): stat for each in (path, link)
    }
    assert found.unread == []
