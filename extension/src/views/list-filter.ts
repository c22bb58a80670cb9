/** The filter of the view *Tasks*: this window's, kept for its folder. */
import type { Memento } from "vscode";

import { Emitter, type Event } from "../lib/events.js";
import { t } from "../lib/l10n.js";
import { oneLine } from "../lib/text.js";
import type { Task, TaskStatus } from "../protocol/index.js";
import {
  FACETS,
  fitsIn,
  isFiltering,
  NO_FILTER,
  sinceWords,
  type Filter,
} from "../tasks/filter.js";
import { statusLook } from "./task-item.js";

const KEY = "threadbook.filter";

export class ListFilter {
  readonly #memento: Memento;
  readonly #changes = new Emitter<void>();
  #filter: Filter;

  readonly onChanged: Event<void> = this.#changes.event;

  constructor(memento: Memento) {
    this.#memento = memento;
    this.#filter = { ...NO_FILTER, ...memento.get<Partial<Filter>>(KEY) };
  }

  get current(): Filter {
    return this.#filter;
  }

  get isOn(): boolean {
    return isFiltering(this.#filter);
  }

  async set(filter: Filter): Promise<void> {
    this.#filter = filter;
    this.#changes.fire();
    await this.#memento.update(KEY, this.isOn ? filter : undefined);
  }

  /** The tasks that are wanted. */
  pass(tasks: readonly Task[], now: number): readonly Task[] {
    if (!this.isOn) {
      return tasks;
    }
    return tasks.filter(fitsIn(this.#filter, now));
  }

  /** "failed or limited · gpt-5.2 · since yesterday". */
  words(): string {
    const { sinceDays } = this.#filter;
    const facets = FACETS.map((facet) =>
      this.#filter[facet]
        .map((value) =>
          facet === "status"
            ? statusLook(value as TaskStatus).words
            : oneLine(value, 40),
        )
        .join(t(" or ")),
    );
    return [...facets, sinceDays === null ? "" : sinceWords(sinceDays)]
      .filter((part) => part !== "")
      .join(" · ");
  }
}
