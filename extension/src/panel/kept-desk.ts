/** What is kept of a desk: what the user was writing when the panel was closed. */
import type { QueuedMessage } from "./messages.js";

export interface KeptDesk {
  readonly draft: string;
  readonly queue: readonly QueuedMessage[];
}

export const EMPTY_DESK: KeptDesk = { draft: "", queue: [] };
