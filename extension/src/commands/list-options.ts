/** The buttons in the view's title: which tasks, in which groups, and again. */
import { writeSetting } from "../settings.js";
import type { Context } from "./context.js";

export async function refresh({ sidecar, store }: Context): Promise<void> {
  if (sidecar.state === "stopped") {
    // The list is read again as soon as it runs.
    await sidecar.start();
  } else {
    await store.load();
  }
}

export function showAllFolders(): Promise<void> {
  return writeSetting("scope", "all");
}

export function showThisWorkspace(): Promise<void> {
  return writeSetting("scope", "workspace");
}

export function groupByDate(): Promise<void> {
  return writeSetting("groupBy", "date");
}

export function groupByTag(): Promise<void> {
  return writeSetting("groupBy", "tag");
}

export function groupByFolder(): Promise<void> {
  return writeSetting("groupBy", "folder");
}
