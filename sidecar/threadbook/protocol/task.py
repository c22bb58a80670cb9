"""Tasks as listed: the row, the list, and what says that a row changed."""

from typing import Literal

from pydantic import Field

from threadbook.protocol.base import WireModel

TaskState = Literal["active", "archived", "trashed"]
TaskStatus = Literal[
    "running",
    "waiting",
    "idle",
    "interrupted",
    "failed",
    "limited",
    "empty",
    "damaged",
]
StopKind = Literal[
    "usageLimit",
    "contextFull",
    "overloaded",
    "login",
    "policy",
    "interrupted",
    "processDied",
    "error",
]


class Git(WireModel):
    """The repository as it stood when the task began."""

    branch: str | None
    commit: str | None
    repository_url: str | None


class TokenUsage(WireModel):
    """Tokens of the whole task, as Codex counts them."""

    input: int
    cached_input: int
    output: int
    reasoning: int
    total: int
    context_window: int | None
    context_used: int | None
    """Tokens of the last request: what the context holds; null when not written."""


class Holder(WireModel):
    """The process that has the task open for writing."""

    pid: int | None
    program: str
    host: str | None
    since: int | None
    """Unix milliseconds."""
    terminal: str | None


class LastStop(WireModel):
    """Why the last turn stopped other than by completing."""

    kind: StopKind
    message: str | None
    resets_at: int | None
    """When the exhausted usage window resets, Unix milliseconds."""
    window_minutes: int | None
    """How long that window is: 300 for the five hours, 10080 for the week."""


class Rollout(WireModel):
    """One file of the task."""

    path: str
    bytes: int
    format: Literal["json", "bare", "enveloped", "paginated", "unknown"]


class Problem(WireModel):
    """A fault found while reading the task's files; the rest was read."""

    kind: str
    line: int | None
    message: str


class Task(WireModel):
    """One Codex thread with all its rollout files."""

    thread_id: str
    name: str | None
    """The user's name for it."""
    preview: str | None
    """First user text."""
    display_name: str
    """Name, else preview, else `(no message yet)`."""
    state: TaskState
    status: TaskStatus
    created_at: int
    """Unix milliseconds."""
    updated_at: int
    """Time of the last record in the file, Unix milliseconds."""
    cwd: str | None
    workspace_name: str | None
    """The last part of `cwd`."""
    cwd_exists: bool
    model: str | None
    effort: str | None
    model_provider: str | None
    source: str | None
    """Who wrote it: `cli`, `vscode`, `exec`, `mcp`, `subagent`, ..."""
    originator: str | None
    cli_version: str | None
    git: Git | None
    turn_count: int
    message_count: int
    token_usage: TokenUsage | None
    forked_from_id: str | None
    continued_from_id: str | None
    """The task whose history this one began with: Codex can't read that any more."""
    continued_as_id: str | None
    """The task that goes on in this one's stead."""
    parent_thread_id: str | None
    is_sub_agent: bool
    agent_nickname: str | None
    pinned: bool
    tags: tuple[str, ...]
    note: str | None
    unread: bool
    """Finished, or needs you, since you last looked."""
    cleared: bool
    holder: Holder | None
    last_stop: LastStop | None
    scheduled_resume_at: int | None
    """Unix milliseconds."""
    rollouts: tuple[Rollout, ...]
    bytes: int
    problems: tuple[Problem, ...]


class TaskFilters(WireModel):
    """Which tasks; null means any."""

    cwd: str | None = None
    """This folder and its subfolders."""
    state: Literal["active", "archived", "trashed", "any"] = "active"
    model: str | None = None
    """Of the last turn."""
    since: int | None = None
    """Updated at or after this time, Unix milliseconds."""
    until: int | None = None
    """Updated before this time, Unix milliseconds."""
    status: tuple[TaskStatus, ...] | None = None
    source: str | None = None
    provider: str | None = None
    branch: str | None = None
    tag: str | None = None
    pinned: bool = False
    """Only pinned ones."""
    cleared: bool = False
    """Cleared ones too; where `state` is `any` they always are there."""
    sub_agents: bool = True
    """Whether tasks of sub-agents count too."""
    forked_from: str | None = None
    """Only those that were forked from this task, by its id."""


class TaskListParams(TaskFilters):
    """Which tasks; the defaults list the newest active ones of all folders."""

    sort: Literal["updated", "created", "size", "name"] = "updated"
    limit: int = Field(default=50, ge=0)
    """0: no limit."""
    cursor: str | None = None


class TaskListResponse(WireModel):
    """One page of tasks."""

    tasks: tuple[Task, ...]
    total: int
    """How many there are, over all pages."""
    next_cursor: str | None
    indexing: bool
    """A first scan is under way: more tasks will come by `task/changed`."""


class TaskRelinkParams(WireModel):
    """A folder moved: its tasks belong to the new place, in our own data."""

    old: str
    """The folder as the tasks' rollouts (or an earlier relink) have it."""
    new: str
    """Where it is now; tasks of subfolders move along."""
    thread_ids: tuple[str, ...] | None = None
    """Only these of its tasks; null: all of them."""
    undo: bool = False
    """Takes an earlier relink back: the folder need not be there."""


class TaskRelinkResponse(WireModel):
    """Which tasks moved."""

    thread_ids: tuple[str, ...]


class TaskChangedNotification(WireModel):
    """A task is new or different."""

    task: Task


class TaskRemovedNotification(WireModel):
    """A task's files are gone."""

    thread_id: str


class IndexProgressNotification(WireModel):
    """How far the scan of the home is."""

    done: int
    total: int
    finished: bool
