"""The trash: what comes back, what goes for good, and what doctor says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.rollouts import rollout
from support.verbs import call, kind, one, results, said, states
from threadbook.errors import NotPossibleError
from threadbook.handlers.condition import trash_findings
from threadbook.handlers.trash import empty_trash
from threadbook.lifecycle.manifest import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.rollouts import Generation
    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

pytestmark = pytest.mark.usefixtures("no_codex")
_DAY = 86_400_000


def test_what_was_deleted_last_comes_back_together(
    home: CodexHome, opened: Opened
) -> None:
    first, second, third = said(home), said(home), said(home)
    context = opened()
    times = iter([1000, 2000])
    context.clock = lambda: next(times)
    results(context, "task/trash", first.thread_id)
    results(context, "task/trash", second.thread_id, third.thread_id)

    found = call(context, "task/restore", lastDeleted=True).results

    assert {each.thread_id for each in found} == {second.thread_id, third.thread_id}
    assert states(context)[first.thread_id] == "trashed"
    call(context, "task/restore", lastDeleted=True)
    with pytest.raises(NotPossibleError, match="trash is empty"):
        call(context, "task/restore", lastDeleted=True)


def test_a_task_that_exists_again_is_a_conflict_with_choices(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, "the first")
    context = opened()
    one(context, "task/trash", builder.thread_id)
    again = rollout(home.root, thread_id=builder.thread_id, at=builder.at + _DAY)
    again.user("the second").done()
    context = opened()
    assert states(context) == {builder.thread_id: "active"}

    refused = one(context, "task/restore", builder.thread_id)

    assert kind(refused) == "trashConflict"
    assert refused.error is not None
    assert refused.error.facts["choices"] == ["replace", "delete"]
    assert one(context, "task/restore", builder.thread_id, onConflict="replace").ok
    assert context.index.resolve(builder.thread_id).preview == "the first"
    (entry,) = entries(home)
    assert entry.folder == f"{builder.thread_id}.2"
    assert one(context, "task/trash", builder.thread_id).ok
    assert len(list(entries(home))) == 2
    assert one(context, "task/delete", builder.thread_id).ok
    assert states(context) == {}
    assert list(entries(home)) == []


def test_deleted_for_good_is_gone_with_all_that_was_said_of_it(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()
    results(context, "task/annotate", builder.thread_id, note="n", pinned=True)

    assert one(context, "task/delete", builder.thread_id).ok

    assert states(context) == {}
    assert context.book.get(builder.thread_id).note is None
    assert [p for p in home.root.rglob("*") if builder.thread_id in p.name] == []


def test_purge_keeps_to_a_folder_and_to_what_is_old(
    home: CodexHome, opened: Opened
) -> None:
    paginated: Generation = "paginated"
    here = said(home, generation=paginated, cwd="/code/here/sub")
    old = said(home, generation=paginated, cwd="/code/here", at=here.at - 30 * _DAY)
    there = said(home, generation=paginated, cwd="/code/hereafter")
    context = opened()
    before = here.at - _DAY

    plan = call(context, "task/purge", cwd="/code/here", dryRun=True)
    assert {each.thread_id for each in plan.tasks} == {here.thread_id, old.thread_id}
    assert plan.bytes == sum(each.bytes for each in plan.tasks) > 0
    assert plan.results == ()
    assert len(states(context)) == 3
    call(context, "task/purge", cwd="/code/here", olderThan=before)
    assert set(states(context)) == {here.thread_id, there.thread_id}
    one(context, "task/trash", here.thread_id)
    call(context, "task/purge", cwd=None, state="trashed")
    assert set(states(context)) == {there.thread_id}
    call(context, "task/purge", cwd=None)
    assert states(context) == {}


def test_the_trash_empties_itself_of_what_is_old(
    home: CodexHome, opened: Opened
) -> None:
    old, new = said(home), said(home)
    context = opened()
    now = 100 * _DAY
    context.clock = lambda: now
    one(context, "task/trash", old.thread_id)
    context.clock = lambda: now + 20 * _DAY
    one(context, "task/trash", new.thread_id)
    context.clock = lambda: now + 31 * _DAY

    assert empty_trash(context, 0) == 0
    assert empty_trash(context, 30) == 1

    assert states(context) == {new.thread_id: "trashed"}
    assert empty_trash(context, 10) == 1


def test_doctor_tells_of_the_trash_of_repairs_and_of_debts(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, generation="paginated")
    context = opened()
    one(context, "task/trash", builder.thread_id)
    journal = '[{"verb": "archive", "folders": [], "moves": []}]'
    home.journal.write_text(journal, encoding="utf-8")
    context = opened()

    messages = [finding.message for finding in trash_findings(context)]

    assert "1 tasks are in the trash" in messages[0]
    assert "An interrupted archive was undone" in messages[1]
    assert "1 deleted or restored" in messages[2]
