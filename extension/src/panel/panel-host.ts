/** What a panel's session needs around it, so that a test can stand in for both. */
import type { Disposable } from "../lib/disposables.js";
import type { Event } from "../lib/events.js";
import type {
  Approval,
  NotificationMethod,
  Notifications,
  Requester,
  SidecarState,
  Task,
} from "../protocol/index.js";
import type { ToPanel } from "./messages.js";
import type { ActionId } from "./trouble.js";

/** The sidecar, as a panel needs it. */
export interface PanelSource extends Requester {
  readonly state: SidecarState;
  readonly onState: Event<SidecarState>;
  onNotification<M extends NotificationMethod>(
    method: M,
    listener: (params: Notifications[M]) => unknown,
  ): Disposable;
}

/** VS Code, as a panel needs it. */
export interface PanelHost {
  readonly isVisible: boolean;
  /** Whether the folder is trusted: else tasks are read, not resumed. */
  readonly mayRun: boolean;
  post(message: ToPanel): void;
  /** Tab title and the like. */
  showTask(task: Task): void;
  /** A question that came while the page can't be seen. */
  notify(approval: Approval, task: Task | undefined): void;
  openFile(path: string, line: number | null, cwd: string | null): void;
  openDiff(threadId: string, itemId: string, path: string): void;
  openLink(url: string): void;
  copy(text: string): void;
  chooseFolder(): Promise<string | undefined>;
  perform(action: Exclude<ActionId, "chooseFolder" | "reload">): void;
}
