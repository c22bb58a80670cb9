from __future__ import annotations

from typing import TYPE_CHECKING

from support.rollouts import START, rollout
from threadbook.handlers.stats import read_stats, stats_read
from threadbook.ids import ThreadId
from threadbook.protocol.stats import StatsReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome

    Opened = Callable[[], Context]

DAY = 86_400_000
PICTURE = f"data:image/png;base64,{'A' * 400_000}"


def test_disk_space_is_told_by_folder_model_age_and_state(
    home: CodexHome, opened: Opened
) -> None:
    def built(text: str, **fields: object) -> int:
        task = rollout(home.root, **fields).user(text)  # type: ignore[arg-type]
        return task.tokens(len(text)).done().stat().st_size

    sizes = [
        built("1" * 10, cwd="/w/a", model="m1", at=START),
        built("2" * 9000, cwd="/w/a", model="m2", at=START - 3 * DAY),
        built("3" * 90_000, cwd="/w/b", at=START - 400 * DAY, archived=True),
    ]
    context = opened()
    context.clock = lambda: START + 60_000

    stats = stats_read(context, StatsReadParams())

    assert (stats.tasks, stats.bytes, stats.tokens) == (3, sum(sizes), 99_010)
    assert [(each.cwd, each.tasks, each.bytes) for each in stats.folders] == [
        ("/w/b", 1, sizes[2]),
        ("/w/a", 2, sizes[0] + sizes[1]),
    ]
    assert [(each.model, each.tasks, each.tokens) for each in stats.models] == [
        ("gpt-5", 1, 90_000),
        ("m2", 1, 9000),
        ("m1", 1, 10),
    ]
    assert [(each.age, each.tasks) for each in stats.ages] == [
        ("day", 1),
        ("week", 1),
        ("month", 0),
        ("quarter", 0),
        ("year", 0),
        ("older", 1),
    ]
    assert [(each.state, each.tasks) for each in stats.states] == [
        ("active", 2),
        ("archived", 1),
    ]
    assert [(each.model, each.tokens) for each in stats.days] == [
        ("m1", 10),
        ("m2", 9000),
        ("gpt-5", 90_000),
    ]
    assert sorted({each.day for each in stats.days}, reverse=True) == [
        each.day for each in stats.days
    ]


def test_kinds_add_up_to_what_was_weighed_and_sub_agents_are_one(
    home: CodexHome, opened: Opened
) -> None:
    rollout(home.root).user("see", images=(PICTURE,)).done()
    child = rollout(
        home.root,
        meta={"source": {"subagent": "review"}, "thread_source": "subagent"},
    )
    child.user("review").command("ls", output="x" * 50_000).done()
    rollout(home.root).user("pack").agent("z" * 30_000).done(compressed=True)

    stats = stats_read(opened(), StatsReadParams())

    kinds = {kind.kind: kind.bytes for kind in stats.kinds}
    assert sum(kinds.values()) == stats.bytes == stats.weighed_bytes
    assert kinds["images"] >= 800_000
    assert 100_000 <= kinds["subAgents"] <= 110_000
    assert "outputs" not in kinds
    assert [kind.bytes for kind in stats.kinds] == sorted(kinds.values(), reverse=True)


def test_the_largest_tasks_say_why_they_are_large(
    home: CodexHome, opened: Opened
) -> None:
    small = rollout(home.root).user("small")
    small.done()
    large = rollout(home.root).user("see", images=(PICTURE,))
    large.done()
    context = opened()

    [largest] = stats_read(context, StatsReadParams(largest=1)).largest

    assert largest.thread_id == large.thread_id
    assert largest.kinds[0].kind == "images"
    assert sum(kind.bytes for kind in largest.kinds) == largest.bytes


def test_only_as_many_bytes_are_weighed_as_were_asked_for(
    home: CodexHome, opened: Opened
) -> None:
    for size in (100, 50_000, 1_000_000):
        rollout(home.root).user("x" * size).done()
    context = opened()

    def weighed(limit: int | None) -> tuple[int, int]:
        told: list[tuple[int, int]] = []
        stats = read_stats(
            context,
            StatsReadParams(weigh_bytes=limit),
            lambda done, total: told.append((done, total)),
        )
        assert told[-1] == (stats.weighed_bytes, stats.weighed_bytes)
        return stats.weighed_bytes, sum(bool(task.kinds) for task in stats.largest)

    everything = sum(path.stat().st_size for path in home.sessions.rglob("*.jsonl"))
    assert weighed(0) == (0, 0)
    assert weighed(None) == (everything, 3)
    part, tasks = weighed(200_000)
    # One that is too large does not keep smaller ones from being weighed.
    assert tasks == 2
    assert 100_000 < part < 200_000


def test_a_moved_folder_counts_where_its_tasks_belong_now(
    home: CodexHome, opened: Opened
) -> None:
    built = rollout(home.root, cwd="/old").user("x")
    built.done()
    context = opened()
    context.book.set_relinked_cwd(ThreadId(built.thread_id), "/new")

    stats = stats_read(context, StatsReadParams())

    assert [folder.cwd for folder in stats.folders] == ["/new"]
    assert stats.largest[0].cwd == "/new"


def test_a_rollout_that_vanished_meanwhile_is_other(
    home: CodexHome, opened: Opened
) -> None:
    path = rollout(home.root).user("x").done()
    context = opened()
    path.unlink()

    stats = stats_read(context, StatsReadParams())

    assert [(kind.kind, kind.bytes) for kind in stats.kinds] == [("other", stats.bytes)]


def test_an_empty_home_has_nothing(opened: Opened) -> None:
    stats = stats_read(opened(), StatsReadParams())

    assert (stats.tasks, stats.bytes, stats.kinds, stats.largest) == (0, 0, (), ())
