/** What the minimap draws: a mark for each step, or for several where there are many. Pure. */
import type { OutlineStep, Turn } from "../src/protocol/index.js";

/** A step as the minimap knows it. */
export interface Mark {
  readonly number: number;
  readonly status: Turn["status"];
  readonly preview: string;
  readonly startedAt: number | null;
  /** How much of the rail it gets, compared to others. */
  readonly weight: number;
}

/** Steps that share one bar. */
export interface Bar {
  readonly top: number;
  readonly height: number;
  /** Of those in it, the one that tells most. */
  readonly status: Turn["status"];
}

/** Where each step begins on the rail; one more than there are steps: the end. */
export type Edges = readonly number[];

const LIGHTEST = 1;
const HEAVIEST = 6;
/** A step of so many bytes is as light as can be. */
const LIGHT_BYTES = 4096;
const EACH_DOUBLING = 0.7;
/** An item of a turn that no outline knows yet, in bytes. */
const ITEM_BYTES = 2048;
/** Few steps don't fill the rail: so many pixels for the lightest. */
const LARGEST = 9;
/** A bar with its gap; what is thinner shares one. */
const THINNEST = 3;
const RANK = { completed: 0, interrupted: 1, failed: 2, inProgress: 3 } as const;

/** The steps of the outline, with what the loaded turns know better. */
export function marksOf(
  outline: readonly OutlineStep[],
  turns: readonly Turn[],
): readonly Mark[] {
  const loaded = new Map(turns.map((turn) => [turn.turnId, turn]));
  const marks = outline.map((step): Mark => {
    const { number, preview, startedAt, bytes } = step;
    const status = loaded.get(step.turnId)?.status ?? step.status;
    return { number, preview, startedAt, status, weight: weightOf(bytes ?? 0) };
  });
  const last = marks.at(-1)?.number ?? 0;
  const later = turns.filter(({ number, dropped }) => number > last && !dropped);
  return [...marks, ...later.map(markOf)];
}

function markOf(turn: Turn): Mark {
  const { number, status, startedAt, items } = turn;
  const asked = items.find((item) => item.type === "userMessage");
  const preview = asked?.text.text.slice(0, 200) ?? "";
  const weight = weightOf(items.length * ITEM_BYTES);
  return { number, status, preview, startedAt, weight };
}

function weightOf(bytes: number): number {
  const times = Math.max(1, bytes / LIGHT_BYTES);
  return Math.min(HEAVIEST, LIGHTEST + Math.log2(times) * EACH_DOUBLING);
}

/** The edges of all steps on a rail of that height. */
export function edgesOf(marks: readonly Mark[], height: number): Edges {
  const weights = marks.reduce((sum, { weight }) => sum + weight, 0);
  const unit = weights === 0 ? 0 : Math.min(LARGEST, height / weights);
  const edges = [0];
  let top = 0;
  for (const { weight } of marks) {
    top += weight * unit;
    edges.push(top);
  }
  return edges;
}

/** The bars to draw: steps in order, thin ones together. */
export function barsOf(marks: readonly Mark[], edges: Edges): readonly Bar[] {
  const bars: Bar[] = [];
  let top = 0;
  let status: Mark["status"] = "completed";
  for (const [index, mark] of marks.entries()) {
    if (RANK[mark.status] > RANK[status]) status = mark.status;
    const bottom = edges[index + 1] ?? top;
    if (bottom - top < THINNEST && index < marks.length - 1) continue;
    bars.push({ top, height: Math.max(1, bottom - top - 1), status });
    top = bottom;
    status = "completed";
  }
  return bars;
}

/** The index of the step at that height of the rail. */
export function markAt(edges: Edges, y: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((edges[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The index of the step with that number, else of the one before it. */
export function indexOfStep(marks: readonly Mark[], number: number): number {
  const later = marks.findIndex((mark) => mark.number > number);
  return Math.max(0, (later < 0 ? marks.length : later) - 1);
}
