/** What rendered things can do when they are used; stays the same object for ever. */
import type { FromPanel, QueuedMessage } from "../src/panel/messages.js";
import type { Parts } from "./folds.js";
import type { Overlay, Picture } from "./model.js";

export type Decision = Extract<FromPanel, { readonly type: "answer" }>["decision"];
export type Answers = Extract<FromPanel, { readonly type: "answer" }>["answers"];

export interface Deeds {
  readonly post: (message: FromPanel) => void;
  readonly fold: (itemId: string, part: string, level: number) => void;
  readonly loadItem: (itemId: string) => void;
  readonly copy: (text: string) => void;
  readonly answer: (requestId: string, decision: Decision, answers: Answers) => void;
  readonly fork: (step: number, beside: boolean) => void;
  /** Begins to rewrite what the user said at a step. */
  readonly amend: (step: number, text: string) => void;
  readonly stopAmending: () => void;
  readonly loadImage: (turnId: string, itemId: string, index: number) => void;
  readonly enlarge: (dataUrl: string, name: string) => void;
  readonly overlay: (overlay: Overlay | null) => void;
  readonly find: () => void;
  readonly goToStep: (step: number) => void;
  readonly detach: (attachmentId: number) => void;
  readonly attach: () => void;
  readonly chooseModel: () => void;
  /** Sends what a turn that was cut off needs to go on. */
  readonly sayGoOn: () => void;
  readonly queue: () => void;
  readonly editQueued: (message: QueuedMessage) => void;
  readonly sendQueued: (message: QueuedMessage) => void;
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
  readonly turnId: string;
  /** Its pictures, as far as they came: by index. */
  readonly pictures: readonly (Picture | undefined)[];
  /** The task's folder. */
  readonly cwd: string | null;
  readonly deeds: Deeds;
}
