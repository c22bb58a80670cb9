"""What a conversation consists of, whatever wrote it: turns and their items.

Both `rollout` (files) and `codex` (live events) produce these; everything above
sees nothing else. Times are Unix milliseconds, sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class TurnStatus(StrEnum):
    """How a turn stands; `in_progress` also for one whose end is not written."""

    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class RunStatus(StrEnum):
    """How a command, a tool call or a file change ended."""

    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    FAILED = "failed"
    DECLINED = "declined"


class StopKind(StrEnum):
    """Why a turn ended other than by completing."""

    USAGE_LIMIT = "usageLimit"
    CONTEXT_FULL = "contextFull"
    OVERLOADED = "overloaded"
    LOGIN = "login"
    POLICY = "policy"
    INTERRUPTED = "interrupted"
    PROCESS_DIED = "processDied"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the last turn stopped."""

    kind: StopKind
    message: str | None = None
    resets_at: int | None = None
    """When the exhausted window resets, Unix ms; only for a usage limit."""
    window_minutes: int | None = None
    """How long that window is."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of a whole thread (or of a turn), as Codex counts them."""

    input: int = 0
    cached_input: int = 0
    output: int = 0
    reasoning: int = 0
    total: int = 0
    context_window: int | None = None
    context_used: int | None = None
    """Tokens of the last request: what the context holds."""


@dataclass(frozen=True, slots=True)
class RateWindow:
    """One usage window of the account."""

    used_percent: float
    window_minutes: int | None
    resets_at: int | None
    """Unix ms."""


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The account's usage windows as some thread last saw them."""

    at: int
    """When this was said, Unix ms."""
    primary: RateWindow | None = None
    secondary: RateWindow | None = None
    plan: str | None = None
    limit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault found while reading, which did not stop the reading."""

    kind: str
    """`badLine`, `truncatedLine`, `oversizedLine`, `emptyFile`, `noHeader`,
    `idMismatch`, `unreadable`, `unknownFormat`, `missingBase`, `badArchive`."""
    message: str
    """One sentence for a person; never text of the conversation."""
    line: int | None = None
    """The line's number from 1, where one line is at fault."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may have been cut when it was read.

    A cut text is fetched whole through its item's id (`task/items` with `itemId`).
    """

    text: str
    bytes: int
    """The size of the whole text in UTF-8."""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture in a message: a reference, never its bytes."""

    mime: str | None
    bytes: int
    """Size of the encoded picture; 0 when it is only a path or an address."""
    path: str | None = None
    """A local file, when the message names one."""
    url: str | None = None
    """A remote address, when the message names one; never fetched by us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemBase:
    """What every item has."""

    item_id: str
    """Unique in its thread: Codex's own where it wrote one, else made from the
    place in the file (`L<offset>`), so that it is the same on every reading."""
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMessage(ItemBase):
    """What the user said, without the wrappers that clients put around it."""

    text: Text
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMessage(ItemBase):
    """What the agent said; Markdown."""

    text: Text
    final: bool = True
    """False for commentary between steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning(ItemBase):
    """The summary of the agent's reasoning; Markdown."""

    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandExecution(ItemBase):
    """A command that the agent ran."""

    command: str
    """As a person would type it: `bash -lc 'x'` is shown as `x`."""
    cwd: str | None = None
    status: RunStatus = RunStatus.COMPLETED
    exit_code: int | None = None
    duration_ms: int | None = None
    output: Text | None = None
    """Standard output and error as they came; null while nothing was written."""


@dataclass(frozen=True, slots=True)
class FileDiff:
    """What happened to one file."""

    path: str
    kind: str
    """`add`, `delete`, `update` or `move`."""
    diff: Text
    """Unified diff; for `add` and `delete` the lines with `+` or `-`."""
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange(ItemBase):
    """Files that the agent changed with one patch."""

    changes: tuple[FileDiff, ...]
    status: RunStatus = RunStatus.COMPLETED


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall(ItemBase):
    """A call of a tool that is neither a command nor a patch (MCP, dynamic, ...)."""

    server: str | None = None
    """The MCP server or namespace, where there is one."""
    tool: str
    arguments: Text
    """JSON, or whatever the tool takes."""
    status: RunStatus = RunStatus.COMPLETED
    result: Text | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSearch(ItemBase):
    """A search on the web, made by the model's provider."""

    query: str


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One line of a plan."""

    step: str
    status: str
    """`pending`, `inProgress` or `completed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(ItemBase):
    """The agent's plan, as a checklist (`update_plan`) or as Markdown."""

    steps: tuple[PlanStep, ...] = ()
    text: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView(ItemBase):
    """A picture that the agent looked at or made."""

    image: Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(ItemBase):
    """Entering (`text` is what is reviewed) or leaving review mode (the findings)."""

    entered: bool
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAgent(ItemBase):
    """A sub-agent was started or spoken to."""

    action: str
    thread_ids: tuple[str, ...] = ()
    prompt: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider(ItemBase):
    """Something that parts the conversation rather than adding to it."""

    kind: str
    """`compaction`, `rollback`, `modelChange`, `fork`, `goal`."""
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(ItemBase):
    """An error or a warning that belongs to the turn."""

    level: str
    """`error` or `warning`."""
    text: Text
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownItem(ItemBase):
    """A record of a kind that we do not know (yet); shown raw, folded."""

    kind: str
    raw: Text


Item = (
    UserMessage
    | AgentMessage
    | Reasoning
    | CommandExecution
    | FileChange
    | ToolCall
    | WebSearch
    | Plan
    | ImageView
    | Review
    | SubAgent
    | Divider
    | Notice
    | UnknownItem
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One user input and all that follows it."""

    turn_id: str
    """Codex's own id, else `rollout-<n>` as Codex makes them up (n from 1)."""
    number: int
    """From 1, counting only turns that no rollback dropped; 0 for a dropped one."""
    status: TurnStatus
    started_at: int | None = None
    completed_at: int | None = None
    model: str | None = None
    effort: str | None = None
    stop: Stop | None = None
    items: tuple[Item, ...] = ()
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class TokenReport:
    """Usage as said while a turn runs."""

    usage: TokenUsage | None = None
    limits: RateLimits | None = None


@dataclass(frozen=True, slots=True)
class GitInfo:
    """The repository as it stood when the thread began."""

    branch: str | None = None
    commit: str | None = None
    repository_url: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that has a thread open for writing."""

    pid: int | None
    program: str
    """`codex`, `codex exec`, `VS Code`, `threadbook`, ... as far as can be told."""
    host: str | None = None
    since: int | None = None
    terminal: str | None = None


# Live events: what both a driven turn and a followed file produce.


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """A turn began."""

    turn_id: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class ItemStarted:
    """An item began; it will grow by deltas and end with `ItemCompleted`."""

    turn_id: str
    item: Item


@dataclass(frozen=True, slots=True)
class ItemDelta:
    """A piece of an item's text."""

    turn_id: str
    item_id: str
    field: str
    """`text`, `output` or `reasoning`."""
    delta: str


@dataclass(frozen=True, slots=True)
class ItemCompleted:
    """An item is complete; replaces what its start and deltas said."""

    turn_id: str
    item: Item


@dataclass(frozen=True, slots=True)
class TurnCompleted:
    """A turn ended."""

    turn_id: str
    status: TurnStatus
    stop: Stop | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The task's status changed (`running`, `waiting`, `idle`, ...)."""

    status: str


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Tokens or usage windows, as the turn goes on."""

    report: TokenReport = field(default_factory=TokenReport)


@dataclass(frozen=True, slots=True)
class WarningRaised:
    """Codex warned of something."""

    message: str


@dataclass(frozen=True, slots=True)
class ErrorRaised:
    """Codex reported an error; `will_retry` says that the turn goes on."""

    message: str
    code: str | None = None
    will_retry: bool = False


Event = (
    TurnStarted
    | ItemStarted
    | ItemDelta
    | ItemCompleted
    | TurnCompleted
    | StatusChanged
    | UsageReported
    | WarningRaised
    | ErrorRaised
)
