/**
 * Fetches what marks code (`highlighter.ts`) when the first things that were said are on
 * the screen, and marks the code in them, in its place.
 */
import { lateMarks, useHighlight, WAITING, type Highlight } from "./code-marks.js";
import { afterPaint } from "./frames.js";
import { safeFragment } from "./safe-html.js";

declare global {
  interface Window {
    /** Set by `highlighter.ts`. */
    highlighted?: Highlight;
  }
}

export class CodeColours {
  readonly #root: HTMLElement;
  readonly #changed: () => void;
  #isAsked = false;

  /** `changed`: code looks different now. */
  constructor(root: HTMLElement, changed: () => void) {
    this.#root = root;
    this.#changed = changed;
  }

  /** After a drawing that had something to read in it. */
  drawn(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    afterPaint(() => {
      this.#fetch();
    });
  }

  /** The page's own script element (`panel-html.ts`) has the address and the leave. */
  #fetch(): void {
    const own = document.querySelector<HTMLScriptElement>("script[data-highlighter]");
    const script = document.createElement("script");
    script.nonce = own?.nonce ?? "";
    script.src = own?.dataset["highlighter"] ?? "";
    script.addEventListener("load", () => {
      if (window.highlighted === undefined) return;
      useHighlight(window.highlighted);
      this.#mark();
    });
    document.head.append(script);
  }

  #mark(): void {
    for (const element of this.#root.querySelectorAll(`code.${WAITING}`)) {
      const marks = lateMarks(element);
      element.classList.remove(WAITING);
      if (marks !== null) element.replaceChildren(safeFragment(marks));
    }
    this.#changed();
  }
}
