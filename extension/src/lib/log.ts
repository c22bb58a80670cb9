/**
 * Where diagnostics go; VS Code's `LogOutputChannel` fits.
 * Never a word of a conversation: methods, ids, counts, times.
 */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The sentence of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
