/** Tags as one types them; pure. */
import type { Task } from "../protocol/index.js";

/** "a, b , ,a" is a and b. */
export function tagsIn(written: string): readonly string[] {
  const tags = written.split(",").map((tag) => tag.trim());
  return [...new Set(tags)].filter((tag) => tag !== "");
}

/** Those that every task has, and those that only some have. */
export function tagsOf(tasks: readonly Task[]): {
  readonly onAll: readonly string[];
  readonly onSome: readonly string[];
} {
  const all = [...new Set(tasks.flatMap(({ tags }) => tags))].sort();
  const isOnAll = (tag: string): boolean =>
    tasks.every(({ tags }) => tags.includes(tag));
  return {
    onAll: all.filter(isOnAll),
    onSome: all.filter((tag) => !isOnAll(tag)),
  };
}

/** What has to happen so that *before* becomes *after*. */
export function tagChanges(
  before: readonly string[],
  after: readonly string[],
): { readonly addTags: readonly string[]; readonly removeTags: readonly string[] } {
  return {
    addTags: after.filter((tag) => !before.includes(tag)),
    removeTags: before.filter((tag) => !after.includes(tag)),
  };
}
