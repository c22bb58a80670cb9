/** What Codex asks, above the composer where it can't be missed. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import type { Approval, Question } from "../src/protocol/index.js";
import type { Answers, Decision, Deeds } from "./deeds.js";
import type { PanelModel } from "./model.js";
import { visible } from "./plain.js";
import { icon, type Rendered } from "./render-parts.js";
import { ENGLISH, t, tCount } from "./strings.js";

const ICONS = {
  command: "terminal",
  fileChange: "diff-multiple",
  permissions: "shield",
  userInput: "comment-discussion",
  elicitation: "plug",
} as const;

/** The oldest question; the others are counted. `armed`: the one that was in view long enough for a click to be meant. */
export function approvals(
  model: PanelModel,
  armed: string | null,
  deeds: Deeds,
): Rendered {
  const first = model.approvals[0];
  if (first === undefined) return nothing;
  const others = model.approvals.length - 1;
  const disabled = model.answered.has(first.requestId) || armed !== first.requestId;
  return html`${repeat(
    [first],
    (each) => each.requestId,
    (each) => card(each, disabled, model, deeds),
  )}
  ${others === 0 ? nothing : html`<p class="quiet approval-more">${tCount("approval.more", others)}</p>`}`;
}

function card(
  approval: Approval,
  disabled: boolean,
  model: PanelModel,
  deeds: Deeds,
): TemplateResult {
  const asks = approval.questions.length > 0;
  const titleId = "approval-title";
  return html`<form
    class="approval"
    aria-labelledby=${titleId}
    data-request=${approval.requestId}
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      if (!disabled && asks) submit(approval, event.currentTarget, deeds);
    }}
  >
    <p class="approval-title" dir="auto">
      ${icon(ICONS[approval.kind])}<span id=${titleId}>${titleOf(approval)}</span>
    </p>
    <div
      class="approval-scroll"
      tabindex="0"
      role="group"
      aria-label=${t("taskDetails")}
    >
      ${approval.reason === null ? nothing : html`<p class="approval-reason" dir="auto">${visible(approval.reason)}</p>`}${subject(approval)}
      ${approval.questions.map((question) => questionFields(question, disabled))}
    </div>
    <div class="buttons">
      ${buttons(approval, disabled, asks, deeds)}
      ${model.answered.has(approval.requestId) ? html`<span class="quiet">${t("approval.answering")}</span>` : nothing}
    </div>
  </form>`;
}

/** The sidecar's words, in the page's language when they are the usual ones of the kind. */
function titleOf({ kind, title }: Approval): string {
  const key = `approval.${kind}` as const;
  return title === ENGLISH[key] ? t(key) : visible(title);
}

function submit(approval: Approval, form: EventTarget | null, deeds: Deeds): void {
  if (!(form instanceof HTMLFormElement)) return;
  const answers = answersOf(approval.questions, new FormData(form));
  deeds.answer(approval.requestId, "accept", answers);
}

/** The command with its folder, or the files. */
function subject(approval: Approval): TemplateResult {
  const { command, cwd, files } = approval;
  const list = files.map((file) => html`<li><bdi>${visible(file)}</bdi></li>`);
  return html`${command === null ? nothing : html`<pre class="approval-command" dir="ltr"><code>${visible(command)}</code></pre>`}
  ${cwd === null ? nothing : html`<p class="quiet">${t("inFolder", visible(cwd))}</p>`}
  ${
    files.length === 0
      ? nothing
      : html`<ul class="approval-files" aria-label=${t("approval.files")}>
          ${list}
        </ul>`
  }`;
}

function buttons(
  approval: Approval,
  disabled: boolean,
  asks: boolean,
  deeds: Deeds,
): readonly TemplateResult[] {
  return approval.decisions.map((decision) => {
    if (asks && decision === "accept") {
      return html`<button
        type="submit"
        class="button"
        data-decision="accept"
        ?disabled=${disabled}
      >
        ${t("approval.answer")}
      </button>`;
    }
    const label = t(
      asks && decision === "decline" ? "approval.skip" : `approval.${decision}`,
    );
    return html`<button
      type="button"
      class="button ${decision === "accept" ? "" : "is-secondary"}"
      data-decision=${decision}
      ?disabled=${disabled}
      @click=${() => {
        decide(approval.requestId, decision, deeds);
      }}
    >
      ${label}
    </button>`;
  });
}

function decide(requestId: string, decision: Decision, deeds: Deeds): void {
  deeds.answer(requestId, decision, null);
}

const OTHER = "\u0000other";

function questionFields(question: Question, disabled: boolean): TemplateResult {
  const { id, header, options, allowsOther } = question;
  // A form's field with a title and no description has the one for both.
  const headed = header !== null && header.trim() !== question.question.trim();
  const legend = html`<legend dir="auto">
    ${headed ? html`<strong>${visible(header)}</strong> ` : nothing}${visible(question.question)}
  </legend>`;
  if (options.length === 0)
    return html`<fieldset ?disabled=${disabled}>
      ${legend}${freeText(question, t("approval.yourAnswer"))}
    </fieldset>`;
  const choices = options.map(
    (option, index) =>
      html`<label class="choice">
        <input type="radio" name=${`choice:${id}`} value=${String(index)} />
        <span dir="auto"
          >${visible(option.label)}${option.description === null ? nothing : html`<span class="quiet choice-detail">${visible(option.description)}</span>`}</span
        >
      </label>`,
  );
  const other = html`<label class="choice"
      ><input type="radio" name=${`choice:${id}`} value=${OTHER} /><span
        >${t("approval.other")}</span
      ></label
    >
    ${freeText(question, t("approval.otherAnswer"))}`;
  return html`<fieldset ?disabled=${disabled}>
    ${legend}${choices}${allowsOther ? other : nothing}
  </fieldset>`;
}

function freeText(question: Question, label: string): TemplateResult {
  return html`<input
    class="field"
    type=${question.isSecret ? "password" : "text"}
    name=${`text:${question.id}`}
    aria-label=${label}
    placeholder=${label}
    autocomplete="off"
    dir="auto"
    @input=${chooseOther}
  />`;
}

/** Who types an own answer means it. */
function chooseOther(event: Event): void {
  const field = event.currentTarget;
  if (!(field instanceof HTMLInputElement)) return;
  const radios =
    field
      .closest("fieldset")
      ?.querySelectorAll<HTMLInputElement>("input[type=radio]") ?? [];
  for (const radio of radios) radio.checked = radio.value === OTHER;
}

/** The answers by question; a question that was left open has none. */
export function answersOf(questions: readonly Question[], data: FormData): Answers {
  const entries = questions.map((question) => {
    const typed = textIn(data, `text:${question.id}`);
    const choice = textIn(data, `choice:${question.id}`);
    const chosen =
      choice === OTHER || choice === ""
        ? typed
        : (question.options[Number(choice)]?.label ?? "");
    return [question.id, chosen === "" ? [] : [chosen]] as const;
  });
  return Object.fromEntries(entries);
}

function textIn(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value : "";
}
