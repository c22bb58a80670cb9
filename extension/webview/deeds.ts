/** What rendered things can do when they are used; stays the same object for ever. */
import type { FromPanel } from "../src/panel/messages.js";
import type { Parts } from "./folds.js";

export type Decision = Extract<FromPanel, { readonly type: "answer" }>["decision"];
export type Answers = Extract<FromPanel, { readonly type: "answer" }>["answers"];

export interface Deeds {
  readonly post: (message: FromPanel) => void;
  readonly fold: (itemId: string, part: string, level: number) => void;
  readonly loadItem: (itemId: string) => void;
  readonly copy: (text: string) => void;
  readonly answer: (requestId: string, decision: Decision, answers: Answers) => void;
  readonly showEarlier: () => void;
  readonly goToEnd: () => void;
  readonly send: () => void;
  readonly interrupt: () => void;
  readonly drafted: () => void;
}

/** What an item is drawn with, besides itself. */
export interface ItemView {
  readonly parts: Parts;
  /** Its turn runs and it is not complete. */
  readonly live: boolean;
  /** An approval about it waits. */
  readonly waiting: boolean;
  /** Whether it was asked for whole, and came. */
  readonly whole: "asked" | "here" | undefined;
  /** The task's folder. */
  readonly cwd: string | null;
  readonly deeds: Deeds;
}
