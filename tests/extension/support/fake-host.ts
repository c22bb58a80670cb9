/** VS Code as a panel sees it: keeps what it was told. */
import type { ToPanel } from "../../../extension/src/panel/messages.js";
import { EMPTY_DESK, type KeptDesk } from "../../../extension/src/panel/kept-desk.js";
import type { PanelHost, Settings } from "../../../extension/src/panel/panel-host.js";

type Posted<T extends ToPanel["type"]> = Extract<ToPanel, { type: T }>;

export class FakeHost implements PanelHost {
  isVisible = true;
  mayRun = true;
  isExample = false;
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

  openTask = this.#deed("openTask");
  revealFile = this.#deed("revealFile");
  checkedOut = this.#deed("checkedOut");
  worktree: string | undefined;
  settings: Settings | undefined;
  file: string | undefined;
  chosenTask: string | undefined;
  desks = new Map<string, KeptDesk>();

  openSinceStart(...args: readonly unknown[]): Promise<void> {
    this.deeds.push(["openSinceStart", ...args]);
    return Promise.resolve();
  }

  chooseModel(...args: readonly unknown[]): Promise<Settings | undefined> {
    this.deeds.push(["chooseModel", ...args]);
    return Promise.resolve(this.settings);
  }

  chooseWorktree(suggested: string): Promise<string | undefined> {
    this.deeds.push(["chooseWorktree", suggested]);
    return Promise.resolve(this.worktree);
  }

  chooseTask(...args: readonly unknown[]): Promise<string | undefined> {
    this.deeds.push(["chooseTask", ...args]);
    return Promise.resolve(this.chosenTask);
  }

  chooseFile(): Promise<string | undefined> {
    return Promise.resolve(this.file);
  }

  keepPicture(mime: string, data: string): Promise<string> {
    return Promise.resolve(`/pictures/${mime}/${data}`);
  }

  keptDesk(threadId: string): KeptDesk {
    return this.desks.get(threadId) ?? EMPTY_DESK;
  }

  keepDesk(threadId: string, desk: KeptDesk): void {
    this.desks.set(threadId, desk);
  }

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
