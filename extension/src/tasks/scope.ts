/** Which tasks are listed. */
import type { Task } from "../protocol/index.js";

export interface Scope {
  /** These folders and what is below them; null: all folders. */
  readonly folders: readonly string[] | null;
  readonly subAgents: boolean;
  /** The example tasks, not the user's own; told apart so that rows of one home are never remembered as the other's. */
  readonly isDemo?: true;
  /** Where the tasks stand; active ones when it is not said. */
  readonly states?: readonly Task["state"][];
}

export function statesOf({ states = ["active"] }: Scope): readonly Task["state"][] {
  return states;
}

export function isInScope(task: Task, scope: Scope): boolean {
  return (
    statesOf(scope).includes(task.state) &&
    !task.cleared &&
    (scope.subAgents || !task.isSubAgent) &&
    (scope.folders === null ||
      (task.cwd !== null && isBelowAny(task.cwd, scope.folders)))
  );
}

function isBelowAny(cwd: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const base = folder.replace(/[\\/]+$/, "");
    const rest = cwd.startsWith(base) ? cwd.slice(base.length) : null;
    return rest !== null && /^$|^[\\/]/.test(rest);
  });
}
