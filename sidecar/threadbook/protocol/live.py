"""Tasks that run: driving them, their events, their questions."""

from typing import Annotated, Literal

from pydantic import Field

from threadbook.protocol.base import WireModel
from threadbook.protocol.task import LastStop, Task, TaskStatus, TokenUsage
from threadbook.protocol.thread import Item, TurnStatus


class TaskResumeParams(WireModel):
    """Load a task in `codex app-server`, and run a turn when a prompt is given."""

    thread_id: str
    prompt: str | None = None
    model: str | None = None
    effort: str | None = None
    sandbox: Literal["read-only", "workspace-write", "danger-full-access"] | None = None
    approval: Literal["untrusted", "on-request", "never"] | None = None
    cwd: str | None = None
    """Another folder, when the task's own is gone."""
    images: tuple[str, ...] = ()
    """Paths of local pictures, said with the prompt."""
    force: bool = False
    """Also a cleared task; of one in use a fork, made after its last whole step."""


class TaskResumeResponse(WireModel):
    """The task as it is now, live."""

    thread_id: str
    """What goes on; `how` says why it may be another thread than asked for."""
    how: Literal["resumed", "continued", "forked"]
    """`continued`: a new thread that began with the history of one that Codex can't
    read; `forked`: the task is in use, and `force` was given."""
    task: Task
    """The task that was asked for."""
    turn_id: str | None
    """The turn that the prompt started."""
    model: str | None
    effort: str | None
    seq: int
    """The number of the last `task/event` so far; later ones follow."""
    approvals: tuple["Approval", ...]
    """Questions that wait for an answer."""


class TaskSendParams(WireModel):
    """Start a turn in a live task, or add to the one that runs."""

    thread_id: str
    text: str
    images: tuple[str, ...] = ()
    """Paths of local pictures."""
    model: str | None = None
    effort: str | None = None


class TaskSendResponse(WireModel):
    """The turn that began."""

    turn_id: str


class TaskQueueParams(WireModel):
    """Say something once the running turn has ended, as a turn of its own."""

    thread_id: str
    text: str
    images: tuple[str, ...] = ()
    """Paths of local pictures."""


class TaskQueueResponse(WireModel):
    """Codex keeps it, also when the task is let go of; its turn will be announced."""


class TaskCompactParams(WireModel):
    """Sum up what was said, so that there is room for more."""

    thread_id: str


class TaskCompactResponse(WireModel):
    """It began; `turnCompleted` says when it is done."""


class TaskSteerParams(WireModel):
    """Say something to the turn that is running."""

    thread_id: str
    text: str


class TaskSteerResponse(WireModel):
    """The turn that was steered."""

    turn_id: str


class TaskInterruptParams(WireModel):
    """Stop the turn that is running."""

    thread_id: str


class TaskInterruptResponse(WireModel):
    """Whether a turn was running."""

    interrupted: bool


class TaskAnswerParams(WireModel):
    """Answer a question of `task/approval`."""

    thread_id: str
    request_id: str
    decision: Literal["accept", "acceptForSession", "decline", "cancel"]
    """`decline`: the turn goes on without; `cancel`: the turn is stopped."""
    answers: dict[str, tuple[str, ...]] | None = None
    """For `userInput`: the chosen or typed answers by question id."""


class TaskAnswerResponse(WireModel):
    """The answer went to Codex."""


class TaskReleaseParams(WireModel):
    """Let go of a task: what waits is declined, the writer lock is freed."""

    thread_id: str


class TaskReleaseResponse(WireModel):
    """Whether the task was live here."""

    released: bool


class TaskFollowParams(WireModel):
    """Ask for a task's events: of a turn that we drive, or of a growing file."""

    thread_id: str
    after_seq: int | None = None
    """The last number that the client has: what came after it is told again."""


class TaskFollowResponse(WireModel):
    """Where the events stand."""

    seq: int
    approvals: tuple["Approval", ...]
    missed: tuple["TaskEventNotification", ...] | None
    """The events after `afterSeq` up to `seq`; null: some of them are forgotten, read
    again. Empty when `afterSeq` is not given."""


class TaskUnfollowParams(WireModel):
    """No more of what other processes write into this task, please."""

    thread_id: str


class TaskUnfollowResponse(WireModel):
    """Whether it was followed."""

    unfollowed: bool


class TurnStartedEvent(WireModel):
    """A turn began."""

    type: Literal["turnStarted"] = "turnStarted"
    turn_id: str
    at: int | None


class ItemStartedEvent(WireModel):
    """An item began."""

    type: Literal["itemStarted"] = "itemStarted"
    item: Item


class ItemDeltaEvent(WireModel):
    """A piece of an item's text."""

    type: Literal["itemDelta"] = "itemDelta"
    item_id: str
    field: Literal["text", "output", "reasoning"]
    delta: str


class ItemCompletedEvent(WireModel):
    """An item is complete; it replaces what its start and deltas said."""

    type: Literal["itemCompleted"] = "itemCompleted"
    item: Item


class TurnCompletedEvent(WireModel):
    """A turn ended."""

    type: Literal["turnCompleted"] = "turnCompleted"
    status: TurnStatus
    stop: LastStop | None
    at: int | None


class StatusChangedEvent(WireModel):
    """The task's status changed."""

    type: Literal["statusChanged"] = "statusChanged"
    status: TaskStatus


class RateWindow(WireModel):
    """One usage window of the account."""

    used_percent: float
    window_minutes: int | None
    resets_at: int | None
    """Unix milliseconds."""


class RateLimits(WireModel):
    """The account's usage windows."""

    at: int
    primary: RateWindow | None
    secondary: RateWindow | None
    plan: str | None
    limit_id: str | None


class UsageEvent(WireModel):
    """Tokens or usage windows, as the turn goes on; null: nothing new."""

    type: Literal["usage"] = "usage"
    token_usage: TokenUsage | None
    rate_limits: RateLimits | None


class WarningEvent(WireModel):
    """Codex warned of something."""

    type: Literal["warning"] = "warning"
    message: str


class ErrorEvent(WireModel):
    """Codex reported an error."""

    type: Literal["error"] = "error"
    message: str
    code: str | None
    will_retry: bool


Event = Annotated[
    TurnStartedEvent
    | ItemStartedEvent
    | ItemDeltaEvent
    | ItemCompletedEvent
    | TurnCompletedEvent
    | StatusChangedEvent
    | UsageEvent
    | WarningEvent
    | ErrorEvent,
    Field(discriminator="type"),
]


class TaskEventNotification(WireModel):
    """Something happened in a task; one shape for driven and followed tasks."""

    thread_id: str
    turn_id: str | None
    seq: int
    """Counts up by one per task; a gap means: read again."""
    event: Event


class QuestionOption(WireModel):
    """One choice of a question."""

    label: str
    description: str | None


class Question(WireModel):
    """Something that the agent asks the user."""

    id: str
    header: str | None
    question: str
    is_secret: bool
    allows_other: bool
    options: tuple[QuestionOption, ...]


class Approval(WireModel):
    """A question that waits for an answer."""

    request_id: str
    thread_id: str
    turn_id: str | None
    item_id: str | None
    kind: Literal["command", "fileChange", "permissions", "userInput", "elicitation"]
    title: str
    """One sentence: what is asked."""
    reason: str | None
    """Why, in the agent's words."""
    command: str | None
    cwd: str | None
    files: tuple[str, ...]
    """Paths that a patch would change."""
    decisions: tuple[
        Literal["accept", "acceptForSession", "decline", "cancel"],
        ...,
    ]
    """Which answers are offered."""
    questions: tuple[Question, ...]
    at: int


class TaskApprovalNotification(WireModel):
    """The agent waits for an answer (`task/answer`)."""

    approval: Approval


class TaskApprovalResolvedNotification(WireModel):
    """A question is no longer open: answered, in whatever window, or its turn ended."""

    thread_id: str
    request_id: str
