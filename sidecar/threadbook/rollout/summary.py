"""One rollout file to its summary and the places of its turns.

Reads the file once, front to back, in big blocks. Most lines are told apart by
their first bytes and never parsed (`heads`); the rest go through `formats.decode`
into a `Fold`. With a checkpoint only what was appended is read.

What can't be read: a file that is none (a folder, a pipe, a broken link, a name
that is no rollout's) raises `RolloutUnreadableError` and is no row; one that is
there but may not be read, or whose content is damaged, is a summary with
`problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadbook.errors import RolloutUnreadableError
from threadbook.ids import parse_rollout_name
from threadbook.items import Problem, TurnStatus
from threadbook.rollout import checkpoint as checkpoints
from threadbook.rollout.checkpoint import Progress
from threadbook.rollout.fields import time_of
from threadbook.rollout.fold import EarlierTurnsNeededError, Fold
from threadbook.rollout.formats.json_session import read_session
from threadbook.rollout.heads import is_skippable
from threadbook.rollout.lines import open_rollout, read_blocks
from threadbook.rollout.meta import read_meta
from threadbook.rollout.scan import Scan
from threadbook.rollout.turns import ending_of, span_of
from threadbook.rollout.types import Format, Meta, RolloutSummary, Summarized

if TYPE_CHECKING:
    from pathlib import Path

    from threadbook.ids import RolloutName
    from threadbook.rollout.fields import Json
    from threadbook.rollout.lines import Source
    from threadbook.rollout.turns import Ending, TurnState
    from threadbook.rollout.types import TurnSpan

_NO_META = Meta(None, None)
_HISTORY_MODES = frozenset({None, "legacy", "paginated"})


def summarize(
    path: Path, checkpoint: bytes | None = None, *, checkpoint_from: int = 0
) -> Summarized:
    """Fold a rollout; with *checkpoint* only what was appended since.

    Never raises on content. No checkpoint is made of less than *checkpoint_from*
    bytes: reading them again costs less than keeping it.

    Raises:
        RolloutUnreadableError: there is no such rollout file (any more).
    """
    name = parse_rollout_name(path.name)
    if name is None:
        raise RolloutUnreadableError(path, "its name is no rollout's")
    try:
        if checkpoint and name.suffix == ".jsonl":
            grown = _go_on(path, name, checkpoint, checkpoint_from)
            if grown:
                return grown
        return _read(path, name, Progress(Fold()), checkpoint_from)
    except OSError as error:
        reason = error.strerror or "reading failed"
        problem = Problem("unreadable", f"The file can't be read: {reason}")
        return _unreadable(path, name, problem)


def _go_on(
    path: Path, name: RolloutName, checkpoint: bytes, checkpoint_from: int
) -> Summarized | None:
    progress = checkpoints.load(checkpoint, path)
    if progress is None:
        return None
    try:
        return _read(path, name, progress, checkpoint_from)
    except EarlierTurnsNeededError:
        return None


def _read(
    path: Path, name: RolloutName, progress: Progress, checkpoint_from: int
) -> Summarized:
    with open_rollout(path, progress.offset) as source:
        scan = Scan(progress)
        if name.suffix == ".json":
            _read_document(scan, read_session(source))
        else:
            blocks = read_blocks(
                source,
                start=progress.offset,
                unwanted=is_skippable,
            )
            for block in blocks:
                scan.block(block)
        if source.damaged or (name.suffix == ".jsonl.zst" and scan.passing):
            # An archive is written whole: that its last line breaks off is no
            # passing state of it.
            text = "The compressed file is damaged; what could be read is kept"
            scan.passing = [Problem("badArchive", text)]
        scan.finish()
        return _summarized(path, name, scan, source, checkpoint_from)


def _read_document(scan: Scan, session: tuple[Json, list[Json]] | None) -> None:
    scan.fold.format = Format.JSON
    if session is None:
        scan.problem("badLine", "The document is damaged")
        return
    header, items = session
    scan.fold.meta = read_meta(header)
    for index, item in enumerate(items):
        scan.item(item, index)


def _summarized(
    path: Path, name: RolloutName, scan: Scan, source: Source, checkpoint_from: int
) -> Summarized:
    progress, fold = scan.progress, scan.fold
    endings = _endings(fold)
    live = _settled(fold.turns, endings)
    last = live[-1][1] if live else fold.before_ending
    meta = fold.meta or _NO_META
    summary = RolloutSummary(
        path=path,
        name_thread_id=name.thread_id,
        rollout_id=name.rollout_id,
        format=fold.format,
        compressed=name.suffix == ".jsonl.zst",
        bytes=source.size,
        meta=meta,
        preview=fold.preview or fold.untold_preview,
        name=fold.name,
        model=fold.model,
        effort=fold.effort,
        cwd=fold.cwd or meta.cwd,
        turn_count=fold.before_live + len(live),
        message_count=fold.before_messages + sum([turn.messages for turn, _ in live]),
        token_usage=fold.usage,
        rate_limits=fold.limits,
        last_at=time_of(progress.time) or meta.created_at or _modified_at(path),
        open_turn=last is not None and last.status is TurnStatus.IN_PROGRESS,
        last_stop=last.stop if last else None,
        problems=_problems(scan, name, source.size),
    )
    spent = fold.spending.spent(summary.model, summary.last_at)
    first = fold.changed_from
    spans = _spans(path, fold, endings)[first:]
    first += fold.before
    offset = progress.offset
    if fold.format is Format.JSON or offset < checkpoint_from:
        return Summarized(summary, spans, first, b"", offset, spent)
    _collapse(fold, endings)
    saved = checkpoints.save(progress, source)
    return Summarized(summary, spans, first, saved, offset, spent)


def _endings(fold: Fold) -> list[Ending]:
    recorded = fold.format is Format.PAGINATED
    last = len(fold.turns) - 1
    return [
        ending_of(turn, last=index == last, errors_recorded=recorded)
        for index, turn in enumerate(fold.turns)
    ]


def _spans(path: Path, fold: Fold, endings: list[Ending]) -> tuple[TurnSpan, ...]:
    ends: list[int | None] = [turn.start for turn in fold.turns[1:]]
    ends.append(None)
    return tuple(
        [
            span_of(turn, path, end, ending)
            for turn, end, ending in zip(fold.turns, ends, endings, strict=False)
        ]
    )


def _collapse(fold: Fold, endings: list[Ending]) -> None:
    """Keep of the turns only what a checkpoint needs: the last one."""
    settled = _settled(fold.turns[:-1], endings)
    if settled:
        fold.before_ending = settled[-1][1]
    fold.before_live += len(settled)
    fold.before_messages += sum(turn.messages for turn, _ in settled)
    fold.before += max(len(fold.turns) - 1, 0)
    del fold.turns[:-1]
    fold.changed_from = 0


def _settled(
    turns: list[TurnState], endings: list[Ending]
) -> list[tuple[TurnState, Ending]]:
    return [
        (turn, ending)
        for turn, ending in zip(turns, endings, strict=False)
        if not turn.dropped
    ]


def _problems(scan: Scan, name: RolloutName, size: int) -> tuple[Problem, ...]:
    fold = scan.fold
    found = list(scan.progress.problems)
    if more := scan.progress.more_problems:
        found.append(Problem("badLine", f"{more} more lines can't be read"))
    found += scan.passing
    if size == 0:
        return (Problem("emptyFile", "The file is empty"),)
    if fold.format is Format.UNKNOWN:
        found.append(Problem("unknownFormat", "No line is one that Codex writes"))
    elif fold.meta is None:
        found.append(Problem("noHeader", "The file does not begin with its header"))
    elif fold.meta.thread_id not in {None, name.thread_id}:
        text = "The thread's id in the file is not the one in its name"
        found.append(Problem("idMismatch", text))
    if fold.history_mode not in _HISTORY_MODES:
        text = "Codex marked its history with a mode that is not known yet"
        found.append(Problem("unknownFormat", text))
    return tuple(found)


def _modified_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns // 1_000_000
    except OSError:
        return None


def _unreadable(path: Path, name: RolloutName, problem: Problem) -> Summarized:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    summary = RolloutSummary(
        path=path,
        name_thread_id=name.thread_id,
        rollout_id=name.rollout_id,
        format=Format.UNKNOWN,
        compressed=name.suffix == ".jsonl.zst",
        bytes=size,
        meta=_NO_META,
        preview=None,
        name=None,
        model=None,
        effort=None,
        cwd=None,
        turn_count=0,
        message_count=0,
        token_usage=None,
        rate_limits=None,
        last_at=_modified_at(path),
        open_turn=False,
        last_stop=None,
        problems=(problem,),
    )
    return Summarized(summary, (), 0, b"", 0)
