/** The wire, as the rest of the extension imports it. */
import type {
  ErrorData,
  ItemCompletedEvent,
  Notifications,
  Requests,
  Task,
} from "./generated.js";

export type * from "./generated.js";

export type Item = ItemCompletedEvent["item"];
export type TaskStatus = Task["status"];
export type ErrorKind = ErrorData["kind"];

export type RequestMethod = keyof Requests;
export type Params<M extends RequestMethod> = Requests[M]["params"];
export type Response<M extends RequestMethod> = Requests[M]["response"];
export type NotificationMethod = keyof Notifications;

/** Whether the sidecar can be asked. */
export type SidecarState = "starting" | "running" | "restarting" | "stopped";

/** Who answers requests: the sidecar, or a stand-in of a test. */
export interface Requester {
  request<M extends RequestMethod>(method: M, params: Params<M>): Promise<Response<M>>;
}
