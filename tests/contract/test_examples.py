"""Examples of every message, written here and read by the TypeScript tests too.

`pytest tests/contract/test_examples.py --update` rewrites them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from support.rollouts import rollout
from threadbook.codex.questions import Decision
from threadbook.handlers.convert import item_to_wire
from threadbook.handlers.convert_live import (
    approval_to_wire,
    event_to_wire,
    limits_to_wire,
)
from threadbook.handlers.tasks import task_items, task_list, task_read
from threadbook.ids import ThreadId, TurnId
from threadbook.items import (
    AgentMessage,
    CommandExecution,
    Divider,
    ErrorRaised,
    FileChange,
    FileDiff,
    Image,
    ImageView,
    ItemCompleted,
    ItemDelta,
    ItemStarted,
    Notice,
    Plan,
    PlanStep,
    RateLimits,
    RateWindow,
    Reasoning,
    Review,
    RunStatus,
    StatusChanged,
    Stop,
    StopKind,
    SubAgent,
    Text,
    TokenReport,
    TokenUsage,
    ToolCall,
    TurnCompleted,
    TurnStarted,
    TurnStatus,
    UnknownItem,
    UsageReported,
    UserMessage,
    WarningRaised,
    WebSearch,
)
from threadbook.live.types import Approval, TaskEvent
from threadbook.protocol.methods import NOTIFICATIONS, REQUESTS
from threadbook.protocol.task import TaskListParams
from threadbook.protocol.thread import TaskItemsParams, TaskReadParams

if TYPE_CHECKING:
    from collections.abc import Callable

    from threadbook.handlers.context import Context
    from threadbook.home import CodexHome
    from threadbook.items import Event, Item
    from threadbook.protocol.base import WireModel

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "protocol"
THREAD = "01a1fb42-7989-7f01-bd4b-da51dd1c71f5"
AT = 1_790_000_000_000


def text(words: str) -> Text:
    return Text(text=words, bytes=len(words))


ITEMS: tuple[Item, ...] = (
    UserMessage(
        item_id="i1",
        at=AT,
        text=text("look"),
        images=(Image(mime="image/png", bytes=12),),
    ),
    AgentMessage(item_id="i2", at=AT, text=text("**seen**"), final=True),
    Reasoning(item_id="i3", at=AT, text=text("hm")),
    CommandExecution(
        item_id="i4",
        command="ls",
        cwd="/w",
        status=RunStatus.FAILED,
        exit_code=2,
        duration_ms=5,
        output=Text(text="a", bytes=9, cut=True),
    ),
    FileChange(
        item_id="i5",
        changes=(FileDiff(path="a.py", kind="move", diff=text("+a"), moved_to="b.py"),),
    ),
    ToolCall(
        item_id="i6",
        server="docs",
        tool="find",
        arguments=text("{}"),
        result=text("none"),
    ),
    WebSearch(item_id="i7", query="sqlite wal"),
    Plan(item_id="i8", steps=(PlanStep(step="one", status="inProgress"),)),
    ImageView(item_id="i9", image=Image(mime=None, bytes=0, path="/w/a.png")),
    Review(item_id="i10", entered=True, text=text("changes")),
    SubAgent(item_id="i11", action="spawn", thread_ids=(THREAD,), prompt=text("go")),
    Divider(item_id="i12", kind="compaction"),
    Notice(item_id="i13", level="error", text=text("no"), code="other"),
    UnknownItem(item_id="i14", kind="novelty", raw=text("{}")),
)

EVENTS: tuple[Event, ...] = (
    TurnStarted(turn_id="t1", at=AT),
    ItemStarted(turn_id="t1", item=ITEMS[3]),
    ItemDelta(turn_id="t1", item_id="i2", field="text", delta="se"),
    ItemCompleted(turn_id="t1", item=ITEMS[1]),
    TurnCompleted(
        turn_id="t1",
        status=TurnStatus.FAILED,
        stop=Stop(StopKind.USAGE_LIMIT, "no more", AT),
        at=AT,
    ),
    StatusChanged(status="running"),
    UsageReported(
        report=TokenReport(
            usage=TokenUsage(1, 2, 3, 4, 5, 6),
            limits=RateLimits(at=AT, primary=RateWindow(42.5, 300, AT), plan="plus"),
        )
    ),
    WarningRaised(message="careful"),
    ErrorRaised(message="again", code="serverOverloaded", will_retry=True),
)

APPROVAL = Approval(
    request_id="r1",
    thread_id=ThreadId(THREAD),
    turn_id="t1",
    item_id="i4",
    kind="command",
    title="Run a command?",
    reason="to see",
    command="ls",
    cwd="/w",
    files=(),
    decisions=(Decision.ACCEPT, Decision.DECLINE),
    questions=(),
    at=AT,
)


def check(name: str, example: object, *, update: bool) -> None:
    path = FOLDER / f"{name}.json"
    data = orjson.dumps(example, option=orjson.OPT_INDENT_2) + b"\n"
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    assert path.read_bytes() == data, (
        f"{path.name} is stale: pytest {__file__} --update"
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


def wire(model: WireModel) -> object:
    return model.model_dump(mode="json", by_alias=True)


@pytest.fixture
def sample(home: CodexHome, opened: Callable[[], Context]) -> Context:
    # Legacy: its ids come from places in the file, so they are the same each time.
    built = rollout(
        home.root, generation="legacy", thread_id=THREAD, at=AT, cwd="/code/shop"
    )
    built.user("fix the till").command("ls", output="a\n", exit_code=0)
    built.agent("fixed").done()
    return opened()


def in_place(context: Context, example: object) -> object:
    """Take the temporary folder out of an example."""
    root = str(context.home.root)
    return orjson.loads(orjson.dumps(example).replace(root.encode(), b"/home/.codex"))


def test_the_list(sample: Context, update: bool) -> None:  # noqa: FBT001
    params = TaskListParams(limit=1)

    example = {"params": wire(params), "response": wire(task_list(sample, params))}

    check("task-list", in_place(sample, example), update=update)


def test_a_reading(sample: Context, update: bool) -> None:  # noqa: FBT001
    params = TaskReadParams(thread_id=THREAD)

    example = {"params": wire(params), "response": wire(task_read(sample, params))}

    check("task-read", in_place(sample, example), update=update)


def test_the_items(sample: Context, update: bool) -> None:  # noqa: FBT001
    params = TaskItemsParams(thread_id=THREAD, limit=2)

    example = {"params": wire(params), "response": wire(task_items(sample, params))}

    check("task-items", in_place(sample, example), update=update)


def test_every_kind_of_item(update: bool) -> None:  # noqa: FBT001
    check("items", [wire(item_to_wire(item)) for item in ITEMS], update=update)


def test_every_kind_of_event(update: bool) -> None:  # noqa: FBT001
    published = [
        TaskEvent(ThreadId(THREAD), TurnId("t1"), seq, event)
        for seq, event in enumerate(EVENTS, 1)
    ]

    check("events", [wire(event_to_wire(one)) for one in published], update=update)


def test_an_approval_and_usage_windows(update: bool) -> None:  # noqa: FBT001
    limits = limits_to_wire(RateLimits(at=AT, secondary=RateWindow(7.0, 10_080, None)))
    assert limits is not None

    check("approval", wire(approval_to_wire(APPROVAL)), update=update)
    check("rate-limits", wire(limits), update=update)


def test_every_body_can_be_built_and_refuses_unknown_fields() -> None:
    bodies = [model for pair in REQUESTS.values() for model in pair]
    bodies += list(NOTIFICATIONS.values())

    assert all(body.model_config.get("extra") == "forbid" for body in bodies)
    assert all(body.model_json_schema() for body in bodies)
