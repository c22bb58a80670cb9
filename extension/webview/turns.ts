/** Changing lists of turns and their items without touching what stays. Pure. */
import type { Task, Text, Turn } from "../src/protocol/index.js";
import type { EventOf, Item } from "./wire.js";

const encoder = new TextEncoder();

/** The turns with one changed; the search begins at the end, where things happen. */
export function changeTurn(
  turns: readonly Turn[],
  turnId: string,
  change: (turn: Turn) => Turn,
): readonly Turn[] {
  const index = turns.findLastIndex((turn) => turn.turnId === turnId);
  const turn = turns[index];
  return turn === undefined ? turns : turns.with(index, change(turn));
}

/** The turn with an item in the place of the one with its id, else at the end. */
export function putItem(turn: Turn, item: Item): Turn {
  const index = turn.items.findLastIndex((each) => each.itemId === item.itemId);
  const items = index < 0 ? [...turn.items, item] : turn.items.with(index, item);
  return { ...turn, items };
}

/** The turn with a piece of text added to one of its items. */
export function withDelta(turn: Turn, event: EventOf<"itemDelta">): Turn {
  const known = turn.items.findLast((item) => item.itemId === event.itemId);
  const item = grown(known ?? begun(event), event.delta);
  return item === null ? turn : putItem(turn, item);
}

/** An item whose start was not said. */
function begun(event: EventOf<"itemDelta">): Item | null {
  const text: Text = { text: "", bytes: 0, cut: false };
  const base = { itemId: event.itemId, at: null };
  if (event.field === "text")
    return { ...base, type: "agentMessage", text, final: true };
  if (event.field === "reasoning") return { ...base, type: "reasoning", text };
  return null;
}

function grown(item: Item | null, delta: string): Item | null {
  switch (item?.type) {
    case "agentMessage":
    case "reasoning":
    case "review":
      return { ...item, text: longer(item.text, delta) };
    case "plan":
      return { ...item, text: longer(item.text, delta) };
    case "commandExecution":
      return { ...item, output: longer(item.output, delta) };
    case "toolCall":
      return { ...item, result: longer(item.result, delta) };
    default:
      return null;
  }
}

function longer(text: Text | null, delta: string): Text {
  const before = text ?? { text: "", bytes: 0, cut: false };
  return {
    ...before,
    text: before.text + delta,
    bytes: before.bytes + encoder.encode(delta).length,
  };
}

/** An older page before the turns that are here; a turn in both is taken once. */
export function joinPages(
  older: readonly Turn[],
  newer: readonly Turn[],
): readonly Turn[] {
  const here = new Set(newer.map((turn) => turn.turnId));
  return [...older.filter((turn) => !here.has(turn.turnId)), ...newer];
}

/** A later page behind the turns that are here; a turn in both is as the later one says. */
export function joinNewer(
  older: readonly Turn[],
  newer: readonly Turn[],
): readonly Turn[] {
  const there = new Set(newer.map((turn) => turn.turnId));
  return [...older.filter((turn) => !there.has(turn.turnId)), ...newer];
}

/** The newest page over what is here: older turns stay when they join on. */
export function withNewer(
  here: readonly Turn[],
  newest: readonly Turn[],
): { readonly turns: readonly Turn[]; readonly keptOlder: boolean } {
  const first = newest[0];
  const index = here.findIndex((turn) => turn.turnId === first?.turnId);
  const overlap = here[index];
  const joins = overlap !== undefined && overlap.number === first?.number && index > 0;
  const wholes = new Map(
    here.flatMap((turn) => turn.items).map((item) => [item.itemId, item]),
  );
  const turns = newest.map((turn) => ({
    ...turn,
    items: turn.items.map((item) => keepWhole(item, wholes.get(item.itemId))),
  }));
  return joins
    ? { turns: [...here.slice(0, index), ...turns], keptOlder: true }
    : { turns, keptOlder: false };
}

/** A whole text that was loaded is not given up for a cut one. */
function keepWhole(item: Item, here: Item | undefined): Item {
  const unchanged =
    here?.type === item.type &&
    isCut(item) &&
    !isCut(here) &&
    bytesOf(item) === bytesOf(here);
  return unchanged ? here : item;
}

/** The texts of an item that may be cut. */
export function textsOf(item: Item): readonly Text[] {
  if (item.type === "fileChange") return item.changes.map((change) => change.diff);
  const texts = [
    "text" in item ? item.text : null,
    "output" in item ? item.output : null,
    "arguments" in item ? item.arguments : null,
    "result" in item ? item.result : null,
    "prompt" in item ? item.prompt : null,
    "raw" in item ? item.raw : null,
  ];
  return texts.filter((text) => typeof text === "object" && text !== null);
}

/** Whether some text of the item is not all here. */
export function isCut(item: Item): boolean {
  return textsOf(item).some((text) => text.cut);
}

function bytesOf(item: Item): number {
  return textsOf(item).reduce((sum, text) => sum + text.bytes, 0);
}

/** The turns with an item, as it is whole, in its place. */
export function withWholeItem(turns: readonly Turn[], item: Item): readonly Turn[] {
  const turn = turns.findLast((each) =>
    each.items.some((candidate) => candidate.itemId === item.itemId),
  );
  return turn === undefined
    ? turns
    : changeTurn(turns, turn.turnId, (each) => putItem(each, item));
}

/** The last turn when it is under way in a live process, not merely without a written end. */
export function liveTurnOf(turns: readonly Turn[], task: Task | null): string | null {
  const last = turns.at(-1);
  const isLive = task?.status === "running" || task?.status === "waiting";
  return last?.status === "inProgress" && isLive ? last.turnId : null;
}

/** Whether the turn shows this message of the user's. */
export function isEcho(text: string, turn: Turn | undefined): boolean {
  return (
    turn?.items.some(
      (item) => item.type === "userMessage" && item.text.text.trim() === text.trim(),
    ) ?? false
  );
}
