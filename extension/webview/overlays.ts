/** Opens and closes what hangs over the conversation; the focus goes back where it was. */
import { html, nothing, render } from "lit/html.js";
import type { Deeds } from "./deeds.js";
import type { Overlay, PanelModel } from "./model.js";
import { Outline } from "./outline.js";
import { filesOverlay } from "./render-overlay.js";
import { t } from "./strings.js";

export interface OverlayDeeds {
  readonly goToStep: (step: number) => void;
  readonly close: () => void;
  /** The step where the reader is. */
  readonly here: () => number;
}

export class Overlays {
  readonly #place: HTMLElement;
  readonly #deeds: OverlayDeeds;
  #shown: Overlay | null = null;
  #outline: Outline | null = null;

  constructor(place: HTMLElement, deeds: OverlayDeeds) {
    this.#place = place;
    this.#deeds = deeds;
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.#deeds.close();
    });
    document.addEventListener("pointerdown", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const isOurs = this.#place.contains(target);
      const isButton = (target?.closest("[data-overlay]") ?? null) !== null;
      if (this.#shown !== null && !isOurs && !isButton) this.#deeds.close();
    });
  }

  draw(model: PanelModel, deeds: Deeds): void {
    const { overlay } = model;
    const before = this.#shown;
    this.#shown = overlay;
    if (overlay !== before) this.#change(before, overlay);
    if (overlay === "files") {
      const files = this.#frame();
      if (files !== null) render(filesOverlay(model, deeds), files);
      if (before !== "files") files?.querySelector("button")?.focus();
    } else if (overlay === "outline") {
      this.#outline?.show(model.outline);
    }
  }

  #change(before: Overlay | null, overlay: Overlay | null): void {
    const hadFocus = this.#place.contains(document.activeElement);
    this.#outline?.close();
    this.#outline = null;
    if (overlay === null) {
      render(nothing, this.#place);
      if (hadFocus) focusOn(before);
      return;
    }
    render(
      html`<div
        class="overlay is-${overlay}"
        role="dialog"
        aria-label=${t(`overlay.${overlay}`)}
      ></div>`,
      this.#place,
    );
    const frame = this.#frame();
    if (overlay !== "outline" || frame === null) return;
    frame.replaceChildren();
    this.#outline = new Outline(frame, {
      go: this.#deeds.goToStep,
      close: this.#deeds.close,
    });
    this.#outline.open(this.#deeds.here());
  }

  #frame(): HTMLElement | null {
    return this.#place.querySelector<HTMLElement>(".overlay");
  }
}

function focusOn(overlay: Overlay | null): void {
  document.querySelector<HTMLElement>(`[data-overlay="${overlay ?? ""}"]`)?.focus();
}
