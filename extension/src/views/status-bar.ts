/** The status bar entry: tasks that run, tasks that wait, a sidecar that does not run. */
import * as vscode from "vscode";

import { Disposables } from "../lib/disposables.js";
import { plural, t } from "../lib/l10n.js";
import type { Sidecar } from "../sidecar/client.js";
import type { TaskStore } from "../tasks/task-store.js";

export class StatusBar implements vscode.Disposable {
  readonly #sidecar: Sidecar;
  readonly #store: TaskStore;
  readonly #held = new Disposables();
  readonly #entry: vscode.StatusBarItem;

  constructor(sidecar: Sidecar, store: TaskStore) {
    this.#sidecar = sidecar;
    this.#store = store;
    this.#entry = this.#held.add(
      vscode.window.createStatusBarItem(
        "threadbook.tasks",
        vscode.StatusBarAlignment.Left,
      ),
    );
    this.#entry.name = "Threadbook";
    this.#entry.command = "threadbook.tasks.focus";
    this.#held.add(store.onChanged(() => this.#draw()));
    this.#held.add(sidecar.onState(() => this.#draw()));
    this.#draw();
  }

  dispose(): void {
    this.#held.dispose();
  }

  #draw(): void {
    const count = (status: string): number =>
      this.#store.tasks.filter((task) => task.status === status).length;
    const look = statusBarLook(this.#sidecar.state, count("running"), count("waiting"));
    this.#entry.text = look.text;
    this.#entry.tooltip = look.tooltip;
    this.#entry.accessibilityInformation = { label: `Threadbook: ${look.tooltip}` };
    this.#entry.backgroundColor = look.warns
      ? new vscode.ThemeColor("statusBarItem.warningBackground")
      : undefined;
    this.#entry.show();
  }
}

interface Look {
  readonly text: string;
  readonly tooltip: string;
  readonly warns: boolean;
}

function statusBarLook(
  state: Sidecar["state"],
  running: number,
  waiting: number,
): Look {
  if (state === "stopped") {
    return {
      text: "$(warning) Threadbook",
      tooltip: t("The sidecar does not run"),
      warns: true,
    };
  }
  if (state === "restarting") {
    const tooltip = t("The sidecar is started again");
    return { text: "$(sync~spin) Threadbook", tooltip, warns: false };
  }
  const parts = [
    ...(running > 0 ? [`$(sync~spin) ${running}`] : []),
    ...(waiting > 0 ? [`$(bell-dot) ${waiting}`] : []),
  ];
  const words = [
    ...(running > 0 ? [plural(running, "{0} task runs", "{0} tasks run")] : []),
    ...(waiting > 0
      ? [plural(waiting, "{0} task waits for you", "{0} tasks wait for you")]
      : []),
  ];
  return {
    text: parts.length === 0 ? "$(notebook)" : parts.join("  "),
    tooltip: words.length === 0 ? t("Codex tasks") : words.join(", "),
    warns: waiting > 0,
  };
}
