/** Quick picks of a panel: which model, which file, which task. */
import * as path from "node:path";
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import { age } from "../lib/times.js";
import type { Task } from "../protocol/index.js";
import type { Settings } from "./panel-host.js";

const FILES_AT_MOST = 5000;

/** Undefined: the user left it. What was typed counts as a model, too. */
export async function chooseModel(
  models: readonly string[],
  now: Settings,
): Promise<Settings | undefined> {
  const model = await pickModel(models, now.model);
  if (model === undefined) {
    return undefined;
  }
  const effort = await pickEffort(now.effort);
  return effort === undefined ? undefined : { model, effort: effort.value };
}

async function pickModel(
  models: readonly string[],
  now: string | null,
): Promise<string | null | undefined> {
  const box = vscode.window.createQuickPick();
  box.title = t("Model (1/2)");
  box.placeholder = t("Choose a model, or type the name of any other");
  const known = models.map((label) => ({
    label,
    ...(label === now ? { description: t("now") } : {}),
  }));
  box.items = known;
  box.onDidChangeValue((typed) => {
    const name = typed.trim();
    const isOther = name !== "" && !models.includes(name);
    const other = { label: name, description: t("as typed"), alwaysShow: true };
    box.items = isOther ? [...known, other] : known;
  });
  try {
    return await new Promise((resolve) => {
      box.onDidAccept(() => {
        resolve(box.selectedItems[0]?.label ?? now);
      });
      box.onDidHide(() => {
        resolve(undefined);
      });
      box.show();
    });
  } finally {
    box.dispose();
  }
}

const EFFORTS = ["minimal", "low", "medium", "high", "xhigh"];

async function pickEffort(
  now: string | null,
): Promise<{ readonly value: string | null } | undefined> {
  const items = EFFORTS.map((label) => ({
    label,
    ...(label === now ? { description: t("now") } : {}),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Reasoning effort (2/2)"),
  });
  return chosen === undefined ? undefined : { value: chosen.label };
}

/** A file of the task's folder, else of the workspace; its path as the agent sees it. */
export async function chooseFile(cwd: string | null): Promise<string | undefined> {
  const pattern = cwd === null ? "**/*" : new vscode.RelativePattern(cwd, "**/*");
  const items = Promise.resolve(
    vscode.workspace.findFiles(pattern, undefined, FILES_AT_MOST),
  ).then((files) =>
    files
      .map(({ fsPath }) => written(fsPath, cwd))
      .sort((one, other) => one.length - other.length || one.localeCompare(other))
      .map((label) => ({ label: path.basename(label), description: label })),
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("File to mention"),
    matchOnDescription: true,
  });
  return chosen?.description;
}

function written(file: string, cwd: string | null): string {
  const name = cwd === null ? file : path.relative(cwd, file);
  return name.split(path.sep).join("/");
}

/** One of *tasks*, in their order. */
export async function chooseTask(
  title: string,
  tasks: readonly Task[],
): Promise<string | undefined> {
  const now = Date.now();
  const items = tasks.map((task) => ({
    threadId: task.threadId,
    label: withoutIcons(oneLine(task.displayName)),
    description: [age(task.updatedAt, now), task.model ?? "", task.git?.branch ?? ""]
      .filter((fact) => fact !== "")
      .map((fact) => withoutIcons(oneLine(fact, 60)))
      .join(" · "),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    matchOnDescription: true,
  });
  return chosen?.threadId;
}
