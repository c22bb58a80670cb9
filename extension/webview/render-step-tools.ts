/** What one can do with a step: shown on hover, and while the focus is in the step. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Turn } from "../src/protocol/index.js";
import type { Rendered } from "./render-parts.js";
import type { TurnView } from "./turn-view.js";
import { askedIn, markdownOf, wordsOf } from "./step-text.js";
import { t } from "./strings.js";

export function stepTools(turn: Turn, view: TurnView): TemplateResult {
  const { deeds } = view;
  return html`<div
    class="step-tools"
    role="toolbar"
    aria-label=${t("tools.of", turn.number)}
  >
    ${forking(turn, view)}
    ${tool("copy", t("tools.copy"), () => {
      deeds.copy(wordsOf(turn));
    })}${tool("markdown", t("tools.copyMarkdown"), () => {
      deeds.copy(markdownOf(turn));
    })}${
      turn.dropped
        ? nothing
        : tool("go-to-file", t("tools.reveal"), () => {
            deeds.post({ type: "revealStep", step: turn.number });
          })
    }
  </div>`;
}

/** What makes another task of it; not of a step that still runs or was taken back. */
function forking(turn: Turn, { model, deeds }: TurnView): Rendered {
  const { number, dropped, turnId } = turn;
  if (dropped || turnId === model.liveTurnId || !model.mayRun.allowed) return nothing;
  const asked = askedIn(turn);
  return html`${tool("debug-continue", t("tools.goOn"), () => {
    deeds.fork(number, false);
  })}${
    asked === null
      ? nothing
      : tool("edit", t("tools.amend"), () => {
          deeds.amend(number, asked);
        })
  }${tool("repo-forked", t("tools.fork"), () => {
    deeds.fork(number, true);
  })}${
    (model.task?.git ?? null) === null
      ? nothing
      : tool("worktree", t("tools.worktree"), () => {
          deeds.post({ type: "worktree", step: number });
        })
  }`;
}

function tool(icon: string, label: string, act: () => void): TemplateResult {
  return html`<button
    type="button"
    class="icon-button codicon codicon-${icon}"
    title=${label}
    aria-label=${label}
    @click=${act}
  ></button>`;
}
