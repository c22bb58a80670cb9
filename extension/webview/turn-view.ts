/** What the drawing of a turn is given beside the turn. */
import type { Deeds } from "./deeds.js";
import type { Folds } from "./folds.js";
import type { PanelModel } from "./model.js";

export interface TurnView {
  readonly model: PanelModel;
  readonly folds: Folds;
  readonly deeds: Deeds;
  /** Items that an open approval is about. */
  readonly waiting: ReadonlySet<string>;
}
