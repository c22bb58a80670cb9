/** What a screen reader is told of: ends and questions, never the stream itself. Pure. */
import type { PanelModel } from "./model.js";
import { oneLine } from "./plain.js";
import { t } from "./strings.js";

/** What happened between two models that one should hear. */
export function announcements(
  before: PanelModel,
  after: PanelModel,
): readonly string[] {
  const known = new Set(before.approvals.map((approval) => approval.requestId));
  const asked = after.approvals.filter((approval) => !known.has(approval.requestId));
  return [
    ...endOfTurn(before, after),
    ...asked.map((approval) => t("said.approval", oneLine(approval.title))),
  ];
}

function endOfTurn(before: PanelModel, after: PanelModel): readonly string[] {
  const ended = before.liveTurnId;
  if (ended === null || after.liveTurnId === ended) return [];
  const status = after.turns.findLast((turn) => turn.turnId === ended)?.status;
  switch (status) {
    case "completed":
      return [t("said.finished")];
    case "failed":
      return [t("said.failed")];
    case "interrupted":
      return [t("said.stopped")];
    case "inProgress":
    case undefined:
      return [];
  }
}
