/**
 * The least that fills a view: an open group of rows that say a number. A box as that of
 * *Filter tasks...* empties it with the first key and fills it again when it is shut.
 */
const vscode = require("vscode");

const { None, Expanded } = vscode.TreeItemCollapsibleState;

exports.activate = ({ subscriptions }) => {
  const changes = new vscode.EventEmitter();
  let count = 0;
  subscriptions.push(
    vscode.window.registerTreeDataProvider("plain.rows", {
      onDidChangeTreeData: changes.event,
      getChildren(node) {
        if (node !== undefined) {
          return Array.from({ length: count }, (_, at) => `row ${at}`);
        }
        return count === 0 ? [] : ["group"];
      },
      getTreeItem(name) {
        const row = new vscode.TreeItem(name, name === "group" ? Expanded : None);
        row.id = name;
        row.description = "as long as what is said of a task";
        return row;
      },
    }),
  );
  const show = (rows) => {
    count = rows;
    changes.fire();
  };
  for (const rows of [100, 300, 1000, 10000]) {
    subscriptions.push(
      vscode.commands.registerCommand(`plain.${rows}`, () => {
        const box = vscode.window.createQuickPick();
        box.placeholder = "Plain";
        box.onDidChangeValue((value) =>
          // Each key but the first leaves other rows.
          show(value.length === 1 ? 0 : rows - value.length),
        );
        box.onDidHide(() => {
          show(rows);
          box.dispose();
        });
        box.show();
      }),
    );
  }
};
