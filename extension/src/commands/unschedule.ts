/** *Do not go on by itself*: takes back what a limit or a time was waited for. */
import type { UsageRow } from "../views/usage-rows.js";
import type { Context } from "./context.js";
import { threadIdOf } from "./target.js";

export async function unschedule(context: Context, argument: unknown): Promise<void> {
  const row = argument as Partial<UsageRow> | undefined;
  const threadId = threadIdOf(argument) ?? row?.threadId;
  if (threadId !== undefined) {
    await context.sidecar.request("task/unschedule", { threadId });
  }
}
