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
import type { KeptDesk } from "./kept-desk.js";
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

/** What a message runs with; null: as the task did. */
export interface Settings {
  readonly model: string | null;
  readonly effort: string | null;
}

/** VS Code, as a panel needs it. */
export interface PanelHost {
  readonly isVisible: boolean;
  /** Whether tasks are resumed: else they are only read. */
  readonly mayRun: boolean;
  /** They are the demo's, which has no Codex; where not, the folder is not trusted. */
  readonly isExample: boolean;
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
  /** Its panel, with the cursor in the composer. */
  openTask(threadId: string, beside: boolean): void;
  /** One of these tasks: its id. */
  chooseTask(title: string, tasks: readonly Task[]): Promise<string | undefined>;
  /** A file that no editor shows, in the system's own file manager. */
  revealFile(path: string): void;
  openSinceStart(
    paths: readonly string[],
    commit: string,
    cwd: string | null,
  ): Promise<void>;
  /** Where to check a repository out: a path that does not exist yet. */
  chooseWorktree(suggested: string): Promise<string | undefined>;
  checkedOut(path: string, commit: string): void;
  chooseModel(models: readonly string[], now: Settings): Promise<Settings | undefined>;
  /** A file that the user wants to mention: its path, from *cwd* on. */
  chooseFile(cwd: string | null): Promise<string | undefined>;
  /** Keeps a picture (base64) as a file, and says where. */
  keepPicture(mime: string, data: string): Promise<string>;
  keptDesk(threadId: string): KeptDesk;
  keepDesk(threadId: string, desk: KeptDesk): void;
  perform(action: Exclude<ActionId, "chooseFolder" | "reload">): void;
}
