/** Where tasks come from: the sidecar, or a stand-in of a test. */
import type { Event } from "../lib/events.js";
import type { Task, TaskListParams, TaskListResponse } from "../protocol/index.js";

export interface TaskSource {
  list(params: TaskListParams): Promise<TaskListResponse>;
  readonly onChanged: Event<Task>;
  readonly onRemoved: Event<string>;
  /** More changed than is told row by row: list again. */
  readonly onStale: Event<void>;
}
