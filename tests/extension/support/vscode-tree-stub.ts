/** As much of VS Code as a tree needs, for tests of what it is told to draw. */
import Module from "node:module";

import { Emitter } from "../../../extension/src/lib/events.js";

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** Commands by their name. */
export const commands = new Map<string, (argument: unknown) => unknown>();

class TreeItem {
  readonly label: string;
  readonly collapsibleState: number;

  constructor(label: string, collapsibleState: number) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

class Named {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

const NOTHING = { dispose: () => undefined };

const vscode = {
  EventEmitter: Emitter,
  TreeItem,
  ThemeIcon: Named,
  ThemeColor: Named,
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  Uri: { from: (parts: object) => parts },
  env: { language: "en" },
  window: { registerFileDecorationProvider: () => NOTHING },
  commands: {
    registerCommand: (name: string, command: (argument: unknown) => unknown) => {
      commands.set(name, command);
      return NOTHING;
    },
  },
};

const loader = Module as unknown as Loader;
const load = loader._load.bind(Module);
loader._load = (request, ...rest) =>
  request === "vscode" ? vscode : load(request, ...rest);
