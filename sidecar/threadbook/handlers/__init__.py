"""Protocol in, protocol out: one plain function a method, context first.

`handler(method)` imports the module of a method only when it is asked for: the
command line must not pay for what it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HANDLERS: dict[str, str] = {
    "task/list": "listing:task_list_json",
    "task/read": "tasks:task_read",
    "task/items": "tasks:task_items",
    "task/relink": "relink:task_relink",
    "task/search": "search:task_search",
    "task/outline": "outline:task_outline",
    "task/locate": "outline:task_locate",
    "task/image": "outline:task_image",
    "task/resume": "live:task_resume",
    "task/send": "live:task_send",
    "task/queue": "live:task_queue",
    "task/steer": "live:task_steer",
    "task/interrupt": "live:task_interrupt",
    "task/compact": "live:task_compact",
    "task/answer": "live:task_answer",
    "task/release": "live:task_release",
    "task/follow": "live:task_follow",
    "task/unfollow": "live:task_unfollow",
    "task/fork": "fork:task_fork",
    "task/review": "review:task_review",
    "task/locks": "locks:task_locks",
    "task/archive": "lifecycle:task_archive",
    "task/unarchive": "lifecycle:task_unarchive",
    "task/trash": "trash:task_trash",
    "task/restore": "trash:task_restore",
    "task/delete": "trash:task_delete",
    "task/purge": "purge:task_purge",
    "task/clear": "annotate:task_clear",
    "task/rename": "lifecycle:task_rename",
    "task/annotate": "annotate:task_annotate",
    "task/export": "export:task_export",
    "task/schedule": "schedule:task_schedule",
    "task/unschedule": "schedule:task_unschedule",
    "usage/read": "usage:usage_read",
    "usage/page": "usage_page:usage_page",
    "stats/read": "stats:stats_read",
    "home/doctor": "doctor:home_doctor",
}
"""Method to `module:function`; a test holds the keys equal to the protocol's."""


def handler(method: str) -> Callable[..., Any]:
    """Return the function of *method*: `(context, params) -> response`, or async.

    Where models would be what takes longest, the response is ready JSON (bytes).
    """
    module, _, function = HANDLERS[method].partition(":")
    found: Callable[..., Any] = getattr(
        import_module(f"threadbook.handlers.{module}"), function
    )
    return found
