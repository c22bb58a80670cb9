/** Says in the header where the reader is: "Step 12 of 96". */
import type { PanelModel } from "./model.js";
import type { Scroller } from "./scroller.js";
import { t } from "./strings.js";

export class Here {
  readonly #scroller: Scroller;
  #model: PanelModel | null = null;
  #isDue = false;

  constructor(scroller: Scroller) {
    this.#scroller = scroller;
  }

  /** The step at the top of the view; at the end the last one. */
  get step(): number {
    const last = this.#model?.turns.findLast(({ number }) => number > 0)?.number ?? 0;
    return this.#scroller.following ? last : (this.#scroller.topStep() ?? last);
  }

  drawn(model: PanelModel): void {
    this.#model = model;
    this.moved();
  }

  /** At most once a frame. */
  moved(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#write();
    });
  }

  #write(): void {
    const place = document.querySelector<HTMLElement>("[data-here]");
    const count = this.#model?.turnCount ?? 0;
    const text = t("stepOf", this.step, Math.max(this.step, count));
    if (place !== null && place.textContent !== text) place.textContent = text;
  }
}
