/** A row in a sidebar of its own that opens a webview with one word in it. */
const vscode = require("vscode");

const ROW = "Open an empty webview";
const PAGE = `<!doctype html>
<html>
<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'"></head>
<body><article>Empty</article></body>
</html>`;

function open() {
  const { Active } = vscode.ViewColumn;
  const options = { enableScripts: true, localResourceRoots: [] };
  const panel = vscode.window.createWebviewPanel(
    "emptyWebview",
    "Empty",
    Active,
    options,
  );
  panel.webview.html = PAGE;
}

exports.activate = ({ subscriptions }) => {
  const command = { command: "emptyWebview.open", title: ROW };
  subscriptions.push(
    vscode.commands.registerCommand("emptyWebview.open", open),
    vscode.window.createTreeView("emptyWebview.rows", {
      treeDataProvider: {
        getTreeItem: () => ({ label: ROW, command }),
        getChildren: (row) => (row === undefined ? [ROW] : []),
      },
    }),
  );
};
