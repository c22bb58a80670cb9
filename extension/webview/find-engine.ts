/** Finds text in the turns that are loaded, a few turns at a time. Pure but for its cache. */
import type { Turn } from "../src/protocol/index.js";
import { stripped } from "./ansi.js";
import { visible } from "./plain.js";
import { textsOf } from "./turns.js";
import type { Item } from "./wire.js";

export interface Query {
  readonly words: string;
  readonly matchCase: boolean;
  readonly regex: boolean;
}

/** One place: which item, and the how-manieth match of it. */
export interface Match {
  readonly turnId: string;
  readonly itemId: string;
  readonly nth: number;
}

/** The pattern of a query; null: it is empty, or no regular expression. */
export function patternOf({ words, matchCase, regex }: Query): RegExp | null {
  if (words === "") return null;
  const source = regex ? words : words.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, "\\$&");
  try {
    return new RegExp(source, matchCase ? "gmu" : "gimu");
  } catch {
    return null;
  }
}

/** More in one item are counted as so many. */
const MATCHES_AT_MOST = 1000;

/** How often the pattern is in the text; matches of nothing don't count. */
export function countIn(text: string, pattern: RegExp): number {
  let count = 0;
  for (const found of text.matchAll(pattern)) {
    if (found[0] !== "") count += 1;
    if (count === MATCHES_AT_MOST) break;
  }
  return count;
}

/** What of an item can be found. */
export function findableText(item: Item): string {
  const words = textsOf(item).map(({ text }) => text);
  switch (item.type) {
    case "commandExecution":
      return visible(item.command) + "\n" + stripped(words.join("\n"));
    case "fileChange":
      return item.changes
        .map(({ path, diff }) => `${visible(path)}\n${visible(diff.text)}`)
        .join("\n");
    case "plan":
      return [...item.steps.map(({ step }) => step), ...words].map(visible).join("\n");
    case "webSearch":
      return visible(item.query);
    case "toolCall":
      return visible([item.tool, ...words].join("\n"));
    default:
      return visible(words.join("\n"));
  }
}

interface Found {
  readonly matches: readonly Match[];
}

export class Finder {
  #pattern: RegExp | null = null;
  #known = new WeakMap<Turn, Found>();

  get pattern(): RegExp | null {
    return this.#pattern;
  }

  search(query: Query): void {
    this.#pattern = patternOf(query);
    this.#known = new WeakMap();
  }

  /** Looks into turns, the last ones first, until the deadline; says whether all are done. */
  look(turns: readonly Turn[], deadline: number): boolean {
    if (this.#pattern === null) return true;
    for (let index = turns.length - 1; index >= 0; index -= 1) {
      const turn = turns[index];
      if (turn === undefined || this.#known.has(turn)) continue;
      this.#known.set(turn, { matches: matchesIn(turn, this.#pattern) });
      if (performance.now() > deadline) return false;
    }
    return true;
  }

  /** All matches in turns that were looked into, in the order of the conversation. */
  matches(turns: readonly Turn[]): readonly Match[] {
    return turns.flatMap((turn) => this.#known.get(turn)?.matches ?? []);
  }
}

function matchesIn(turn: Turn, pattern: RegExp): readonly Match[] {
  return turn.items.flatMap((item) => {
    const count = countIn(findableText(item), pattern);
    return Array.from({ length: count }, (_, nth) => ({
      turnId: turn.turnId,
      itemId: item.itemId,
      nth,
    }));
  });
}
