/** Commands about the sidecar itself. */
import type { Context } from "./context.js";

export function showLog({ log }: Context): Promise<void> {
  log.show();
  return Promise.resolve();
}

export function restartSidecar({ sidecar }: Context): Promise<void> {
  return sidecar.restart();
}
