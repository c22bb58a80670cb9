from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout
from threadbook.errors import NotPossibleError
from threadbook.handlers.listing import task_list_json
from threadbook.handlers.relink import task_relink
from threadbook.ids import ThreadId
from threadbook.protocol.task import TaskListParams, TaskRelinkParams

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome


def listed(context: Context, **params: object) -> dict[str, str]:
    """Return preview to folder of what is listed."""
    body = task_list_json(context, TaskListParams.model_validate(params))
    return {task["preview"]: task["cwd"] for task in orjson.loads(body)["tasks"]}


def test_tasks_of_a_moved_folder_are_listed_where_it_is_now(
    home: CodexHome, opened: Callable[[], Context], tmp_path: Path
) -> None:
    new = tmp_path / "new"
    new.mkdir()
    for cwd in ("/old", "/old/lib", "/older", "/other"):
        rollout(home.root, cwd=cwd).user(cwd).done()
    context = opened()

    moved = task_relink(context, TaskRelinkParams(old="/old", new=str(new)))

    assert len(moved.thread_ids) == 2
    assert listed(context, cwd=str(new)) == {
        "/old": str(new),
        "/old/lib": str(new / "lib"),
    }
    assert listed(context, cwd="/old") == {}
    assert listed(context, cwd="/older") == {"/older": "/older"}
    last = context.index.last(str(new), moved=context.book.moved())
    assert last is not None


def test_a_folder_that_moves_twice_or_back_is_followed(
    home: CodexHome, opened: Callable[[], Context], tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    rollout(home.root, cwd=str(first)).user("hi").done()
    context = opened()

    task_relink(context, TaskRelinkParams(old=str(first), new=str(second)))
    there = listed(context, cwd=str(second))
    task_relink(context, TaskRelinkParams(old=str(second), new=str(first)))

    assert there == {"hi": str(second)}
    assert listed(context, cwd=str(first)) == {"hi": str(first)}
    assert context.book.moved() == frozenset()


def test_one_task_alone_moves_and_goes_back_to_a_folder_that_is_gone(
    home: CodexHome, opened: Callable[[], Context], tmp_path: Path
) -> None:
    new = tmp_path / "new"
    new.mkdir()
    ids: list[str] = []
    for said in ("one", "other"):
        built = rollout(home.root, cwd="/old").user(said)
        built.done()
        ids.append(built.thread_id)
    rollout(home.root, cwd=str(new)).user("there already").done()
    context = opened()

    moved = task_relink(
        context, TaskRelinkParams(old="/old", new=str(new), thread_ids=(ids[0],))
    )
    there = listed(context, cwd=str(new))
    back = task_relink(
        context,
        TaskRelinkParams(
            old=str(new), new="/old", thread_ids=moved.thread_ids, undo=True
        ),
    )

    assert moved.thread_ids == back.thread_ids == (ids[0],)
    assert there == {"one": str(new), "there already": str(new)}
    assert listed(context, cwd="/old") == {"one": "/old", "other": "/old"}
    assert listed(context, cwd=str(new)) == {"there already": str(new)}
    assert context.book.moved() == frozenset()


def test_a_folder_that_is_not_there_is_refused(
    opened: Callable[[], Context],
) -> None:
    context = opened()

    with pytest.raises(NotPossibleError):
        task_relink(context, TaskRelinkParams(old="/old", new="/nowhere/at/all"))


def test_tags_pins_and_cleared_marks_choose_what_is_listed(
    home: CodexHome, opened: Callable[[], Context]
) -> None:
    ids: dict[str, ThreadId] = {}
    for name in ("pinned", "tagged", "cleared"):
        built = rollout(home.root).user(name)
        built.done()
        ids[name] = ThreadId(built.thread_id)
    context = opened()
    context.book.set_pinned(ids["pinned"], pinned=True)
    context.book.set_tags(ids["tagged"], ["ci"])
    context.book.set_cleared(ids["cleared"], 1)

    assert set(listed(context)) == {"pinned", "tagged"}
    assert set(listed(context, cleared=True)) == {"pinned", "tagged", "cleared"}
    assert set(listed(context, state="any")) == {"pinned", "tagged", "cleared"}
    assert set(listed(context, pinned=True)) == {"pinned"}
    assert set(listed(context, tag="ci")) == {"tagged"}
    assert set(listed(context, tag="ci", pinned=True)) == set()


def test_a_folder_is_meant_however_it_is_spelt(
    home: CodexHome, opened: Callable[[], Context], tmp_path: Path
) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "new").mkdir(parents=True)
    link.symlink_to(real)
    # Codex resolves links before it writes a folder down; editors do not.
    rollout(home.root, cwd=str(real / "old")).user("resolved").done()
    rollout(home.root, cwd=str(link / "old" / "lib")).user("as opened").done()
    context = opened()

    old = f"{link}/new/../old"
    moved = task_relink(context, TaskRelinkParams(old=old, new=f"{link}/old/../new"))

    assert len(moved.thread_ids) == 2
    for spelt in (real / "new", link / "new"):
        assert listed(context, cwd=str(spelt)) == {
            "resolved": str(real / "new"),
            "as opened": str(real / "new" / "lib"),
        }


@pytest.mark.parametrize("folder", ["", "relative", "/a\0b", "/" + "x" * 5000])
def test_what_is_no_folder_is_refused(
    opened: Callable[[], Context], tmp_path: Path, folder: str
) -> None:
    with pytest.raises(NotPossibleError):
        task_relink(opened(), TaskRelinkParams(old=str(tmp_path), new=folder))


def test_tasks_of_windows_are_brought_to_where_their_folder_is_now(
    home: CodexHome, opened: Callable[[], Context], tmp_path: Path
) -> None:
    for cwd in (r"C:\work", r"c:\Work\Lib", r"C:\workshop"):
        rollout(home.root, cwd=cwd).user(cwd).done()
    context = opened()

    task_relink(context, TaskRelinkParams(old="C:\\work", new=str(tmp_path)))

    assert listed(context, cwd=str(tmp_path)) == {
        r"C:\work": str(tmp_path),
        r"c:\Work\Lib": str(tmp_path / "Lib"),
    }
