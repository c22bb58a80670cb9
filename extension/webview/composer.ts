/** The text field: Enter sends, Escape stops, words are never lost. */

export interface ComposerDeeds {
  readonly send: () => void;
  /** To be said when the running step has ended. */
  readonly queue: () => void;
  /** Says whether there was something to stop. */
  readonly interrupt: () => boolean;
  readonly drafted: () => void;
  /** `@` was typed where a word begins. */
  readonly mention: () => void;
  /** Pictures were pasted or dropped. */
  readonly attach: (pictures: readonly File[]) => void;
}

export class Composer {
  readonly #input: HTMLTextAreaElement;
  readonly #deeds: ComposerDeeds;

  constructor(input: HTMLTextAreaElement, frame: HTMLElement, deeds: ComposerDeeds) {
    this.#input = input;
    this.#deeds = deeds;
    input.addEventListener("input", this.#typed);
    input.addEventListener("keydown", this.#pressed);
    input.addEventListener("paste", (event) => {
      this.#takePictures(event, event.clipboardData);
    });
    frame.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    });
    frame.addEventListener("drop", (event) => {
      this.#takePictures(event, event.dataTransfer);
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
    this.text =
      since === "" || since === text.trim() ? text : `${text}\n\n${this.text}`;
  }

  /** A file's path in the place of the `@` that asked for it. */
  mention(path: string): void {
    const { selectionStart: at, value } = this.#input;
    const from = value[at - 1] === "@" ? at - 1 : at;
    const words = /\s/u.test(path) ? `"${path}" ` : `${path} `;
    this.#input.setRangeText(words, from, at, "end");
    this.#input.focus();
    this.#fit();
    this.#deeds.drafted();
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

  readonly #typed = (event: Event): void => {
    this.#fit();
    this.#deeds.drafted();
    const isAt =
      event instanceof InputEvent && !event.isComposing && event.data === "@";
    const before = this.#input.value[this.#input.selectionStart - 2] ?? " ";
    if (isAt && /[\s("']/u.test(before)) this.#deeds.mention();
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (event.altKey) this.#deeds.queue();
      else this.#deeds.send();
    } else if (event.key === "Escape" && this.#deeds.interrupt()) {
      event.preventDefault();
    }
  };

  #takePictures(event: Event, data: DataTransfer | null): void {
    const pictures = [...(data?.files ?? [])].filter(({ type }) =>
      type.startsWith("image/"),
    );
    if (pictures.length === 0) return;
    event.preventDefault();
    this.#deeds.attach(pictures);
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
