/** VS Code's store of what is kept, in memory. */
import type { Memento } from "vscode";

export function memento(kept: Readonly<Record<string, unknown>> = {}): Memento {
  const values = new Map<string, unknown>(Object.entries(kept));
  return {
    get: (key: string, otherwise?: unknown): unknown => values.get(key) ?? otherwise,
    keys: () => [...values.keys()],
    update: (key: string, value: unknown) =>
      Promise.resolve(void values.set(key, value)),
  } as Memento;
}
