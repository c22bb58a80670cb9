/** A panel's session with a sidecar and a host that a test commands. */
import { PanelSession } from "../../../extension/src/panel/panel-session.js";
import type {
  Approval,
  Task,
  TaskEventNotification,
  TaskReadResponse,
  TaskResumeResponse,
  Turn,
} from "../../../extension/src/protocol/index.js";
import {
  SidecarError,
  type SidecarErrorKind,
} from "../../../extension/src/sidecar/errors.js";
import { FakeHost } from "./fake-host.js";
import { FakeSidecar } from "./fake-sidecar.js";
import { task } from "./tasks.js";

export interface Opened {
  readonly session: PanelSession;
  readonly sidecar: FakeSidecar;
  readonly host: FakeHost;
  readonly task: Task;
}

export function makePanel(
  shown: Task = task(),
  host: FakeHost = new FakeHost(),
): Opened {
  const sidecar = new FakeSidecar({
    "task/follow": () => ({ seq: 0, approvals: [], missed: [] }),
    "task/read": () => readPage(shown),
    "task/resume": () => resumed(shown),
    "task/send": () => ({ turnId: "t9" }),
    "task/steer": () => ({ turnId: "t9" }),
    "task/release": () => ({ released: true }),
    "task/unfollow": () => ({ unfollowed: true }),
  });
  return {
    session: new PanelSession(shown.threadId, sidecar, host),
    sidecar,
    host,
    task: shown,
  };
}

export async function openPanel(shown?: Task): Promise<Opened> {
  const opened = makePanel(shown);
  await opened.session.receive({ type: "ready" });
  return opened;
}

export function readPage(
  shown: Task,
  rest: Partial<TaskReadResponse> = {},
): TaskReadResponse {
  return { task: shown, turns: [], nextCursor: null, turnCount: 0, seq: 0, ...rest };
}

export function resumed(
  shown: Task,
  rest: Partial<TaskResumeResponse> = {},
): TaskResumeResponse {
  return {
    threadId: shown.threadId,
    how: "resumed",
    task: shown,
    turnId: null,
    model: null,
    effort: null,
    seq: 0,
    approvals: [],
    ...rest,
  };
}

export function turn(number: number): Turn {
  return {
    turnId: `t${number}`,
    number,
    status: "completed",
    startedAt: null,
    completedAt: null,
    model: null,
    effort: null,
    stop: null,
    items: [],
    dropped: false,
  };
}

export function event(threadId: string, seq: number): TaskEventNotification {
  return { threadId, turnId: "t1", seq, event: { type: "warning", message: "w" } };
}

export function approval(threadId: string, requestId = "r1"): Approval {
  return {
    requestId,
    threadId,
    turnId: "t1",
    itemId: "i1",
    kind: "command",
    title: "Run a command",
    reason: null,
    command: "make test",
    cwd: "/home/ada/engine",
    files: [],
    decisions: ["accept", "acceptForSession", "decline", "cancel"],
    questions: [],
    at: 0,
  };
}

export function refuse(kind: SidecarErrorKind, message: string = kind): () => never {
  return () => {
    throw new SidecarError(kind, message);
  };
}
