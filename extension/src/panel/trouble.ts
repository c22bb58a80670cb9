/** What a failed request means to the user, and what one can do about it; pure. */
import { t } from "../lib/l10n.js";
import type { Task } from "../protocol/index.js";
import type { SidecarError } from "../sidecar/errors.js";
import type { PanelAction } from "./messages.js";

/** Buttons of the banner; the panel's host knows what each does. */
export type ActionId =
  | "chooseCodex"
  | "chooseFolder"
  | "closeDemo"
  | "installCodex"
  | "openSettings"
  | "relink"
  | "reload"
  | "restartSidecar"
  | "restore"
  | "showLog"
  | "trust"
  | "unarchive";

export interface Trouble {
  readonly message: string;
  readonly actions: readonly PanelAction[];
}

export function troubleOf(error: SidecarError, task: Task | undefined): Trouble {
  return { message: error.message, actions: actionsOf(error, task).map(action) };
}

export function isActionId(id: string): id is ActionId {
  return Object.hasOwn(LABELS, id);
}

const LABELS: Readonly<Record<ActionId, () => string>> = {
  chooseCodex: () => t("Choose codex..."),
  chooseFolder: () => t("Choose a folder..."),
  closeDemo: () => t("Close demo"),
  installCodex: () => t("Install Codex"),
  openSettings: () => t("Open settings"),
  relink: () => t("Point to moved folder..."),
  reload: () => t("Try again"),
  restartSidecar: () => t("Restart sidecar"),
  restore: () => t("Restore"),
  showLog: () => t("Show log"),
  trust: () => t("Manage trust..."),
  unarchive: () => t("Unarchive"),
};

export function action(id: ActionId): PanelAction {
  return { id, label: LABELS[id]() };
}

function actionsOf(
  { kind }: SidecarError,
  task: Task | undefined,
): readonly ActionId[] {
  switch (kind) {
    case "codexUnavailable":
      return ["installCodex", "chooseCodex", "showLog"];
    case "homeNotFound":
      return ["openSettings", "reload"];
    case "notPossible":
      return task?.cwd !== null && task?.cwdExists === false
        ? ["chooseFolder", "relink"]
        : [];
    case "sidecarGone":
      return ["restartSidecar", "showLog"];
    case "codexRefused":
    case "internal":
    case "invalidParams":
      return ["showLog"];
    case "indexBusy":
    case "rolloutUnreadable":
    case "threadNotFound":
      return ["reload"];
    default:
      // Taken, limited, failed, over: the sentence says it, and nothing we have helps.
      return [];
  }
}
