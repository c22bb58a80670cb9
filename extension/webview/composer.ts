/** The text field: Enter sends, Escape stops, words are never lost. */

export interface ComposerDeeds {
  readonly send: () => void;
  /** Says whether there was something to stop. */
  readonly interrupt: () => boolean;
  readonly drafted: () => void;
}

export class Composer {
  readonly #input: HTMLTextAreaElement;

  constructor(input: HTMLTextAreaElement, deeds: ComposerDeeds) {
    this.#input = input;
    input.addEventListener("input", () => {
      this.#fit();
      deeds.drafted();
    });
    input.addEventListener("keydown", (event) => {
      if (isComposing(event)) return;
      if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        deeds.send();
      } else if (event.key === "Escape" && deeds.interrupt()) {
        event.preventDefault();
      }
    });
  }

  get text(): string {
    return this.#input.value;
  }

  set text(text: string) {
    this.#input.value = text;
    this.#fit();
  }

  /** A message that was not sent, before what was written since. */
  giveBack(text: string): void {
    const since = this.text.trim();
    this.text = since === "" ? text : `${text}\n\n${this.text}`;
  }

  focus(): void {
    this.#input.focus();
    const end = this.#input.value.length;
    this.#input.setSelectionRange(end, end);
  }

  /** Only the drawing knows what may be sent and what the field says while empty. */
  describe(placeholder: string, enabled: boolean): void {
    if (this.#input.placeholder !== placeholder) this.#input.placeholder = placeholder;
    if (this.#input.readOnly === enabled) this.#input.readOnly = !enabled;
  }

  /** Browsers without `field-sizing` grow the field by hand. */
  #fit(): void {
    if (CSS.supports("field-sizing", "content")) return;
    this.#input.style.height = "auto";
    this.#input.style.height = `${String(this.#input.scrollHeight)}px`;
  }
}

/** Keys that belong to an input method; 229 is what some report at its end. */
function isComposing(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari's and some Linux input methods' only sign.
  return event.isComposing || event.keyCode === 229;
}
