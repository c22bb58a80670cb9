/** What the page asks for besides the conversation itself, each to whom it concerns. */
import type { Desk } from "./desk.js";
import type { FromPanel } from "./messages.js";
import type { SessionState } from "./session-state.js";
import { Steps } from "./steps.js";

type Of<T extends FromPanel["type"]> = Extract<FromPanel, { type: T }>;
type Showing = Of<
  "openFile" | "openTask" | "openDiff" | "openLink" | "copy" | "diffSinceStart"
>;
type Stepping = Of<
  "fork" | "amend" | "worktree" | "revealStep" | "outline" | "loadImage"
>;
type Writing = Of<
  | "draft"
  | "enqueue"
  | "unqueue"
  | "sendQueued"
  | "chooseModel"
  | "attach"
  | "mention"
  | "schedule"
>;
export type Errand = Showing | Stepping | Writing;

export class Errands {
  readonly #session: SessionState;
  readonly #steps: Steps;
  readonly #desk: Desk;

  constructor(session: SessionState, desk: Desk) {
    this.#session = session;
    this.#steps = new Steps(session);
    this.#desk = desk;
  }

  async run(errand: Errand): Promise<void> {
    switch (errand.type) {
      case "openFile":
      case "openTask":
      case "openDiff":
      case "openLink":
      case "copy":
      case "diffSinceStart":
        return this.#show(errand);
      case "fork":
      case "amend":
      case "worktree":
      case "revealStep":
      case "outline":
      case "loadImage":
        return this.#step(errand);
      default:
        return this.#write(errand);
    }
  }

  async #show(errand: Showing): Promise<void> {
    const { host, threadId, task } = this.#session;
    switch (errand.type) {
      case "openFile":
        host.openFile(errand.path, errand.line, task?.cwd ?? null);
        break;
      case "openTask":
        host.openTask(errand.threadId, false);
        break;
      case "openDiff":
        host.openDiff(threadId, errand.itemId, errand.path);
        break;
      case "openLink":
        host.openLink(errand.url);
        break;
      case "copy":
        host.copy(errand.text);
        break;
      case "diffSinceStart":
        await this.#steps.diffSinceStart(errand.paths);
    }
  }

  #step(errand: Stepping): Promise<void> {
    switch (errand.type) {
      case "fork":
        return this.#steps.fork(errand.step, errand.beside);
      case "amend":
        return this.#steps.amend(errand);
      case "worktree":
        return this.#steps.worktree(errand.step);
      case "revealStep":
        return this.#steps.reveal(errand.step);
      case "outline":
        return this.#steps.outline();
      case "loadImage":
        return this.#steps.loadImage(errand.turnId, errand.itemId, errand.index);
    }
  }

  async #write(errand: Writing): Promise<void> {
    switch (errand.type) {
      case "draft":
        this.#desk.drafted(errand.text);
        break;
      case "enqueue":
        this.#desk.enqueue(errand.message);
        break;
      case "unqueue":
        this.#desk.unqueue(errand.id);
        break;
      case "sendQueued":
        return this.#desk.sendQueued(errand.id, errand.sendId);
      case "chooseModel":
        return this.#desk.chooseModel(errand.model, errand.effort);
      case "attach":
        return this.#desk.attach(errand);
      case "mention":
        return this.#desk.mention();
      case "schedule":
        return this.#desk.schedule(errand.on);
    }
  }
}
