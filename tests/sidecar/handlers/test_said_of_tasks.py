"""What the user says of tasks: names, pins, tags, notes, cleared marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.verbs import call, one, results, said, states
from threadbook.errors import CodexUnavailableError, NotPossibleError

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

pytestmark = pytest.mark.usefixtures("no_codex")


def test_a_cleared_task_is_never_the_last_one_and_keeps_an_audit_line(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, "secret words", generation="paginated")
    context = opened()

    assert one(context, "task/clear", builder.thread_id).ok

    assert context.index.last(None, context.book.cleared()) is None
    ((_, verb, facts),) = context.book.audit(builder.thread_id)
    assert verb == "cleared"
    assert "secret" not in str(facts)
    assert facts["turnCount"] == 1
    one(context, "task/clear", builder.thread_id, undo=True)
    assert context.index.last(None, context.book.cleared()) is not None


def test_a_forgotten_task_is_in_the_trash_and_its_audit_line_outlives_it(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()

    assert one(context, "task/clear", builder.thread_id, forget=True).ok
    assert states(context) == {builder.thread_id: "trashed"}
    one(context, "task/delete", builder.thread_id)

    assert [verb for _, verb, _ in context.book.audit(builder.thread_id)] == [
        "forgotten"
    ]


def test_pins_tags_and_notes_are_kept_task_by_task(
    home: CodexHome, opened: Opened
) -> None:
    first, second = said(home), said(home)
    context = opened()
    ids = (first.thread_id, second.thread_id)

    results(context, "task/annotate", *ids, addTags=["b", " a ", ""], pinned=True)
    results(context, "task/annotate", second.thread_id, removeTags=["b"], note=" n ")
    results(context, "task/annotate", second.thread_id, pinned=False)

    assert context.book.get(first.thread_id).tags == ("a", "b")
    assert context.book.pinned() == {first.thread_id}
    changed = context.book.get(second.thread_id)
    assert (changed.tags, changed.note) == (("a",), "n")
    results(context, "task/annotate", second.thread_id, note="")
    assert context.book.get(second.thread_id).note is None


def test_a_task_that_codex_can_not_see_has_its_name_from_us(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home)
    context = opened()

    renamed = call(context, "task/rename", threadId=builder.thread_id, name=" A\nname ")

    assert renamed.task.name == renamed.task.display_name == "A name"
    with pytest.raises(NotPossibleError, match="empty"):
        call(context, "task/rename", threadId=builder.thread_id, name="  ")
    one(context, "task/trash", builder.thread_id)
    with pytest.raises(NotPossibleError, match="in the trash"):
        call(context, "task/rename", threadId=builder.thread_id, name="y")


def test_a_name_that_is_codexs_to_keep_needs_a_codex(
    home: CodexHome, opened: Opened
) -> None:
    builder = said(home, generation="paginated")
    context = opened()

    with pytest.raises(CodexUnavailableError):
        call(context, "task/rename", threadId=builder.thread_id, name="x")
