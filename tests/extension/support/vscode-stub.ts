/**
 * Lets modules of the shell be imported where there is no VS Code. Nothing in the stub
 * works: a test that needs VS Code itself belongs into the real extension host.
 */
import Module from "node:module";

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

const loader = Module as unknown as Loader;
const load = loader._load.bind(Module);
loader._load = (request, ...rest) =>
  request === "vscode" ? {} : load(request, ...rest);
