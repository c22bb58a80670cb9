"""Which tasks go together: sub-agents, forks and what they need; without any codex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.verbs import call, child_of, fork_of, kind, one, results, said, states
from threadbook.lifecycle.manifest import entries

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

pytestmark = pytest.mark.usefixtures("no_codex")


def test_sub_agents_go_along_and_come_back_along(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    child = child_of(home, parent)
    grandchild = child_of(home, child)
    context = opened()

    gone = one(context, "task/trash", parent.thread_id)

    assert gone.along == (child.thread_id, grandchild.thread_id)
    assert set(states(context).values()) == {"trashed"}
    back = one(context, "task/restore", grandchild.thread_id)
    assert set(back.along) == {parent.thread_id, child.thread_id}
    assert set(states(context).values()) == {"active"}


def test_a_sub_agent_may_go_alone(home: CodexHome, opened: Opened) -> None:
    parent = said(home, generation="paginated")
    child = child_of(home, parent)
    context = opened()

    assert one(context, "task/trash", child.thread_id).along == ()
    assert one(context, "task/trash", parent.thread_id).along == ()
    assert one(context, "task/restore", parent.thread_id).ok

    assert states(context) == {parent.thread_id: "active", child.thread_id: "trashed"}


def test_a_fork_keeps_what_it_needs_from_going_without_it(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    fork = fork_of(home, parent, "fork")
    of_fork = fork_of(home, fork, "fork of the fork")
    context = opened()

    refused = one(context, "task/trash", parent.thread_id)

    assert kind(refused) == "hasDependants"
    assert refused.error is not None
    assert fork.thread_id in refused.error.message
    assert of_fork.thread_id in refused.error.message
    assert set(states(context).values()) == {"active"}
    both = results(
        context, "task/trash", of_fork.thread_id, parent.thread_id, fork.thread_id
    )
    assert [kind(each) for each in both] == [None, None, None]
    assert set(states(context).values()) == {"trashed"}
    assert one(context, "task/restore", fork.thread_id).ok
    assert set(states(context).values()) == {"active"}


def test_a_fork_does_not_come_back_without_what_it_needs(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    fork = fork_of(home, parent, "fork")
    context = opened()
    one(context, "task/trash", fork.thread_id)
    one(context, "task/trash", parent.thread_id)

    alone = one(context, "task/restore", fork.thread_id)

    assert kind(alone) == "notPossible"
    both = results(context, "task/restore", fork.thread_id, parent.thread_id)
    assert [kind(each) for each in both] == [None, None]


def test_what_a_fork_in_the_trash_needs_is_not_deleted_for_good(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated")
    fork = fork_of(home, parent, "fork")
    context = opened()
    one(context, "task/trash", fork.thread_id)

    refused = one(context, "task/delete", parent.thread_id)
    taken = one(context, "task/delete", parent.thread_id, withForks=True)

    assert kind(refused) == "hasDependants"
    assert taken.along == (fork.thread_id,)
    assert states(context) == {}
    assert list(entries(home)) == []


def test_purge_leaves_what_a_fork_elsewhere_needs(
    home: CodexHome, opened: Opened
) -> None:
    parent = said(home, generation="paginated", cwd="/code/a")
    fork = fork_of(home, parent, "fork")
    context = opened()

    purged = call(context, "task/purge", cwd="/code/a")

    assert [kind(each) for each in purged.results] == ["hasDependants"]
    assert set(states(context)) == {parent.thread_id, fork.thread_id}
