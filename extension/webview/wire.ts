/** Short names for the parts of the wire that the page shows. */
import type { TaskEventNotification, Turn } from "../src/protocol/index.js";

export type Item = Turn["items"][number];
export type ItemOf<T extends Item["type"]> = Extract<Item, { readonly type: T }>;
export type TaskEvent = TaskEventNotification["event"];
export type EventOf<T extends TaskEvent["type"]> = Extract<
  TaskEvent,
  { readonly type: T }
>;
