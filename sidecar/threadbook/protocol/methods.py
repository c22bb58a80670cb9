"""The method table: the server registers it, the CLI calls it, TypeScript knows it."""

from threadbook.protocol import (
    doctor,
    export,
    fork,
    lifecycle,
    live,
    locks,
    review,
    schedule,
    stats,
    task,
    thread,
    usage,
)
from threadbook.protocol.base import WireModel

REQUESTS: dict[str, tuple[type[WireModel], type[WireModel]]] = {
    "task/list": (task.TaskListParams, task.TaskListResponse),
    "task/read": (thread.TaskReadParams, thread.TaskReadResponse),
    "task/items": (thread.TaskItemsParams, thread.TaskItemsResponse),
    "task/resume": (live.TaskResumeParams, live.TaskResumeResponse),
    "task/send": (live.TaskSendParams, live.TaskSendResponse),
    "task/queue": (live.TaskQueueParams, live.TaskQueueResponse),
    "task/steer": (live.TaskSteerParams, live.TaskSteerResponse),
    "task/interrupt": (live.TaskInterruptParams, live.TaskInterruptResponse),
    "task/compact": (live.TaskCompactParams, live.TaskCompactResponse),
    "task/answer": (live.TaskAnswerParams, live.TaskAnswerResponse),
    "task/release": (live.TaskReleaseParams, live.TaskReleaseResponse),
    "task/follow": (live.TaskFollowParams, live.TaskFollowResponse),
    "task/unfollow": (live.TaskUnfollowParams, live.TaskUnfollowResponse),
    "task/fork": (fork.TaskForkParams, fork.TaskForkResponse),
    "task/review": (review.TaskReviewParams, review.TaskReviewResponse),
    "task/locks": (locks.TaskLocksParams, locks.TaskLocksResponse),
    "task/archive": (lifecycle.TaskArchiveParams, lifecycle.TaskArchiveResponse),
    "task/unarchive": (lifecycle.TaskUnarchiveParams, lifecycle.TaskUnarchiveResponse),
    "task/trash": (lifecycle.TaskTrashParams, lifecycle.TaskTrashResponse),
    "task/restore": (lifecycle.TaskRestoreParams, lifecycle.TaskRestoreResponse),
    "task/delete": (lifecycle.TaskDeleteParams, lifecycle.TaskDeleteResponse),
    "task/purge": (lifecycle.TaskPurgeParams, lifecycle.TaskPurgeResponse),
    "task/clear": (lifecycle.TaskClearParams, lifecycle.TaskClearResponse),
    "task/rename": (lifecycle.TaskRenameParams, lifecycle.TaskRenameResponse),
    "task/annotate": (lifecycle.TaskAnnotateParams, lifecycle.TaskAnnotateResponse),
    "task/export": (export.TaskExportParams, export.TaskExportResponse),
    "task/schedule": (schedule.TaskScheduleParams, schedule.TaskScheduleResponse),
    "task/unschedule": (
        schedule.TaskUnscheduleParams,
        schedule.TaskUnscheduleResponse,
    ),
    "usage/read": (usage.UsageReadParams, usage.UsageReadResponse),
    "stats/read": (stats.StatsReadParams, stats.StatsReadResponse),
    "home/doctor": (doctor.HomeDoctorParams, doctor.HomeDoctorResponse),
}

NOTIFICATIONS: dict[str, type[WireModel]] = {
    "task/changed": task.TaskChangedNotification,
    "task/removed": task.TaskRemovedNotification,
    "task/event": live.TaskEventNotification,
    "task/approval": live.TaskApprovalNotification,
    "task/approvalResolved": live.TaskApprovalResolvedNotification,
    "usage/changed": usage.UsageChangedNotification,
    "index/progress": task.IndexProgressNotification,
}
