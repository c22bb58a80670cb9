/** What hangs over the conversation when asked for: the files that the task changed. */
import { html, nothing, type TemplateResult } from "lit/html.js";
import { changedFiles, type ChangedFile } from "./changed-files.js";
import type { Deeds } from "./deeds.js";
import type { PanelModel } from "./model.js";
import { baseName, folderIn, visible } from "./plain.js";
import { icon, spoken } from "./render-parts.js";
import { t, tCount } from "./strings.js";

/** How many files the header names; with a sign that earlier steps may add to them. */
export function filesLabel(model: PanelModel): string | null {
  const count = changedFiles(model.turns).length;
  if (count === 0) return null;
  const label = tCount("files.changed", count);
  return isPart(model) ? t("files.atLeast", label) : label;
}

function isPart(model: PanelModel): boolean {
  return model.nextCursor !== null || model.newerFrom !== null;
}

export function filesOverlay(model: PanelModel, deeds: Deeds): TemplateResult {
  const files = changedFiles(model.turns);
  const hasStart = (model.task?.git?.commit ?? null) !== null;
  const paths = files.map(({ path }) => path);
  return html`<div class="overlay-head">
      <h2>${tCount("files.changed", files.length)}</h2>
      ${
        hasStart
          ? html`<button
              type="button"
              class="button is-secondary"
              @click=${() => {
                deeds.post({ type: "diffSinceStart", paths });
              }}
            >
              ${t("files.sinceStart")}
            </button>`
          : nothing
      }
    </div>
    ${isPart(model) ? html`<p class="quiet overlay-note">${t("files.partly")}</p>` : nothing}
    <ul class="overlay-list">
      ${files.map((file) => fileRow(file, model, deeds))}
    </ul>`;
}

function fileRow(file: ChangedFile, model: PanelModel, deeds: Deeds): TemplateResult {
  const { path, itemId, pathThen, added, removed } = file;
  const name = visible(path);
  const folder = visible(folderIn(path, model.task?.cwd ?? null));
  const counts = `${t("addedLines", added)}, ${t("removedLines", removed)}`;
  return html`<li class="overlay-row">
    <button
      type="button"
      class="row-button"
      title=${t("openDiffOf", name)}
      @click=${() => {
        deeds.post({ type: "openDiff", itemId, path: pathThen });
      }}
    >
      ${icon("diff")}<bdi class="file-name is-${file.kind}">${baseName(name)}</bdi>
      <span class="quiet row-detail"><bdi>${folder}</bdi></span>
      <span class="counts"
        ><span class="added" aria-hidden="true">+${added}</span
        ><span class="removed" aria-hidden="true">−${removed}</span
        >${spoken(counts)}</span
      >
    </button>
    <button
      type="button"
      class="icon-button codicon codicon-go-to-file"
      title=${t("openFile", name)}
      aria-label=${t("openFile", name)}
      @click=${() => {
        deeds.post({ type: "openFile", path, line: null });
      }}
    ></button>
  </li>`;
}
