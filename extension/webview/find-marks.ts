/** Marks what was found in the page, without touching its elements (CSS highlights). */

const ALL = "threadbook-found";
const CURRENT = "threadbook-current";
const MARKS_AT_MOST = 3000;

/** Which match is the current one: of an item, the how-manieth. */
export interface Current {
  readonly itemId: string;
  readonly nth: number;
}

/** Marks the pattern in all items of the page; returns where the current match is. */
export function markMatches(
  root: HTMLElement,
  pattern: RegExp | null,
  current: Current | null,
): Range | null {
  CSS.highlights.delete(ALL);
  CSS.highlights.delete(CURRENT);
  if (pattern === null) return null;
  const all = new Highlight();
  let chosen: Range | undefined;
  for (const item of root.querySelectorAll<HTMLElement>("[data-item]")) {
    const ranges = rangesIn(item, pattern);
    chosen ??= chosenOf(item, ranges, current);
    for (const range of ranges.slice(0, MARKS_AT_MOST - all.size)) all.add(range);
  }
  CSS.highlights.set(ALL, all);
  if (chosen === undefined) return null;
  const one = new Highlight(chosen);
  one.priority = 1;
  CSS.highlights.set(CURRENT, one);
  return chosen;
}

/** What is folded away has no place in the page: then the last match that has stands for it. */
function chosenOf(
  item: HTMLElement,
  ranges: readonly Range[],
  current: Current | null,
): Range | undefined {
  if (current === null || item.dataset["item"] !== current.itemId) return undefined;
  return ranges[Math.min(current.nth, ranges.length - 1)];
}

/** Where the pattern is in the element's own text, blocks apart. */
function rangesIn(element: HTMLElement, pattern: RegExp): readonly Range[] {
  const found: Range[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest(".spoken, .message-tools, time") === null
      ? NodeFilter.FILTER_ACCEPT
      : NodeFilter.FILTER_REJECT,
  );
  let run: Text[] = [];
  let block: Element | null = null;
  const close = (): void => {
    found.push(...rangesOver(run, pattern));
    run = [];
  };
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const own = node.parentElement?.closest(BLOCKS) ?? null;
    if (own !== block) close();
    block = own;
    run.push(node as Text);
  }
  close();
  return found;
}

const BLOCKS = "p, li, pre, td, th, h3, blockquote, .line, button, div";

/** Matches in neighbouring texts, which may begin in one and end in another. */
function rangesOver(texts: readonly Text[], pattern: RegExp): readonly Range[] {
  const whole = texts.map(({ data }) => data).join("");
  return [...whole.matchAll(pattern)]
    .filter(([match]) => match !== "")
    .map((match) => {
      const range = new Range();
      const [start, from] = placeIn(texts, match.index);
      const [end, to] = placeIn(texts, match.index + match[0].length);
      range.setStart(start, from);
      range.setEnd(end, to);
      return range;
    });
}

function placeIn(texts: readonly Text[], offset: number): readonly [Text, number] {
  let left = offset;
  for (const text of texts) {
    if (left <= text.length) return [text, left];
    left -= text.length;
  }
  const last = texts.at(-1) ?? new Text();
  return [last, last.length];
}
