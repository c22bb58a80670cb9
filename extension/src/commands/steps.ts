/**
 * Steps of a task, to begin a new task with the first of them: *Resume from step...*,
 * *Amend and resume...*, *Fork task...*.
 */
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { oneLine, withoutIcons } from "../lib/text.js";
import { absolute } from "../lib/times.js";
import type { OutlineStep, Params, Task } from "../protocol/index.js";
import type { Context } from "./context.js";
import { openNew } from "./open-new.js";
import { targetTasks } from "./target.js";
import { mayRun } from "./trust.js";

/** What a fork takes from a task that is anywhere but in the trash. */
const WITH_STEPS = {
  states: ["active", "archived"],
  fits: ({ turnCount }: Task) => turnCount > 0,
} as const;

export async function resumeFromStep(
  context: Context,
  argument: unknown,
): Promise<void> {
  const found = await chooseStep(context, argument, {
    title: t("Resume from step"),
    placeHolder: t("The last step that is kept; what came after it is left out"),
  });
  if (found !== undefined) {
    await fork(context, { ...found, focusComposer: true });
  }
}

export async function amendAndResume(
  context: Context,
  argument: unknown,
): Promise<void> {
  const found = await chooseStep(context, argument, {
    title: t("Amend and resume"),
    placeHolder: t("The step at which something else should have been said"),
  });
  if (found === undefined) {
    return;
  }
  const amend = await vscode.window.showInputBox({
    title: t("Instead of what was said at step {0}", found.fromStep),
    value: await saidAt(context, found),
    prompt: t("The task goes on with this, in a new task; the old one stays."),
    validateInput: (value) => (value.trim() === "" ? t("Say something.") : undefined),
  });
  if (amend !== undefined) {
    await fork(context, { ...found, amend, focusComposer: true });
  }
}

export async function forkTask(context: Context, argument: unknown): Promise<void> {
  const found = await chooseStep(context, argument, {
    title: t("Fork task"),
    placeHolder: t("The last step that the new task has"),
  });
  if (found !== undefined) {
    await fork(context, { ...found, focusComposer: false });
  }
}

type Wanted = Pick<Params<"task/fork">, "threadId" | "fromStep">;

async function fork(
  context: Context,
  {
    focusComposer,
    ...params
  }: Params<"task/fork"> & { readonly focusComposer: boolean },
): Promise<void> {
  const { threadId } = await context.sidecar.request("task/fork", params);
  await openNew(context, threadId, { focusComposer });
}

async function chooseStep(
  context: Context,
  argument: unknown,
  options: { readonly title: string; readonly placeHolder: string },
): Promise<Wanted | undefined> {
  const [task] = await targetTasks(context, argument, undefined, {
    ...WITH_STEPS,
    title: options.title,
  });
  if (task === undefined || !mayRun(context)) {
    return undefined;
  }
  const { threadId } = task;
  const picks = context.sidecar
    .request("task/outline", { threadId })
    .then(({ steps }) => steps.map(stepPick).reverse());
  const picked = await vscode.window.showQuickPick(picks, {
    ...options,
  });
  return picked === undefined ? undefined : { threadId, fromStep: picked.step };
}

function stepPick({
  number,
  preview,
  startedAt,
  messageCount,
}: OutlineStep): vscode.QuickPickItem & { readonly step: number } {
  const at = startedAt === null ? "" : absolute(startedAt, vscode.env.language);
  const messages = plural(messageCount, "{0} message", "{0} messages");
  return {
    step: number,
    label: `${number}. ${withoutIcons(oneLine(preview, 100)) || t("(nothing said)")}`,
    detail: [at, messages].filter((fact) => fact !== "").join(" · "),
  };
}

/** The user's words at that step, whole. */
async function saidAt(
  { sidecar }: Context,
  { threadId, fromStep }: Wanted,
): Promise<string> {
  const params = { threadId, fromStep, turns: 1 };
  const { turns } = await sidecar.request("task/read", params);
  const items = turns.flatMap((turn) => turn.items);
  const said = items.find((item) => item.type === "userMessage");
  if (said?.text.cut !== true) {
    return said?.text.text ?? "";
  }
  const { itemId } = said;
  const whole = await sidecar.request("task/items", { threadId, itemId });
  const item = whole.items[0]?.item;
  return item?.type === "userMessage" ? item.text.text : said.text.text;
}
