/** The page's frame: places that are drawn into, and the text field, made once. */
import { html, render } from "lit/html.js";
import { t } from "./strings.js";

export interface Skeleton {
  readonly header: HTMLElement;
  readonly banners: HTMLElement;
  readonly plan: HTMLElement;
  readonly find: HTMLElement;
  readonly overlay: HTMLElement;
  readonly scroller: HTMLElement;
  readonly feed: HTMLElement;
  readonly minimap: HTMLElement;
  readonly pill: HTMLElement;
  readonly approvals: HTMLElement;
  readonly trouble: HTMLElement;
  readonly failure: HTMLElement;
  readonly queue: HTMLElement;
  readonly composer: HTMLElement;
  readonly attachments: HTMLElement;
  readonly input: HTMLTextAreaElement;
  readonly composerRow: HTMLElement;
  readonly announcer: HTMLElement;
}

/** Draws the frame into the body and finds its places. */
export function makeSkeleton(body: HTMLElement): Skeleton {
  const root = document.createElement("div");
  root.className = "page";
  body.append(root);
  render(frame(), root);
  const place = (name: string): HTMLElement => {
    const found = root.querySelector<HTMLElement>(`[data-place="${name}"]`);
    if (found === null) throw new Error(`The page has no place ${name}`);
    return found;
  };
  const input = root.querySelector("textarea");
  if (input === null) throw new Error("The page has no text field");
  return {
    header: place("header"),
    banners: place("banners"),
    plan: place("plan"),
    find: place("find"),
    overlay: place("overlay"),
    scroller: place("scroller"),
    feed: place("feed"),
    minimap: place("minimap"),
    pill: place("pill"),
    approvals: place("approvals"),
    trouble: place("trouble"),
    failure: place("failure"),
    queue: place("queue"),
    composer: place("composer"),
    attachments: place("attachments"),
    input,
    composerRow: place("row"),
    announcer: place("announcer"),
  };
}

function frame(): unknown {
  return html`<header class="top">
      <div data-place="header"></div>
      <div class="banners" data-place="banners"></div>
      <div data-place="plan"></div>
    </header>
    <div class="over">
      <div data-place="find"></div>
      <div data-place="overlay"></div>
    </div>
    <main class="scroller" data-place="scroller" tabindex="0" aria-label=${t("feed")}>
      <div class="feed" data-place="feed"></div>
    </main>
    <div class="minimap" data-place="minimap"></div>
    <footer class="bottom">
      <div class="pill-place" data-place="pill"></div>
      <div class="bottom-frame">
        <div class="column">
          <div data-place="approvals"></div>
          <div data-place="trouble"></div>
          <div data-place="failure"></div>
          <div data-place="queue"></div>
          <div class="composer" data-place="composer">
            <div data-place="attachments"></div>
            <textarea
              rows="1"
              dir="auto"
              aria-label=${t("composer")}
              aria-describedby="composer-hint"
              spellcheck="true"
            ></textarea>
            <div class="composer-row" data-place="row"></div>
          </div>
        </div>
      </div>
      <div class="spoken" role="status" aria-live="polite" data-place="announcer"></div>
    </footer>`;
}
