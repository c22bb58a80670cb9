"""Conversations: turns and their items, a tagged union on `type`."""

from typing import Annotated, Literal

from pydantic import Field

from threadbook.protocol.base import WireModel
from threadbook.protocol.review import ReviewFinding
from threadbook.protocol.task import LastStop, Task

RunStatus = Literal["inProgress", "completed", "failed", "declined"]
TurnStatus = Literal["inProgress", "completed", "interrupted", "failed"]


class Text(WireModel):
    """A text, cut when it is large; the whole comes by `task/items` with `itemId`."""

    text: str
    bytes: int
    """Size of the whole text in UTF-8."""
    cut: bool


class Image(WireModel):
    """A reference to a picture."""

    mime: str | None
    bytes: int
    path: str | None
    url: str | None


class ItemModel(WireModel):
    """What every item has."""

    item_id: str
    at: int | None
    """Unix milliseconds."""


class UserMessageItem(ItemModel):
    """What the user said."""

    type: Literal["userMessage"] = "userMessage"
    text: Text
    images: tuple[Image, ...]


class AgentMessageItem(ItemModel):
    """What the agent said; Markdown."""

    type: Literal["agentMessage"] = "agentMessage"
    text: Text
    final: bool
    """False for commentary between steps."""


class ReasoningItem(ItemModel):
    """The summary of the agent's reasoning; Markdown."""

    type: Literal["reasoning"] = "reasoning"
    text: Text


class CommandExecutionItem(ItemModel):
    """A command that the agent ran."""

    type: Literal["commandExecution"] = "commandExecution"
    command: str
    cwd: str | None
    status: RunStatus
    exit_code: int | None
    duration_ms: int | None
    output: Text | None


class FileDiff(WireModel):
    """What happened to one file."""

    path: str
    kind: Literal["add", "delete", "update", "move"]
    diff: Text
    """Unified diff."""
    moved_to: str | None


class FileChangeItem(ItemModel):
    """Files that the agent changed with one patch."""

    type: Literal["fileChange"] = "fileChange"
    changes: tuple[FileDiff, ...]
    status: RunStatus


class ToolCallItem(ItemModel):
    """A call of a tool that is neither a command nor a patch."""

    type: Literal["toolCall"] = "toolCall"
    server: str | None
    tool: str
    arguments: Text
    status: RunStatus
    result: Text | None
    duration_ms: int | None


class WebSearchItem(ItemModel):
    """A search on the web."""

    type: Literal["webSearch"] = "webSearch"
    query: str


class PlanStep(WireModel):
    """One line of a plan."""

    step: str
    status: Literal["pending", "inProgress", "completed"]


class PlanItem(ItemModel):
    """The agent's plan: a checklist, or Markdown."""

    type: Literal["plan"] = "plan"
    steps: tuple[PlanStep, ...]
    text: Text | None


class ImageViewItem(ItemModel):
    """A picture that the agent looked at or made."""

    type: Literal["imageView"] = "imageView"
    image: Image


class ReviewItem(ItemModel):
    """Entering or leaving review mode."""

    type: Literal["review"] = "review"
    entered: bool
    text: Text
    explanation: str = ""
    """What `text` says besides the findings."""
    findings: tuple[ReviewFinding, ...] = ()
    """Those in `text`, as far as it is here."""


class SubAgentItem(ItemModel):
    """A sub-agent was started or spoken to."""

    type: Literal["subAgent"] = "subAgent"
    action: str
    thread_ids: tuple[str, ...]
    prompt: Text | None


class DividerItem(ItemModel):
    """Something that parts the conversation."""

    type: Literal["divider"] = "divider"
    kind: Literal["compaction", "rollback", "modelChange", "fork", "goal"]
    text: str | None


class NoticeItem(ItemModel):
    """An error or a warning."""

    type: Literal["notice"] = "notice"
    level: Literal["error", "warning"]
    text: Text
    code: str | None


class UnknownItem(ItemModel):
    """A record of a kind that Threadbook does not know, raw."""

    type: Literal["unknown"] = "unknown"
    kind: str
    raw: Text


Item = Annotated[
    UserMessageItem
    | AgentMessageItem
    | ReasoningItem
    | CommandExecutionItem
    | FileChangeItem
    | ToolCallItem
    | WebSearchItem
    | PlanItem
    | ImageViewItem
    | ReviewItem
    | SubAgentItem
    | DividerItem
    | NoticeItem
    | UnknownItem,
    Field(discriminator="type"),
]


class Turn(WireModel):
    """One user input and all that follows it (a "step" for people)."""

    turn_id: str
    number: int
    """From 1; 0 for a turn that a rollback dropped."""
    status: TurnStatus
    started_at: int | None
    completed_at: int | None
    model: str | None
    effort: str | None
    stop: LastStop | None
    items: tuple[Item, ...]
    dropped: bool


class TaskReadParams(WireModel):
    """Metadata and a page of turns: the last ones, or those before a cursor."""

    thread_id: str
    turns: int = Field(default=20, ge=0, le=500)
    """How many turns at most; 0: metadata only."""
    cursor: str | None = None
    """`nextCursor` of the page before (which held later turns)."""
    from_step: int | None = Field(default=None, ge=1)
    """The page begins with this step and goes forward, instead of the end."""
    dropped: bool = False
    """Turns that a rollback took out too, in their places among the others."""


class TaskReadResponse(WireModel):
    """A task and a page of its turns."""

    task: Task
    turns: tuple[Turn, ...]
    """Newest first."""
    next_cursor: str | None
    """For the turns before these; null at the beginning."""
    turn_count: int
    seq: int
    """The `task/event`s up to this number are contained in these turns."""


class TaskItemsParams(WireModel):
    """One whole item, or the items after a cursor."""

    thread_id: str
    item_id: str | None = None
    """This item alone, its texts whole (up to 4 MiB each)."""
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=1000)


class ItemInTurn(WireModel):
    """An item and where it belongs."""

    turn_id: str
    turn_number: int
    item: Item


class TaskItemsResponse(WireModel):
    """Items, oldest first."""

    items: tuple[ItemInTurn, ...]
    next_cursor: str | None
