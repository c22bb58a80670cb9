/** Models and events of the page for its tests. */
import type { ToPanel } from "../../../extension/src/panel/messages.js";
import type {
  TaskEventNotification,
  Turn,
} from "../../../extension/src/protocol/index.js";
import { EMPTY, type PanelModel } from "../../../extension/webview/model.js";
import { reduce } from "../../../extension/webview/reduce.js";
import type { Item, TaskEvent } from "../../../extension/webview/wire.js";
import { asked, said, task, turn } from "./samples.js";

export function replace(
  turns: readonly Turn[],
  seq = 0,
  nextCursor: string | null = null,
): ToPanel {
  return {
    type: "turns",
    position: "replace",
    turns,
    nextCursor,
    turnCount: turns.length,
    seq,
  };
}

export function opened(
  turns: readonly Turn[] = [turn(1, [asked("u1", "hi"), said("a1", "hello")])],
  seq = 0,
): PanelModel {
  return reduce(reduce(EMPTY, { type: "task", task: task() }), replace(turns, seq));
}

export function event(
  seq: number,
  body: TaskEvent,
  turnId: string | null = "live",
): TaskEventNotification {
  return { threadId: task().threadId, turnId, seq, event: body };
}

export function delta(
  seq: number,
  itemId: string,
  words: string,
  field: "text" | "output" | "reasoning" = "text",
): TaskEventNotification {
  return event(seq, { type: "itemDelta", itemId, field, delta: words });
}

export function items(model: PanelModel): readonly Item[] {
  return model.turns.at(-1)?.items ?? [];
}

export function textOf(item: Item | undefined): string {
  return item?.type === "agentMessage" || item?.type === "reasoning"
    ? item.text.text
    : "";
}

export const started = event(1, { type: "turnStarted", turnId: "live", at: 5 });
