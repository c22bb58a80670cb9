/** Where drafts, queues and attached pictures are kept: VS Code's own storage. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { EMPTY_DESK, type KeptDesk } from "./kept-desk.js";

const KEY = "desks";
const DESKS_AT_MOST = 100;
/** Pictures that no draft can still need. */
const OLD_MS = 30 * 24 * 60 * 60 * 1000;

const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
};

export class DeskStorage {
  readonly #state: vscode.Memento;
  readonly #pictures: vscode.Uri;

  constructor(state: vscode.Memento, storage: vscode.Uri) {
    this.#state = state;
    this.#pictures = vscode.Uri.joinPath(storage, "pictures");
  }

  get(threadId: string): KeptDesk {
    return this.#all()[threadId] ?? EMPTY_DESK;
  }

  put(threadId: string, desk: KeptDesk): void {
    const isEmpty = desk.draft === "" && desk.queue.length === 0;
    // The newest last, so that the oldest go first.
    const all = Object.entries(this.#all())
      .filter(([id]) => id !== threadId)
      .slice(1 - DESKS_AT_MOST);
    if (!isEmpty) {
      all.push([threadId, desk]);
    }
    void this.#state.update(KEY, Object.fromEntries(all));
  }

  /** Writes a picture, and says where. */
  async keepPicture(mime: string, data: string): Promise<string> {
    const ending = ENDINGS[mime];
    if (ending === undefined) {
      throw new Error(t("Pictures of this kind can't be sent: {0}", mime));
    }
    await vscode.workspace.fs.createDirectory(this.#pictures);
    const file = vscode.Uri.joinPath(this.#pictures, `${randomUUID()}.${ending}`);
    await vscode.workspace.fs.writeFile(file, Buffer.from(data, "base64"));
    return file.fsPath;
  }

  /** Codex copies what it is sent into the rollout: old files serve nobody. */
  async sweep(now: number): Promise<void> {
    const { fs } = vscode.workspace;
    const found = await Promise.resolve(fs.readDirectory(this.#pictures)).catch(
      () => [],
    );
    for (const [name] of found) {
      const file = vscode.Uri.joinPath(this.#pictures, name);
      const { mtime } = await fs.stat(file);
      if (now - mtime > OLD_MS) {
        await fs.delete(file);
      }
    }
  }

  #all(): Readonly<Record<string, KeptDesk>> {
    return this.#state.get<Readonly<Record<string, KeptDesk>>>(KEY, {});
  }
}
