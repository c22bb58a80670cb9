/** What the view says when it has no rows, or about the rows that it has; pure. */
import { t } from "../lib/l10n.js";
import type { SidecarState } from "../protocol/index.js";

/** The context key `threadbook.list`, which chooses the welcome text. */
export type ListState = "loading" | "some" | "none" | "homeMissing" | "failed";

export interface ListFacts {
  readonly tasks: number;
  readonly isComplete: boolean;
  /** `kind` of why the last load failed. */
  readonly failure: string | undefined;
  readonly sidecar: SidecarState;
}

export function listState({
  tasks,
  isComplete,
  failure,
  sidecar,
}: ListFacts): ListState {
  if (tasks > 0) {
    return "some";
  }
  if (failure === "homeNotFound") {
    return "homeMissing";
  }
  // A sidecar that is being started again answers soon.
  const failed = failure !== undefined && failure !== "sidecarGone";
  if (failed || sidecar === "stopped") {
    return "failed";
  }
  return isComplete ? "none" : "loading";
}

/** The line above the rows, where the welcome text is not shown; may be empty. */
export function listMessage(facts: {
  readonly state: ListState;
  readonly isTrusted: boolean;
  readonly isCodexMissing: boolean;
  /** These are example tasks, which run no codex. */
  readonly isDemo: boolean;
  readonly failure: string | undefined;
  /** What is filtered for; may be empty. */
  readonly filter: string;
}): string {
  if (facts.state !== "some") {
    return "";
  }
  return [warning(facts), facts.filter].filter((part) => part !== "").join("\n");
}

function warning(facts: {
  readonly isTrusted: boolean;
  readonly isCodexMissing: boolean;
  readonly isDemo: boolean;
  readonly failure: string | undefined;
}): string {
  if (facts.failure !== undefined) {
    return t("These are the tasks as they were last seen: {0}", facts.failure);
  }
  if (facts.isDemo) {
    return t("Example tasks: try them out, yours are not touched.");
  }
  if (!facts.isTrusted) {
    return t("In an untrusted folder tasks can be read, not resumed.");
  }
  return facts.isCodexMissing
    ? t("Codex was not found: tasks can be read, not resumed.")
    : "";
}
