/** The filter of the view *Tasks*: this window's, kept for its folder. */
import type { Memento } from "vscode";

import { Emitter, type Event } from "../lib/events.js";
import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import { daysAgo } from "../lib/times.js";
import type { Task, TaskStatus } from "../protocol/index.js";
import {
  chipsOf,
  fitsIn,
  isFiltering,
  NO_FILTER,
  sinceWords,
  type Chip,
  type Filter,
} from "../tasks/filter.js";
import { statusLook } from "./task-item.js";

const KEY = "threadbook.filter";

export class ListFilter {
  readonly #memento: Memento;
  readonly #changes = new Emitter<void>();
  #filter: Filter;
  /** Words that are only being typed; never kept. */
  #typed = "";
  /** What passed last, for the rows and for the line above them. */
  #passed:
    | {
        readonly from: readonly Task[];
        /** On another day "since yesterday" means another one. */
        readonly day: number;
        readonly tasks: readonly Task[];
      }
    | undefined;

  readonly onChanged: Event<void> = this.#changes.event;

  constructor(memento: Memento) {
    this.#memento = memento;
    this.#filter = { ...NO_FILTER, ...memento.get<Partial<Filter>>(KEY) };
  }

  /** What the user asked for. */
  get current(): Filter {
    return this.#filter;
  }

  /** What is shown: words that are being typed count already. */
  get shown(): Filter {
    return this.#typed === "" ? this.#filter : { ...this.#filter, text: this.#typed };
  }

  get isOn(): boolean {
    return isFiltering(this.shown);
  }

  /** Shows what these words would leave; none: what is asked for. */
  preview(words: string): void {
    if (words !== this.#typed) {
      this.#typed = words;
      this.#passed = undefined;
      this.#changes.fire();
    }
  }

  /** *typed*: words that are still only being typed; they change together. */
  async set(filter: Filter, typed = this.#typed): Promise<void> {
    this.#filter = filter;
    this.#typed = typed;
    this.#passed = undefined;
    this.#changes.fire();
    await this.#memento.update(KEY, isFiltering(filter) ? filter : undefined);
  }

  /** The tasks that are wanted. */
  pass(tasks: readonly Task[], now: number): readonly Task[] {
    if (!this.isOn) {
      return tasks;
    }
    const day = daysAgo(0, now);
    if (this.#passed?.from !== tasks || this.#passed.day !== day) {
      this.#passed = { from: tasks, day, tasks: tasks.filter(fitsIn(this.shown, now)) };
    }
    return this.#passed.tasks;
  }

  /** "failed or limited · gpt-5.2 · since yesterday". */
  words(): string {
    return filterWords(this.shown);
  }
}

export function filterWords(filter: Filter): string {
  const byKind = new Map<string, string[]>();
  for (const chip of chipsOf(filter)) {
    byKind.set(chip.kind, [...(byKind.get(chip.kind) ?? []), chipWords(chip)]);
  }
  return [...byKind.values()].map((same) => same.join(t(" or "))).join(" · ");
}

export function chipWords(chip: Chip): string {
  switch (chip.kind) {
    case "text":
      return t("“{0}”", oneLine(chip.value, 40));
    case "since":
      return sinceWords(chip.days);
    case "status":
      return statusLook(chip.value as TaskStatus).words;
    default:
      return oneLine(chip.value, 40);
  }
}
