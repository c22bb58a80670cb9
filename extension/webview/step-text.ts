/** A step as text to be pasted elsewhere: plain words, or Markdown with all it did. Pure. */
import type { Turn } from "../src/protocol/index.js";
import { stripped } from "./ansi.js";
import { t } from "./strings.js";
import type { Item } from "./wire.js";

/** What was said: the user's words and the agent's last ones. */
export function wordsOf(turn: Turn): string {
  const said = turn.items.flatMap((item) => {
    if (item.type === "userMessage") return [item.text.text.trim()];
    return item.type === "agentMessage" && item.final ? [item.text.text.trim()] : [];
  });
  return said.filter((text) => text !== "").join("\n\n");
}

/** What the user said at the step; null: nothing. */
export function askedIn(turn: Turn): string | null {
  const first = turn.items.find((item) => item.type === "userMessage");
  return first?.type === "userMessage" ? first.text.text : null;
}

/** The step with its commands, changes and plan. */
export function markdownOf(turn: Turn): string {
  const title = turn.dropped ? t("stepDropped") : t("step", turn.number);
  const parts = turn.items.map(markdownOfItem).filter((part) => part !== "");
  return [`## ${title}`, ...parts].join("\n\n") + "\n";
}

function markdownOfItem(item: Item): string {
  switch (item.type) {
    case "userMessage":
      return item.text.text.trim().replaceAll(/^/gmu, "> ");
    case "agentMessage":
      return item.text.text.trim();
    case "commandExecution": {
      const output = stripped(item.output?.text ?? "").trimEnd();
      const more = output === "" ? "" : `\n${output}`;
      const exit = item.exitCode === null ? "" : `\n[${t("exitCode", item.exitCode)}]`;
      return fenced(`$ ${item.command}${more}${exit}`, "console");
    }
    case "fileChange":
      return item.changes
        .map(
          ({ path, diff }) => `**${path}**\n\n${fenced(diff.text.trimEnd(), "diff")}`,
        )
        .join("\n\n");
    case "plan": {
      const boxes = item.steps.map(
        ({ step, status }) => `- [${status === "completed" ? "x" : " "}] ${step}`,
      );
      return [...boxes, item.text?.text.trim() ?? ""].join("\n").trim();
    }
    case "review":
      return item.text.text.trim();
    case "notice":
      return `> **${t(item.level)}:** ${item.text.text.trim()}`;
    default:
      return "";
  }
}

/** The fence is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
