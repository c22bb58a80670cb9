/** The usage page's texts in the user's language; the sidecar writes the page. */
import { t } from "../lib/l10n.js";
import type { UsageWords } from "../protocol/index.js";

/** All of them: what is missing would be English. */
export function usagePageWords(): Required<UsageWords> {
  return { ...windowWords(), ...chartWords(), ...tableWords(), ...kindWords() };
}

function windowWords() {
  return {
    title: t("Codex usage"),
    windows: t("Usage windows"),
    noWindows: t(
      "No task was told of usage windows yet. With an API key there are none.",
    ),
    usageWindow: t("Usage window"),
    minuteWindow: t("{0}-minute window"),
    hourWindow: t("{0}-hour window"),
    dayWindow: t("{0}-day window"),
    resets: t("resets in {0} ({1})"),
    hasReset: t("has reset; what is used now is not known"),
    timePassed: t("{0} of the time has passed"),
    limitReached: t("Usage limit reached; resets {0}"),
    heard: t("as of {0}"),
    stillReading: t("Tasks are still being read: there will be more."),
    scheduled: t("Go on by themselves"),
    due: t("due"),
    heldBack: t("due; waits for you"),
    running: t("running"),
    inTime: t("in {0} ({1})"),
    minutes: t("{0} min"),
    hours: t("{0} h {1} min"),
    days: t("{0} d {1} h"),
    written: t("Written by Threadbook, {0}"),
  };
}

function chartWords() {
  return {
    tokensByDay: t("Tokens by day and model"),
    noTokens: t("No task of the last {0} days told how many tokens it used."),
    mostOn: t("{0} tokens in {1} days; most on {2}: {3}"),
    asTable: t("As a table"),
    day: t("Day"),
    model: t("Model"),
    models: t("Models"),
    others: t("Others"),
    tokens: t("Tokens"),
    sum: t("Sum"),
  };
}

function tableWords() {
  return {
    tasks: t("Tasks"),
    task: t("Task"),
    noTasks: t("There are no tasks yet."),
    noMessage: t("(no message yet)"),
    disk: t("Disk space"),
    share: t("Share"),
    largest: t("Largest tasks"),
    mostly: t("Mostly"),
    folders: t("Disk by folder"),
    folder: t("Folder"),
    unknown: t("(unknown)"),
    more: t("and {0} more"),
    kinds: t("What the space is for"),
    kind: t("Kind"),
    kindsNote: t("Of the largest tasks, {0} of {1} in all."),
    ages: t("Last active"),
    ageDay: t("within a day"),
    ageWeek: t("within a week"),
    ageMonth: t("within 30 days"),
    ageQuarter: t("within 91 days"),
    ageYear: t("within a year"),
    ageOlder: t("older"),
  };
}

function kindWords() {
  return {
    images: t("pictures"),
    outputs: t("outputs of commands and tools"),
    repeatedOutputs: t("outputs written more than once"),
    compactions: t("copies made by compactions"),
    reasoning: t("reasoning"),
    messages: t("messages"),
    toolCalls: t("commands and patches"),
    context: t("instructions and settings"),
    subAgents: t("tasks of sub-agents"),
    other: t("other"),
  };
}
