/** The plan of the last step, kept in view while it is not done. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Deeds } from "./deeds.js";
import { OUTSIDE, type Folds } from "./folds.js";
import type { PanelModel } from "./model.js";
import { oneLine } from "./plain.js";
import { planSteps } from "./render-message.js";
import { icon, type Rendered } from "./render-parts.js";
import { t } from "./strings.js";
import type { ItemOf } from "./wire.js";

const PLAN = `${OUTSIDE}plan`;

export function pinnedPlan(model: PanelModel, folds: Folds, deeds: Deeds): Rendered {
  const plan = model.newerFrom === null ? openPlan(model) : null;
  if (plan === null) return nothing;
  const isOpen = (folds.of(PLAN)["list"] ?? 0) > 0;
  const done = plan.steps.filter(({ status }) => status === "completed").length;
  const now =
    plan.steps.find(({ status }) => status === "inProgress") ??
    plan.steps.find(({ status }) => status === "pending");
  return html`<section class="pinned-plan" aria-label=${t("plan.pinned")}>
    <button
      type="button"
      class="fold-head"
      aria-expanded=${isOpen ? "true" : "false"}
      @click=${() => {
        deeds.fold(PLAN, "list", isOpen ? 0 : 1);
      }}
    >
      ${icon("checklist")}<span>${t("planProgress", done, plan.steps.length)}</span
      ><span class="fold-title quiet" dir="auto">${oneLine(now?.step ?? "")}</span
      >${icon(isOpen ? "chevron-up" : "chevron-down", "fold-chevron")}
    </button>
    ${isOpen ? steps(plan) : nothing}
  </section>`;
}

function steps(plan: ItemOf<"plan">): TemplateResult {
  return html`<div class="plan">${planSteps(plan)}</div>`;
}

/** The newest plan of the last turn, when something of it is still to do. */
function openPlan(model: PanelModel): ItemOf<"plan"> | null {
  const plan = model.turns.at(-1)?.items.findLast((item) => item.type === "plan");
  if (plan?.type !== "plan" || plan.steps.length === 0) return null;
  return plan.steps.some(({ status }) => status !== "completed") ? plan : null;
}
