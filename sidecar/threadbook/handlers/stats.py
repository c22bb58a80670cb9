"""Where disk space and tokens went: `stats/read`.

All figures but one come from the index; what the bytes are for needs the rollouts
themselves, so that only the largest are read, up to a limit that the asker sets.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from threadbook.book.annotations import NOTHING_SAID
from threadbook.errors import RolloutUnreadableError
from threadbook.index.types import Sort, TaskQuery
from threadbook.protocol.stats import (
    AgeStats,
    DayStats,
    FolderStats,
    KindStats,
    LargeTask,
    ModelStats,
    StateStats,
    StatsReadResponse,
)
from threadbook.rollout.types import Spent
from threadbook.rollout.weights import Kind, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from threadbook.handlers.context import Context
    from threadbook.index.types import TaskRow
    from threadbook.protocol.stats import StatsReadParams

_DAY: Final = 86_400_000
_AGES: Final = (
    ("day", _DAY),
    ("week", 7 * _DAY),
    ("month", 30 * _DAY),
    ("quarter", 91 * _DAY),
    ("year", 365 * _DAY),
)
_OLDER: Final = "older"
_SUB_AGENTS: Final = "subAgents"

Weights = Counter[str]
"""Bytes by kind."""


def stats_read(context: Context, params: StatsReadParams) -> StatsReadResponse:
    """Sum up all tasks, and weigh the largest."""
    return read_stats(context, params, lambda _done, _total: None)


def read_stats(
    context: Context, params: StatsReadParams, report: Callable[[int, int], None]
) -> StatsReadResponse:
    """Sum up all tasks, and weigh the largest; *report* is told of the weighing."""
    query = TaskQuery(states=None, sort=Sort.SIZE, limit=None)
    rows = context.index.list_tasks(query).rows
    now = context.clock()
    folders = _folders(context, rows)
    weighed = _weigh(rows, params.weigh_bytes, report)
    return StatsReadResponse(
        at=now,
        tasks=len(rows),
        bytes=sum(row.bytes for row in rows),
        tokens=sum(_tokens(row) for row in rows),
        weighed_bytes=sum(row.bytes for row in rows if row.thread_id in weighed),
        kinds=_kinds(_all_kinds(rows, weighed)),
        states=_states(rows),
        folders=_folder_stats(rows, folders),
        models=_models(rows),
        ages=_ages(rows, now),
        days=tokens_by_day(rows, context.index.spent(rows)),
        largest=tuple(
            _large(row, cwd, weighed.get(row.thread_id))
            for row, cwd in zip(rows[: params.largest], folders, strict=False)
        ),
    )


def _weigh(
    rows: Sequence[TaskRow],
    limit: int | None,
    report: Callable[[int, int], None],
) -> dict[str, Weights]:
    chosen = [row for row in rows if row.bytes]
    if limit is not None:
        chosen = _within(chosen, limit)
    total = sum(row.bytes for row in chosen)
    weighed: dict[str, Weights] = {}
    done = 0
    for row in chosen:
        report(done, total)
        weighed[row.thread_id] = _weights(row)
        done += row.bytes
    report(total, total)
    return weighed


def _within(rows: Iterable[TaskRow], limit: int) -> list[TaskRow]:
    """Choose the largest that fit together; one that is too large is passed over."""
    chosen: list[TaskRow] = []
    for row in rows:
        if row.bytes <= limit:
            chosen.append(row)
            limit -= row.bytes
    return chosen


def _weights(row: TaskRow) -> Weights:
    """Weigh a task's files as they lie on disk."""
    weights: Weights = Counter()
    for file in row.rollouts:
        try:
            found = weigh(Path(file.path))
        except RolloutUnreadableError:
            # It was moved or removed after the index was asked.
            continue
        total = sum(found.values())
        for kind, size in found.items():
            # A compressed file takes less than what is in it.
            weights[kind.value] += size * file.bytes // total
    # What is lost to rounding, or was written since the index was.
    weights[Kind.OTHER.value] += max(0, row.bytes - weights.total())
    return +weights


def _all_kinds(rows: Iterable[TaskRow], weighed: Mapping[str, Weights]) -> Weights:
    kinds: Weights = Counter()
    for row in rows:
        weights = weighed.get(row.thread_id)
        if weights is None:
            continue
        if row.is_sub_agent:
            kinds[_SUB_AGENTS] += weights.total()
        else:
            kinds.update(weights)
    return kinds


def _kinds(weights: Weights) -> tuple[KindStats, ...]:
    return tuple(
        KindStats.model_validate({"kind": kind, "bytes": size})
        for kind, size in weights.most_common()
    )


def _tokens(row: TaskRow) -> int:
    return row.token_usage.total if row.token_usage else 0


def _states(rows: Iterable[TaskRow]) -> tuple[StateStats, ...]:
    tasks: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for row in rows:
        tasks[row.state.value] += 1
        sizes[row.state.value] += row.bytes
    return tuple(
        StateStats.model_validate(
            {"state": state, "tasks": count, "bytes": sizes[state]}
        )
        for state, count in sorted(tasks.items())
    )


def _folders(context: Context, rows: Sequence[TaskRow]) -> list[str | None]:
    """Return the folder of each task, which may have moved since."""
    said = context.book.all_of(row.thread_id for row in rows)
    return [
        said.get(row.thread_id, NOTHING_SAID).relinked_cwd or row.cwd for row in rows
    ]


def _folder_stats(
    rows: Iterable[TaskRow], folders: Iterable[str | None]
) -> tuple[FolderStats, ...]:
    tasks: Counter[str | None] = Counter()
    sizes: Counter[str | None] = Counter()
    for row, cwd in zip(rows, folders, strict=True):
        tasks[cwd] += 1
        sizes[cwd] += row.bytes
    return tuple(
        FolderStats(cwd=cwd, tasks=tasks[cwd], bytes=size)
        for cwd, size in sizes.most_common()
    )


def _models(rows: Iterable[TaskRow]) -> tuple[ModelStats, ...]:
    by_model: defaultdict[str | None, list[TaskRow]] = defaultdict(list)
    for row in rows:
        by_model[row.model].append(row)
    found = [
        ModelStats(
            model=model,
            tasks=len(own),
            bytes=sum(row.bytes for row in own),
            tokens=sum(_tokens(row) for row in own),
        )
        for model, own in by_model.items()
    ]
    return tuple(sorted(found, key=lambda each: each.bytes, reverse=True))


def _ages(rows: Iterable[TaskRow], now: int) -> tuple[AgeStats, ...]:
    tasks: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for row in rows:
        age = now - row.updated_at
        name = next((name for name, limit in _AGES if age < limit), _OLDER)
        tasks[name] += 1
        sizes[name] += row.bytes
    return tuple(
        AgeStats.model_validate(
            {"age": name, "tasks": tasks[name], "bytes": sizes[name]}
        )
        for name in (*(name for name, _ in _AGES), _OLDER)
    )


def tokens_by_day(
    rows: Sequence[TaskRow], spent: Iterable[Sequence[Spent]], since: int = 0
) -> tuple[DayStats, ...]:
    """Sum up tokens by the day on which they were used and the model, newest first.

    A task that tells of none counts for the day on which it was last active.
    """
    tasks: Counter[tuple[str, str | None]] = Counter()
    tokens: Counter[tuple[str, str | None]] = Counter()
    for row, entries in zip(rows, spent, strict=True):
        of_row: Counter[tuple[str, str | None]] = Counter()
        for each in entries or (Spent(row.updated_at, row.model, 0),):
            if each.at >= since:
                of_row[_day_of(each.at), each.model] += each.tokens
        tasks.update(of_row.keys())
        tokens.update(of_row)
    newest = sorted(tasks, key=lambda each: (each[0], tokens[each]), reverse=True)
    return tuple(
        DayStats(
            day=day,
            model=model,
            tasks=tasks[day, model],
            tokens=tokens[day, model],
        )
        for day, model in newest
    )


def _day_of(at: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(at / 1000))


def _large(row: TaskRow, cwd: str | None, weights: Weights | None) -> LargeTask:
    return LargeTask(
        thread_id=row.thread_id,
        display_name=row.display_name,
        cwd=cwd,
        model=row.model,
        updated_at=row.updated_at,
        is_sub_agent=row.is_sub_agent,
        bytes=row.bytes,
        kinds=_kinds(weights) if weights else (),
    )
