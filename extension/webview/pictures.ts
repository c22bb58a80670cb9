/** Asks for pictures whose places come near the view, and shows one large. */
import { t } from "./strings.js";

const NEAR = "400px";

export type Ask = (turnId: string, itemId: string, index: number) => void;

export class Pictures {
  readonly #observer: IntersectionObserver;
  readonly #feed: HTMLElement;
  readonly #seen = new WeakSet<Element>();

  constructor(scroller: HTMLElement, feed: HTMLElement, ask: Ask) {
    this.#feed = feed;
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting || !(target instanceof HTMLElement)) continue;
          this.#observer.unobserve(target);
          const wanted = wantedBy(target);
          if (wanted !== null) ask(...wanted);
        }
      },
      { root: scroller, rootMargin: NEAR },
    );
  }

  /** After a drawing: places that are new are watched. */
  drawn(): void {
    for (const place of this.#feed.querySelectorAll("[data-picture]")) {
      if (this.#seen.has(place)) continue;
      this.#seen.add(place);
      this.#observer.observe(place);
    }
  }
}

function wantedBy(place: HTMLElement): Parameters<Ask> | null {
  const written = place.dataset["picture"];
  return written === undefined ? null : (JSON.parse(written) as Parameters<Ask>);
}

/** Over the whole page, until a click or Escape; the focus goes back where it was. */
export function enlarge(dataUrl: string, name: string): void {
  const dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.setAttribute("aria-label", name);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button codicon codicon-close";
  close.title = t("closePicture");
  close.setAttribute("aria-label", t("closePicture"));
  const image = document.createElement("img");
  image.src = dataUrl;
  image.alt = name;
  dialog.append(image, close);
  dialog.addEventListener("click", () => {
    dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}
