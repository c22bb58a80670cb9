/** A question of a task whose panel can't be seen, as a notification. */
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutLinks } from "../lib/text.js";
import type { Approval, Task } from "../protocol/index.js";

const LENGTH = 160;

export interface ApprovalAnswers {
  show(): void;
  answer(decision: "accept" | "decline"): Promise<void>;
}

export async function askApproval(
  approval: Approval,
  task: Task | undefined,
  answers: ApprovalAnswers,
): Promise<void> {
  const labels = { accept: t("Accept"), decline: t("Decline"), show: t("Show") };
  const offered = answerable(approval).map((decision) => labels[decision]);
  const choice = await vscode.window.showWarningMessage(
    approvalSentence(approval, task),
    ...offered,
    labels.show,
  );
  if (choice === labels.show) {
    answers.show();
  } else if (choice === labels.accept) {
    await answers.answer("accept");
  } else if (choice === labels.decline) {
    await answers.answer("decline");
  }
}

/** What can be decided without seeing more than the sentence. */
function answerable({ kind, decisions }: Approval): readonly ("accept" | "decline")[] {
  // Answers to questions, and patches, want to be seen first.
  const offered =
    kind === "command" ? (["accept", "decline"] as const) : (["decline"] as const);
  return offered.filter((decision) => decisions.includes(decision));
}

function approvalSentence(
  { title, command }: Approval,
  task: Task | undefined,
): string {
  const name = oneLine(task?.displayName ?? t("A task"), 40);
  const what = command === null ? title : `${title}: ${command}`;
  return withoutLinks(`${name}: ${oneLine(what, LENGTH)}`);
}
