/** Opens the panel of a task that has only just begun. */
import { Disposables } from "../lib/disposables.js";
import { toSidecarError } from "../sidecar/errors.js";
import type { Context } from "./context.js";

/** Codex writes a task's file when it likes; after that the panel says what is wrong. */
const PATIENCE_MS = 8_000;

export async function openNew(
  context: Context,
  threadId: string,
  options: { readonly focusComposer: boolean },
): Promise<void> {
  await appeared(context, threadId);
  context.panels.open(threadId, options);
}

async function appeared({ sidecar }: Context, threadId: string): Promise<void> {
  const held = new Disposables();
  const told = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    held.add({ dispose: () => clearTimeout(timer) });
    held.add(
      sidecar.onNotification("task/changed", ({ task }) => {
        if (task.threadId === threadId) {
          resolve();
        }
      }),
    );
  });
  try {
    await sidecar.request("task/read", { threadId, turns: 0 });
  } catch (thrown) {
    if (toSidecarError(thrown).kind !== "threadNotFound") {
      throw thrown;
    }
    await told;
  } finally {
    held.dispose();
  }
}
