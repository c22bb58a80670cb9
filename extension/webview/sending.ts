/** What leaves the text field: messages, messages for later, messages said anew. */
import type { FromPanel, QueuedMessage, ToPanel } from "../src/panel/messages.js";
import type { Composer } from "./composer.js";
import type { Keeping } from "./keeping.js";
import { isRunning, type PageAction, type PanelModel } from "./model.js";
import { isEcho } from "./turns.js";

export interface SendingParts {
  readonly composer: Composer;
  readonly model: () => PanelModel;
  readonly take: (action: PageAction) => void;
  readonly post: (message: FromPanel) => void;
  readonly goToEnd: () => void;
}

export class Sending {
  readonly #parts: SendingParts;
  #last = 0;
  /** What was being written before a message was taken up to be said anew. */
  #aside = "";

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  send(): void {
    const model = this.#parts.model();
    const said = this.#written();
    if (said === null) return;
    const { text, images } = said;
    const sendId = this.#nextId();
    if (model.amending !== null) {
      this.#deliver({ type: "amend", sendId, step: model.amending, text, images });
      this.#parts.composer.text = this.#aside;
      this.#aside = "";
      return;
    }
    // A turn that runs takes words only.
    const steer = isRunning(model) && images.length === 0;
    this.#deliver({ type: "send", sendId, text, steer, ...model.choice, images });
    this.#parts.goToEnd();
  }

  /** Sends these words; what is being written stays. */
  say(text: string): void {
    const { model, take, post, goToEnd } = this.#parts;
    const sendId = this.#nextId();
    const { choice } = model();
    const message = {
      type: "send",
      sendId,
      text,
      steer: false,
      ...choice,
      images: [],
    } as const;
    take({ type: "sending", message });
    post(message);
    goToEnd();
  }

  /** For when the running turn has ended; at once when none runs. */
  queue(): void {
    const model = this.#parts.model();
    if (!isRunning(model) || model.amending !== null) {
      this.send();
      return;
    }
    const said = this.#written();
    if (said === null) return;
    this.#parts.post({ type: "enqueue", message: { id: this.#nextId(), ...said } });
    this.#clear();
  }

  sendQueued({ id, text, images }: QueuedMessage): void {
    const { model, take, post, goToEnd } = this.#parts;
    const sendId = this.#nextId();
    const steer = isRunning(model()) && images.length === 0;
    const settings = { model: null, effort: null };
    take({
      type: "sending",
      message: { type: "send", sendId, text, steer, ...settings, images },
    });
    post({ type: "sendQueued", id, sendId });
    goToEnd();
  }

  /** Takes a message back from the queue. */
  editQueued({ id, text }: QueuedMessage): void {
    this.#parts.post({ type: "unqueue", id });
    this.#parts.composer.giveBack(text);
    this.#parts.composer.focus();
  }

  amend(step: number, text: string): void {
    const { composer, model, take } = this.#parts;
    if (model().amending === null) this.#aside = composer.text;
    composer.text = text;
    take({ type: "amending", step });
    composer.focus();
  }

  stopAmending(): void {
    const { composer, take } = this.#parts;
    composer.text = this.#aside;
    this.#aside = "";
    take({ type: "amending", step: null });
    composer.focus();
  }

  /** Null: there is nothing that may be sent now. */
  #written(): { readonly text: string; readonly images: readonly string[] } | null {
    const model = this.#parts.model();
    const text = this.#parts.composer.text.trim();
    const paths = model.attachments.map(({ path }) => path);
    const images = paths.filter((path) => path !== null);
    const isEmpty = text === "" && images.length === 0;
    if (isEmpty || images.length < paths.length || !model.mayRun.allowed) return null;
    return { text, images };
  }

  #deliver(message: Extract<FromPanel, { readonly type: "send" | "amend" }>): void {
    this.#parts.composer.text = "";
    this.#parts.take({ type: "sending", message });
    this.#parts.post(message);
  }

  #clear(): void {
    this.#parts.composer.text = "";
    for (const { id } of this.#parts.model().attachments)
      this.#parts.take({ type: "detached", attachmentId: id });
  }

  /** Also unlike the numbers of an earlier life of this page. */
  #nextId(): number {
    this.#last = Math.max(this.#last + 1, Date.now());
    return this.#last;
  }
}

/** A message that was not sent goes back where it was written. */
export function giveBack(
  message: ToPanel | PageAction,
  model: PanelModel,
  keeping: Keeping,
  composer: Composer,
): void {
  if (message.type === "sent") {
    const { sendId, failure } = message;
    const pending = model.pending.find((each) => each.sendId === sendId);
    const send = pending ?? keeping.takeUnsent(sendId);
    if (send !== undefined && failure !== null) composer.giveBack(send.text);
  }
  if (message.type === "turns") {
    const last = message.turns.at(-1);
    for (const { text } of keeping.takeAllUnsent()) {
      if (!isEcho(text, last)) composer.giveBack(text);
    }
  }
}
