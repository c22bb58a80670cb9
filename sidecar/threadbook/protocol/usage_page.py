"""The account's usage and all figures as a page: `usage/page`."""

from pydantic import Field

from threadbook.protocol.base import WireModel


class UsageWords(WireModel):
    """The page's texts, for a client that speaks its user's language.

    `{0}` and `{1}` stand for what is filled in.
    """

    title: str = "Codex usage"
    windows: str = "Usage windows"
    no_windows: str = (
        "No task was told of usage windows yet. With an API key there are none."
    )
    usage_window: str = "Usage window"
    minute_window: str = "{0}-minute window"
    hour_window: str = "{0}-hour window"
    day_window: str = "{0}-day window"
    resets: str = "resets in {0} ({1})"
    has_reset: str = "has reset; what is used now is not known"
    time_passed: str = "{0} of the time has passed"
    limit_reached: str = "Usage limit reached; resets {0}"
    heard: str = "as of {0}"
    still_reading: str = "Tasks are still being read: there will be more."
    scheduled: str = "Go on by themselves"
    due: str = "due"
    held_back: str = "due; waits for you"
    running: str = "running"
    in_time: str = "in {0} ({1})"
    tokens_by_day: str = "Tokens by day and model"
    no_tokens: str = "No task of the last {0} days told how many tokens it used."
    most_on: str = "{0} tokens in {1} days; most on {2}: {3}"
    as_table: str = "As a table"
    day: str = "Day"
    model: str = "Model"
    models: str = "Models"
    others: str = "Others"
    tokens: str = "Tokens"
    tasks: str = "Tasks"
    task: str = "Task"
    disk: str = "Disk space"
    share: str = "Share"
    sum: str = "Sum"
    largest: str = "Largest tasks"
    mostly: str = "Mostly"
    folders: str = "Disk by folder"
    folder: str = "Folder"
    unknown: str = "(unknown)"
    more: str = "and {0} more"
    kinds: str = "What the space is for"
    kind: str = "Kind"
    kinds_note: str = "Of the largest tasks, {0} of {1} in all."
    ages: str = "Last active"
    no_tasks: str = "There are no tasks yet."
    no_message: str = "(no message yet)"
    minutes: str = "{0} min"
    hours: str = "{0} h {1} min"
    days: str = "{0} d {1} h"
    images: str = "pictures"
    outputs: str = "outputs of commands and tools"
    repeated_outputs: str = "outputs written more than once"
    compactions: str = "copies made by compactions"
    reasoning: str = "reasoning"
    messages: str = "messages"
    tool_calls: str = "commands and patches"
    context: str = "instructions and settings"
    sub_agents: str = "tasks of sub-agents"
    other: str = "other"
    age_day: str = "within a day"
    age_week: str = "within a week"
    age_month: str = "within 30 days"
    age_quarter: str = "within 91 days"
    age_year: str = "within a year"
    age_older: str = "older"
    written: str = "Written by Threadbook, {0}"


class UsagePageParams(WireModel):
    """How the page is to be written."""

    language: str = "en"
    words: UsageWords = Field(default_factory=UsageWords)
    thousands: str = Field(default=",", max_length=1)
    """What parts the thousands of a number."""
    task_link: str | None = None
    """The address that opens a task, with `{threadId}` in it; null: no links."""
    weigh_bytes: int | None = Field(default=1 << 26, ge=0)
    """As in `stats/read`."""
    largest: int = Field(default=15, ge=0, le=1000)


class UsagePageResponse(WireModel):
    """The page."""

    html: str
    """Self-contained: no scripts, no network. Its colours follow an editor's theme
    variables where there are any, else the reader's light or dark preference."""
    is_partial: bool
    """Tasks are still being read: asked again, the figures will be higher."""
