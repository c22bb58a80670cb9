/** Keeps the page's state with VS Code, and gives back what an earlier life of it kept. */
import type { Host, PageState } from "./state.js";
import { stateOf } from "./state.js";

const SAVE_AFTER = 300;

type Unsent = PageState["unsent"][number];

export class Keeping {
  readonly kept: PageState | null;
  readonly #host: Host;
  readonly #state: () => PageState | null;
  #later = 0;
  /** What the host was told last: it keeps the draft when the panel is closed. */
  #drafted: string;
  /** What an earlier life of this page sent, its fate unknown. */
  #unsent: readonly Unsent[];

  /** `state` says what to keep; null while the task is not known. */
  constructor(host: Host, state: () => PageState | null) {
    this.#host = host;
    this.#state = state;
    this.kept = stateOf(host.getState());
    this.#unsent = this.kept?.unsent ?? [];
    this.#drafted = this.kept?.draft ?? "";
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.save();
    });
  }

  saveLater(): void {
    if (this.#later !== 0) return;
    this.#later = window.setTimeout(() => {
      this.save();
    }, SAVE_AFTER);
  }

  save(): void {
    window.clearTimeout(this.#later);
    this.#later = 0;
    const state = this.#state();
    if (state === null) return;
    this.#host.setState(state);
    if (state.draft === this.#drafted) return;
    this.#drafted = state.draft;
    this.#host.postMessage({ type: "draft", text: state.draft });
  }

  /** The message of that number, once. */
  takeUnsent(sendId: number): Unsent | undefined {
    const found = this.#unsent.find((each) => each.sendId === sendId);
    this.#unsent = this.#unsent.filter((each) => each !== found);
    return found;
  }

  /** All of them, once. */
  takeAllUnsent(): readonly Unsent[] {
    const all = this.#unsent;
    this.#unsent = [];
    return all;
  }
}
