/**
 * Every text of the page. `{0}` is the first argument; keys that end in `.one` and
 * `.other` are chosen by number. The host hands over translations (`useStrings`): those
 * of `l10n/bundle.*.json`, in which a text is found by its English words.
 */

export const ENGLISH = {
  copy: "Copy",
  copyCode: "Copy code",
  copyCommand: "Copy command",
  copyOutput: "Copy output",
  copied: "Copied",
  pictureLink: "Picture: {0}",
  picture: "picture",
  showAll: "Show all ({0})",
  loadingAll: "Loading…",
  cutForGood: "The rest ({0} in all) is in the rollout file only.",
  "moreLines.one": "Show {0} more line",
  "moreLines.other": "Show {0} more lines",
  fewerLines: "Show less",

  feed: "Conversation",
  loading: "Reading the task…",
  emptyTask: "No message yet. Say what you would like to be done.",
  loadingOlder: "Loading earlier steps…",
  loadingNewer: "Loading later steps…",
  showEarlier: "Show earlier steps",
  newBelow: "New below",
  toEnd: "Go to the end",
  step: "Step {0}",
  stepDropped: "Step taken back",
  you: "You",
  agent: "Codex",
  noTextSent: "(no text)",
  sending: "Sending…",
  takenSoon: "Waiting for Codex…",
  working: "Working",
  workingOn: "Running {0}",
  workingWrites: "Writing",
  workingThinks: "Thinking",
  workingEdits: "Changing files",
  workingCalls: "Calling {0}",
  waitingForYou: "Waiting for your answer",
  retrying: "Trying again: {0}",

  "stop.interrupted": "Stopped by you",
  "stop.processDied": "The process ended in mid-step",
  "stop.usageLimit": "Usage limit reached",
  "stop.contextFull": "The context window is full",
  "stop.overloaded": "The model is overloaded",
  "stop.login": "Codex needs you to log in",
  "stop.policy": "Refused by policy",
  "stop.error": "The step failed",

  command: "Command",
  exitCode: "exit {0}",
  exitCodeName: "Exit code {0}",
  declined: "declined",
  failed: "failed",
  running: "running",
  succeeded: "succeeded",
  noOutput: "No output",
  outputOf: "Output of {0}",
  inFolder: "in {0}",

  "changed.one": "Changed {0} file",
  "changed.other": "Changed {0} files",
  changing: "Changing files",
  changeDeclined: "Change declined",
  changeFailed: "Change failed",
  "kind.add": "added",
  "kind.delete": "deleted",
  "kind.update": "changed",
  "kind.move": "moved",
  openDiff: "Open diff",
  openDiffOf: "Open diff of {0}",
  openFile: "Open {0}",
  addedLines: "{0} lines added",
  removedLines: "{0} lines removed",
  atLeast: "at least {0}",
  diffOf: "Changes of {0}",

  plan: "Plan",
  planProgress: "{0} of {1} done",
  "step.pending": "to do",
  "step.inProgress": "under way",
  "step.completed": "done",
  thought: "Thought",
  thoughtAbout: "Thought: {0}",
  thinking: "Thinking",
  thinkingAbout: "Thinking: {0}",
  tool: "Tool",
  arguments: "Arguments",
  result: "Result",
  searched: "Searched the web",
  reviewBegun: "Review begun",
  reviewEnded: "Review",
  subAgent: "Sub-agent: {0}",
  viewedPicture: "Looked at a picture",
  unknown: "Record of a kind that Threadbook does not know: {0}",
  error: "Error",
  warning: "Warning",
  "divider.compaction": "Earlier conversation summarised to free context",
  "divider.rollback": "Steps taken back",
  "divider.modelChange": "Model changed",
  "divider.fork": "Forked",
  "divider.goal": "Goal",

  "status.running": "Running",
  "status.waiting": "Waiting for you",
  "status.idle": "Done",
  "status.interrupted": "Interrupted",
  "status.failed": "Failed",
  "status.limited": "Usage limit",
  "status.empty": "Empty",
  "status.damaged": "Damaged",
  taskDetails: "Task details",
  folder: "Folder",
  branch: "Branch",
  modelAndEffort: "Model and effort",
  lastActive: "Last active",
  tokens: "{0} tokens",
  tokenDetails: "{0} tokens in all: {1} in ({2} cached), {3} out ({4} reasoning)",
  contextWindow: "context window {0}",
  tokensWord: "Tokens",

  "banner.starting": "Threadbook is starting…",
  "banner.restarting":
    "Threadbook's sidecar stopped and is being restarted. What you see stays here.",
  "banner.stopped":
    "Threadbook's sidecar is not running. The task can be read as far as it is loaded.",
  "banner.held": "In use by {0}",
  "banner.heldWhy": "Only one process may write to a task.",
  "holder.process": "process {0}",
  "holder.terminal": "terminal {0}",
  "holder.host": "on {0}",
  "holder.since": "since {0}",
  "banner.limited": "Usage limit reached.",
  "banner.resets": "It resets at {0} (in {1}).",
  "banner.hasReset": "It has reset: send a message to go on.",
  "banner.failed": "The last step failed.",
  "banner.processDied": "The process ended in mid-step. Send a message to go on.",
  "banner.damaged.one": "{0} fault was found in the task's file; the rest was read.",
  "banner.damaged.other":
    "{0} faults were found in the task's file; the rest was read.",
  "banner.showProblems": "Show them",
  "banner.hideProblems": "Hide them",
  "banner.problemLine": "Line {0}: {1}",
  "banner.folderGone": "The task's folder no longer exists: {0}",
  "banner.archived": "This task is archived.",
  "banner.trashed": "This task is in the trash.",
  "banner.scheduled": "Goes on by itself at {0}.",
  "banner.schedule": "Resume automatically at {0}",
  "banner.scheduleSoon": "Resume automatically when it resets",
  "banner.unschedule": "Don't resume",
  "banner.goOn": "Go on",
  "banner.following": "What it does is shown here live.",
  "banner.fork": "Fork",
  "banner.goOnText": "Go on.",

  "approval.command": "Codex asks to run a command",
  "approval.fileChange": "Codex asks to change files",
  "approval.permissions": "Codex asks for permission",
  "approval.userInput": "Codex asks you something",
  "approval.elicitation": "A tool asks you something",
  "approval.more.one": "{0} more question waits",
  "approval.more.other": "{0} more questions wait",
  "approval.accept": "Accept",
  "approval.acceptForSession": "Accept for this session",
  "approval.decline": "Decline",
  "approval.cancel": "Stop",
  "approval.answer": "Answer",
  "approval.skip": "Skip",
  "approval.other": "Something else",
  "approval.otherAnswer": "Your own answer",
  "approval.yourAnswer": "Your answer",
  "approval.answering": "Answering…",
  "approval.waits": "waits for your answer",
  "approval.files": "Files",

  openPicture: "Open picture {0}",
  closePicture: "Close picture",
  removePicture: "Remove {0}",
  attachments: "Pictures to be sent",
  "pictures.one": "{0} picture",
  "pictures.other": "{0} pictures",

  stepOf: "Step {0} of {1}",
  "tools.of": "What to do with step {0}",
  "tools.goOn": "Go on from here (new task)",
  "tools.amend": "Edit and resend (new task)",
  "tools.fork": "Fork to the side",
  "tools.copy": "Copy what was said",
  "tools.copyMarkdown": "Copy step as Markdown",
  "tools.reveal": "Reveal in rollout",
  "amend.note":
    "Replaces what you said in step {0}. This task stays as it is: the new one opens in its own tab.",
  "amend.cancel": "Cancel",

  "overlay.outline": "Steps of this task",
  "overlay.files": "Files that this task changed",
  "outline.title": "Steps",
  "outline.find": "Go to a step: its number or words",
  "outline.loading": "Reading the steps…",
  "outline.none": "No step fits.",
  "outline.steps.one": "{0} step",
  "outline.steps.other": "{0} steps",
  "files.changed.one": "{0} file changed",
  "files.changed.other": "{0} files changed",
  "files.atLeast": "{0}, or more",
  "files.partly": "Of the steps that are loaded. Earlier ones may have changed more.",
  "files.sinceStart": "Open diff since start",
  "find.open": "Find in task (Ctrl+F)",
  "find.title": "Find in task",
  "find.case": "Match case",
  "find.regex": "Use regular expression",
  "find.previous": "Previous match (Shift+Enter)",
  "find.next": "Next match (Enter)",
  "find.close": "Close (Escape)",
  "find.none": "No results",
  "find.noneHere": "None in the loaded steps",
  "find.wrong": "Not a regular expression",
  "find.looking": "Looking further…",
  "find.count": "{0} of {1}",
  "context.used": "Context: {0} of {1} tokens ({2} %)",
  "context.percent": "{0} % context",

  "queue.title": "Queued: said when this step has ended",
  "queue.stopped": "Not sent: the step did not end well",
  "queue.send": "Send now",
  "queue.steer": "Steer with it now",
  "queue.edit": "Edit",
  "queue.remove": "Remove",

  composer: "Message to Codex",
  "composer.start": "Say what you would like to be done",
  "composer.goOn": "Go on with this task",
  "composer.steer": "Steer the running step",
  "composer.send": "Send",
  "composer.sendKey": "Send (Enter)",
  "composer.stopKey": "Stop (Escape)",
  "composer.hint": "Enter sends, Shift+Enter starts a new line",
  "composer.hintRunning": "Enter steers, Alt+Enter queues, Escape stops",
  "composer.queueKey": "Send when the step has ended (Alt+Enter)",
  "composer.amend": "What to say in step {0} instead",
  "composer.amendKey": "Run it in a new task (Enter)",
  "composer.attach": "Attach pictures",
  "composer.chooseModel": "Choose model and effort",
  "composer.modelUnknown": "Codex's own model",
  "composer.notSent": "Not sent: {0}",

  "said.finished": "Step finished",
  "said.failed": "Step failed",
  "said.stopped": "Step stopped",
  "said.approval": "Approval needed: {0}",
} as const;

export type StringKey = keyof typeof ENGLISH;
type CountKey = StringKey extends infer K
  ? K extends `${infer Base}.one`
    ? Base
    : never
  : never;

let translations: Readonly<Partial<Record<string, string>>> = {};
let language = "en";

/** Takes the host's translations by English text; what they lack stays English. */
export function useStrings(
  translated: Readonly<Partial<Record<string, string>>>,
): void {
  translations = translated;
}

/** The text of the key with its arguments. */
export function t(key: StringKey, ...values: readonly (string | number)[]): string {
  const pattern = translations[ENGLISH[key]] ?? ENGLISH[key];
  return pattern.replaceAll(/\{(\d)\}/gu, (_, index: string) =>
    String(values[Number(index)] ?? ""),
  );
}

/** The text for so many. */
export function tCount(key: CountKey, count: number): string {
  return t(
    count === 1 ? `${key}.one` : `${key}.other`,
    new Intl.NumberFormat(locale()).format(count),
  );
}

/** Dates and numbers are written as in this language; "" is none. */
export function useLanguage(name: string): void {
  if (name !== "") language = name;
}

/** The language of dates and numbers. */
export function locale(): string {
  return language;
}
