/** The two sides of a file change, as read-only documents for the diff editor. */
import * as path from "node:path";
import * as vscode from "vscode";

import { t } from "../lib/l10n.js";
import { messageOf } from "../lib/log.js";
import type { FileDiff, Requester } from "../protocol/index.js";
import { sidesOfDiff, type Sides } from "./diff-sides.js";

const SCHEME = "threadbook-diff";

interface Source {
  readonly threadId: string;
  readonly itemId: string;
  readonly path: string;
}

/** Asks the sidecar when a document is shown, so that one outlives a restart. */
export function registerDiffDocuments(requester: Requester): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async (uri) => {
      const query = JSON.parse(uri.query) as Source & { readonly side: keyof Sides };
      try {
        const change = await findChange(requester, query);
        return change === undefined
          ? ""
          : sidesOfDiff(change.diff.text, change.kind)[query.side];
      } catch (thrown) {
        return t("This change can't be read: {0}", messageOf(thrown));
      }
    },
  });
}

export async function openDiff(source: Source): Promise<void> {
  const name = path.basename(source.path);
  await vscode.commands.executeCommand(
    "vscode.diff",
    sideUri(source, "before"),
    sideUri(source, "after"),
    t("{0} (as the task changed it)", name),
    { preview: true } satisfies vscode.TextDocumentShowOptions,
  );
}

/** The path keeps its name, so that the editor knows the language. */
function sideUri(source: Source, side: keyof Sides): vscode.Uri {
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${path.basename(source.path)}`,
    query: JSON.stringify({ ...source, side }),
  });
}

async function findChange(
  requester: Requester,
  { threadId, itemId, path: wanted }: Source,
): Promise<FileDiff | undefined> {
  const { items } = await requester.request("task/items", { threadId, itemId });
  const item = items[0]?.item;
  return item?.type === "fileChange"
    ? item.changes.find((change) => change.path === wanted)
    : undefined;
}
