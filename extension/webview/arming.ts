/**
 * A question's buttons work once it was in view for a while, so that a click or key
 * meant for what was there before does not answer it.
 */

const ARM_AFTER = 500;

export class Arming {
  readonly #changed: () => void;
  #question: string | null = null;
  #armed: string | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The question whose buttons work. */
  get armed(): string | null {
    return this.#armed;
  }

  /** This question is in view now. */
  show(question: string | null): void {
    if (question === this.#question) return;
    this.#question = question;
    this.#armed = null;
    if (question === null) return;
    window.setTimeout(() => {
      if (this.#question !== question) return;
      this.#armed = question;
      this.#changed();
    }, ARM_AFTER);
  }
}
