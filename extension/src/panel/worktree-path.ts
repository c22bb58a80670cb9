/** Where a worktree of a task is suggested to be. */
import path from "node:path";

/** Beside the folder of the task: inside of it, it would be part of the user's own. */
export function suggestedWorktree(cwd: string, step: number): string {
  return path.join(path.dirname(cwd), `${path.basename(cwd)}-step-${step}`);
}
