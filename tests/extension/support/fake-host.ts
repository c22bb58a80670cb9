/** VS Code as a panel sees it: keeps what it was told. */
import type { ToPanel } from "../../../extension/src/panel/messages.js";
import type { PanelHost } from "../../../extension/src/panel/panel-host.js";

type Posted<T extends ToPanel["type"]> = Extract<ToPanel, { type: T }>;

export class FakeHost implements PanelHost {
  isVisible = true;
  mayRun = true;
  folder: string | undefined;
  readonly posted: ToPanel[] = [];
  /** What else was asked of VS Code: method and arguments. */
  readonly deeds: (readonly unknown[])[] = [];

  post(message: ToPanel): void {
    this.posted.push(message);
  }

  showTask = this.#deed("showTask");
  notify = this.#deed("notify");
  openFile = this.#deed("openFile");
  openDiff = this.#deed("openDiff");
  openLink = this.#deed("openLink");
  copy = this.#deed("copy");
  perform = this.#deed("perform");

  chooseFolder(): Promise<string | undefined> {
    return Promise.resolve(this.folder);
  }

  /** The messages of that type, in order. */
  all<T extends ToPanel["type"]>(type: T): readonly Posted<T>[] {
    return this.posted.filter((message): message is Posted<T> => message.type === type);
  }

  last<T extends ToPanel["type"]>(type: T): Posted<T> | undefined {
    return this.all(type).at(-1);
  }

  /** The arguments of the last time that *name* was asked for. */
  lastDeed(name: string): readonly unknown[] | undefined {
    return this.deeds.findLast(([done]) => done === name)?.slice(1);
  }

  #deed(name: string) {
    return (...args: readonly unknown[]): void => {
      this.deeds.push([name, ...args]);
    };
  }
}
