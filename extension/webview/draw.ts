/** Draws the model into the page's places. */
import { html, nothing, render } from "lit/html.js";
import { approvals } from "./render-approval.js";
import { banners } from "./render-banner.js";
import { composerRow, sendFailure } from "./render-composer.js";
import { attachmentList, queueList } from "./render-desk.js";
import { feed } from "./render-feed.js";
import { header } from "./render-header.js";
import { icon, type Rendered } from "./render-parts.js";
import { pinnedPlan } from "./render-plan.js";
import { troubleBanner } from "./render-trouble.js";
import type { TurnView } from "./turn-view.js";
import type { Range } from "./shown.js";
import type { Skeleton } from "./skeleton.js";
import { t } from "./strings.js";

/** The way back to the end: not needed there, and it says when something came. */
export type Pill = "none" | "toEnd" | "newBelow";

export interface PageView extends TurnView {
  readonly range: Range;
  readonly pill: Pill;
  /** The question whose buttons work. */
  readonly armed: string | null;
  readonly hasDraft: boolean;
}

export function draw(places: Skeleton, view: PageView): void {
  const { model, folds, deeds } = view;
  render(header(model, deeds), places.header);
  render(banners(model, folds, deeds), places.banners);
  render(pinnedPlan(model, folds, deeds), places.plan);
  render(feed(view, view.range), places.feed);
  render(pillButton(view), places.pill);
  render(approvals(model, view.armed, deeds), places.approvals);
  render(troubleBanner(model, deeds), places.trouble);
  render(sendFailure(model), places.failure);
  render(queueList(model, deeds), places.queue);
  render(attachmentList(model, deeds), places.attachments);
  render(composerRow(model, view.hasDraft, deeds), places.composerRow);
}

function pillButton({ pill, deeds }: PageView): Rendered {
  if (pill === "none") return nothing;
  const text = t(pill);
  return html`<button
    type="button"
    class="pill-button is-${pill}"
    title=${t("toEnd")}
    aria-label=${text}
    @click=${deeds.goToEnd}
  >
    ${icon("arrow-down")}${pill === "newBelow" ? html`<span>${text}</span>` : nothing}
  </button>`;
}
