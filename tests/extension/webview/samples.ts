/** Tasks, turns and items as the host would send them. */
import type {
  Approval,
  Task,
  Text,
  Turn,
} from "../../../extension/src/protocol/index.js";
import type { Item } from "../../../extension/webview/wire.js";

export const NOW = Date.UTC(2026, 10, 21, 9, 30);
const MINUTE = 60_000;

export function text(value: string): Text {
  return { text: value, bytes: new TextEncoder().encode(value).length, cut: false };
}

const TASK: Task = {
  threadId: "019b1111-2222-7333-8444-555566667777",
  name: "Make the importer survive broken lines",
  preview: "The importer stops at the first broken line",
  displayName: "Make the importer survive broken lines",
  state: "active",
  status: "idle",
  createdAt: NOW - 60 * MINUTE,
  updatedAt: NOW - 2 * MINUTE,
  cwd: "/home/ada/work/ledger",
  workspaceName: "ledger",
  cwdExists: true,
  model: "gpt-5.2-codex",
  effort: "high",
  modelProvider: "openai",
  source: "cli",
  originator: "codex_cli_rs",
  cliVersion: "0.169.0",
  git: { branch: "fix/importer", commit: "3f2a9c1", repositoryUrl: null },
  turnCount: 2,
  messageCount: 9,
  tokenUsage: {
    input: 182_000,
    cachedInput: 120_000,
    output: 9_400,
    reasoning: 3_100,
    total: 191_400,
    contextWindow: 272_000,
    contextUsed: 118_000,
  },
  forkedFromId: null,
  continuedFromId: null,
  continuedAsId: null,
  parentThreadId: null,
  isSubAgent: false,
  agentNickname: null,
  pinned: false,
  tags: [],
  note: null,
  unread: false,
  cleared: false,
  holder: null,
  lastStop: null,
  scheduledResumeAt: null,
  rollouts: [],
  bytes: 48_000,
  problems: [],
};

export function task(changes: Partial<Task> = {}): Task {
  return { ...TASK, ...changes };
}

export function turn(
  number: number,
  items: readonly Item[],
  changes: Partial<Turn> = {},
): Turn {
  return {
    turnId: `turn-${number}`,
    number,
    status: "completed",
    startedAt: NOW - (40 - number) * MINUTE,
    completedAt: NOW - (39 - number) * MINUTE,
    model: "gpt-5.2-codex",
    effort: "high",
    stop: null,
    items,
    dropped: false,
    ...changes,
  };
}

const at = NOW - 10 * MINUTE;

export function said(itemId: string, words: string): Item {
  return { type: "agentMessage", itemId, at, text: text(words), final: true };
}

export function asked(itemId: string, words: string): Item {
  return { type: "userMessage", itemId, at, text: text(words), images: [] };
}

export function ran(
  itemId: string,
  command: string,
  output: string,
  exitCode = 0,
): Item {
  return {
    type: "commandExecution",
    itemId,
    at,
    command,
    cwd: "/home/ada/work/ledger",
    status: exitCode === 0 ? "completed" : "failed",
    exitCode,
    durationMs: 2340,
    output: text(output),
  };
}

export function approval(changes: Partial<Approval> = {}): Approval {
  return {
    requestId: "request-1",
    threadId: task().threadId,
    turnId: "turn-2",
    itemId: null,
    kind: "command",
    title: "Codex wants to run a command",
    reason: "The build needs a package that is not installed.",
    command: "npm install left-pad",
    cwd: "/home/ada/work/ledger",
    files: [],
    decisions: ["accept", "acceptForSession", "decline", "cancel"],
    questions: [],
    at: NOW,
    ...changes,
  };
}
