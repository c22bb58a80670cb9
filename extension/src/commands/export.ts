/** *Export...*: tasks as Markdown, as a page, as JSON or as JSON Lines. */
import * as path from "node:path";
import * as vscode from "vscode";

import { plural, t } from "../lib/l10n.js";
import { oneLine, withoutLinks } from "../lib/text.js";
import type { ExportedFile, Params, Task } from "../protocol/index.js";
import { displayName } from "../views/task-item.js";
import type { Context } from "./context.js";
import { unlessCancelled } from "./progress.js";
import { targetTasks, workspaceFolders } from "./target.js";

type Format = Params<"task/export">["format"];
/** What of a task goes into its file. */
type Content = Required<Pick<Params<"task/export">, "redact" | "images">>;

export async function exportTasks(
  context: Context,
  argument: unknown,
  selected?: unknown,
): Promise<void> {
  const tasks = await targetTasks(context, argument, selected, {
    title: t("Export"),
    states: ["active", "archived"],
  });
  const [first] = tasks;
  if (first === undefined) {
    return;
  }
  const what = tasks.length === 1 ? oneLine(displayName(first), 80) : count(tasks);
  const format = await chooseFormat(what);
  const content = format === undefined ? undefined : await chooseContent(what);
  if (format === undefined || content === undefined) {
    return;
  }
  const place = await choosePlace(tasks.length === 1 ? first : undefined, format);
  if (place === undefined) {
    return;
  }
  const files = await write(context, tasks, {
    ...content,
    format,
    path: place.fsPath,
  });
  const masked = files.reduce((sum, file) => sum + file.masked, 0);
  if (files.length > 0) {
    await showWritten(place, files.length, content.redact ? masked : null);
  }
}

/** One after the other, until all are written or the user has enough; whole files stay. */
function write(
  { sidecar }: Context,
  tasks: readonly Task[],
  wanted: Omit<Params<"task/export">, "threadIds">,
): Thenable<readonly ExportedFile[]> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t("Exporting"),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const files: ExportedFile[] = [];
    for (const task of tasks) {
      progress.report({ message: oneLine(displayName(task), 60) });
      const params = { ...wanted, threadIds: [task.threadId] };
      const written = await sidecar
        .request("task/export", params, token)
        .catch(unlessCancelled);
      if (written === undefined) {
        break;
      }
      files.push(...written.files);
      progress.report({ increment: 100 / tasks.length });
    }
    return files;
  });
}

async function showWritten(
  place: vscode.Uri,
  count: number,
  masked: number | null,
): Promise<void> {
  const written = plural(count, "Exported {0} task", "Exported {0} tasks");
  const hidden =
    masked === null
      ? ""
      : ` ${plural(masked, "{0} place was masked.", "{0} places were masked.")}`;
  const message = withoutLinks(`${written}: ${place.fsPath}.${hidden}`);
  const open = t("Open");
  const actions = count === 1 ? [open] : [];
  const choice = await vscode.window.showInformationMessage(message, ...actions);
  if (choice === open) {
    await vscode.commands.executeCommand("vscode.open", place);
  }
}

function count(tasks: readonly Task[]): string {
  return plural(tasks.length, "{0} task", "{0} tasks");
}

/** *what*: the task, or how many. */
async function chooseFormat(what: string): Promise<Format | undefined> {
  const picks: readonly (vscode.QuickPickItem & { readonly format: Format })[] = [
    {
      label: "Markdown",
      description: ".md",
      detail: t("To paste into an issue or a document"),
      format: "md",
    },
    {
      label: "HTML",
      description: ".html",
      detail: t("One page that needs nothing else"),
      format: "html",
    },
    {
      label: "JSON",
      description: ".json",
      detail: t("The task with its turns"),
      format: "json",
    },
    {
      label: "JSON Lines",
      description: ".jsonl",
      detail: t("One item a line"),
      format: "jsonl",
    },
  ];
  const options = { title: t("Export as"), placeHolder: what };
  return (await vscode.window.showQuickPick(picks, options))?.format;
}

async function chooseContent(what: string): Promise<Content | undefined> {
  const picks: readonly (vscode.QuickPickItem & { readonly content: Content })[] = [
    {
      label: t("Everything as it is"),
      detail: t("Pictures are in the file"),
      content: { redact: false, images: "embed" },
    },
    {
      label: t("Without pictures"),
      detail: t("All else as it is"),
      content: { redact: false, images: "omit" },
    },
    {
      label: t("Without secrets"),
      detail: t("Keys, tokens and home folders are masked, pictures are left out"),
      content: { redact: true, images: "omit" },
    },
  ];
  const options = { title: t("What goes into the file?"), placeHolder: what };
  return (await vscode.window.showQuickPick(picks, options))?.content;
}

/** A file for one task, a folder for several. */
async function choosePlace(
  task: Task | undefined,
  format: Format,
): Promise<vscode.Uri | undefined> {
  const folder = task?.cwdExists === true ? task.cwd : null;
  const start = folder ?? workspaceFolders()[0] ?? "";
  if (task !== undefined) {
    return vscode.window.showSaveDialog({
      title: t("Export"),
      defaultUri: vscode.Uri.file(path.join(start, `${fileName(task)}.${format}`)),
    });
  }
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: t("Folder for the files"),
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: t("Export here"),
      defaultUri: vscode.Uri.file(start),
    })) ?? [];
  return chosen;
}

/** A name that every file system takes. */
function fileName(task: Task): string {
  const name = oneLine(displayName(task), 60).replace(/[^\p{L}\p{N}._-]+/gu, "-");
  return name.replace(/^[.-]+|[.-]+$/g, "") || task.threadId;
}
