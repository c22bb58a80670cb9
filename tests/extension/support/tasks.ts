/** Tasks for tests: believable, and different only in what a test says. */
import type { Task } from "../../../extension/src/protocol/index.js";

const BEGUN = Date.UTC(2026, 0, 5, 10);

let made = 0;

export function task(differences: Partial<Task> = {}): Task {
  made += 1;
  return {
    ...IDENTITY,
    ...FIGURES,
    ...NOTHING_SPECIAL,
    threadId: `019b0000-0000-7000-8000-${String(made).padStart(12, "0")}`,
    ...differences,
  };
}

const IDENTITY = {
  name: null,
  preview: "Mend the parser",
  displayName: "Mend the parser",
  state: "active",
  status: "idle",
  cwd: "/home/ada/engine",
  workspaceName: "engine",
  cwdExists: true,
} as const;

const FIGURES = {
  createdAt: BEGUN,
  updatedAt: BEGUN,
  model: "gpt-5.2",
  effort: "high",
  modelProvider: "openai",
  source: "cli",
  originator: "codex_cli_rs",
  cliVersion: "0.169.0",
  turnCount: 3,
  messageCount: 12,
  bytes: 48_000,
  rollouts: [],
} as const;

const NOTHING_SPECIAL = {
  git: null,
  tokenUsage: null,
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
  problems: [],
} as const;
