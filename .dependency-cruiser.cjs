// Floors of the extension, lowest first: a room imports only from rooms before it.
const floors = ["lib", "protocol", "sidecar", "tasks", "views", "panel", "commands"];
const room = (name) => `^extension/src/${name}/`;

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vscode$" },
    },
    ...floors.map((name, level) => ({
      name: `floor-${name}`,
      severity: "error",
      from: { path: room(name) },
      to: {
        path: [
          ...floors.slice(level + 1).map(room),
          "^extension/src/extension",
          "^extension/webview/",
        ],
      },
    })),
    {
      name: "views-and-panel-are-strangers",
      severity: "error",
      from: { path: room("panel") },
      to: { path: room("views") },
    },
    {
      name: "no-vscode-below-the-shell",
      severity: "error",
      from: { path: ["lib", "protocol", "tasks"].map(room) },
      to: { path: "^vscode$" },
    },
    {
      name: "webview-is-browser-code",
      severity: "error",
      from: { path: "^extension/webview/" },
      to: {
        path: ["^vscode$", "^node:", "^extension/src/"],
        pathNot: [room("protocol"), "^extension/src/panel/messages"],
      },
    },
    {
      name: "only-sidecar-knows-the-transport",
      severity: "error",
      from: { path: "^extension/", pathNot: room("sidecar") },
      to: { path: ["vscode-languageclient", "vscode-jsonrpc"] },
    },
    {
      name: "nothing-ships-from-tests",
      severity: "error",
      from: { path: "^extension/" },
      to: { path: "^(tests|scripts)/" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "types"],
      extensions: [".ts", ".js", ".json", ".css"],
    },
  },
};
