/** Every text that people read, as the source says it in English. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = "extension/src";
const OF_THE_PAGE = [
  "extension/webview/english-feed.ts",
  "extension/webview/english-desk.ts",
];

export interface Found {
  readonly texts: ReadonlySet<string>;
  /** Calls whose text is no literal: a translator would never see it. */
  readonly unreadable: readonly string[];
}

/** Texts of the host and of the page; they share the bundles. */
export function stringsInSource(): Found {
  const texts = new Set<string>(stringsOfPage());
  const unreadable: string[] = [];
  for (const name of readdirSync(ROOT, { recursive: true }).map(String)) {
    const file = join(ROOT, name);
    // The place that hands texts on has none of its own.
    if (file.endsWith(".ts") && !file.endsWith(join("lib", "l10n.ts"))) {
      collect(file, texts, unreadable);
    }
  }
  return { texts, unreadable };
}

/** The page keeps its texts in tables of their own. */
function stringsOfPage(): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.initializer)) {
      found.push(node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of OF_THE_PAGE) visit(parse(file));
  return found;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
}

function collect(file: string, texts: Set<string>, unreadable: string[]): void {
  const source = parse(file);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const text of textsOf(node, source)) {
        if (ts.isStringLiteralLike(text)) {
          texts.add(text.text);
        } else {
          unreadable.push(`${file}: ${text.getText(source)}`);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function textsOf(
  call: ts.CallExpression,
  source: ts.SourceFile,
): readonly ts.Expression[] {
  switch (call.expression.getText(source)) {
    case "t":
    case "vscode.l10n.t":
      return call.arguments.slice(0, 1);
    case "plural":
      return call.arguments.slice(1, 3);
    default:
      return [];
  }
}
