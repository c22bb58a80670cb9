/** The sidecar as a source of tasks. */
import type { Disposable } from "../lib/disposables.js";
import type {
  NotificationMethod,
  Notifications,
  Requester,
} from "../protocol/index.js";
import type { TaskSource } from "./task-source.js";

interface Notifying extends Requester {
  onNotification<M extends NotificationMethod>(
    method: M,
    listener: (params: Notifications[M]) => unknown,
  ): Disposable;
}

export function sidecarSource(sidecar: Notifying): TaskSource {
  return {
    list: (params) => sidecar.request("task/list", params),
    onChanged: (listener) =>
      sidecar.onNotification("task/changed", ({ task }) => listener(task)),
    onRemoved: (listener) =>
      sidecar.onNotification("task/removed", ({ threadId }) => listener(threadId)),
    onStale: (listener) =>
      sidecar.onNotification("index/progress", ({ finished }) =>
        finished ? listener() : undefined,
      ),
  };
}
