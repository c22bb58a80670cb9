/**
 * Tasks that were due to go on while nothing ran: whether they still shall is the user's
 * to say, once.
 */
import * as vscode from "vscode";

import { Disposables, type Disposable } from "../lib/disposables.js";
import { plural, t } from "../lib/l10n.js";
import type { Schedule } from "../protocol/index.js";
import type { Sidecar } from "../sidecar/client.js";

export function askAboutHeldBack(sidecar: Sidecar, asks: () => boolean): Disposable {
  const held = new Disposables();
  const asked = new Set<string>();
  const look = (scheduled: readonly Schedule[]): void => {
    const due = scheduled.filter(
      ({ heldBack, threadId, createdAt }) =>
        heldBack && !asked.has(`${threadId} ${createdAt}`),
    );
    if (asks() && due.length > 0) {
      due.forEach((each) => asked.add(`${each.threadId} ${each.createdAt}`));
      void ask(sidecar, due);
    }
  };
  held.add(sidecar.onNotification("usage/changed", ({ scheduled }) => look(scheduled)));
  held.add(
    sidecar.onState((state) => {
      if (state === "running") {
        // Without an answer there is nothing to ask about.
        void sidecar.request("usage/read", {}).then(
          ({ scheduled }) => look(scheduled),
          () => undefined,
        );
      }
    }),
  );
  return held;
}

async function ask(sidecar: Sidecar, due: readonly Schedule[]): Promise<void> {
  const goOn = t("Go on");
  const drop = t("Do not go on");
  const choice = await vscode.window.showInformationMessage(
    plural(
      due.length,
      "{0} task was to go on by itself while VS Code was closed.",
      "{0} tasks were to go on by themselves while VS Code was closed.",
    ),
    goOn,
    drop,
  );
  for (const { threadId, prompt } of due) {
    if (choice === goOn) {
      await sidecar.request("task/schedule", { threadId, at: Date.now(), prompt });
    } else if (choice === drop) {
      await sidecar.request("task/unschedule", { threadId });
    }
  }
}
