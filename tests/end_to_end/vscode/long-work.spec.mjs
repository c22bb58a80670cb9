/** Work that takes a while says how far it is, and ends when it is cancelled. */
import fs from "node:fs";
import path from "node:path";

import { expect } from "@playwright/test";

import { choosePath } from "./lib/file-box.mjs";
import { addStep, writeTask } from "./lib/rollouts.mjs";
import { showThreadbook, testTogether } from "./lib/shared.mjs";
import { choose, chooseFromMenu, rowsOf } from "./lib/sidebar.mjs";
import { screenshot } from "./lib/world.mjs";

const MANY = 1_200;
const BIG = "A long conversation";
const PARAGRAPH = "All work and no play makes for a dull conversation. ".repeat(80);

const test = testTogether({
  made: ({ home, workspace }) => {
    const many = path.join(path.dirname(workspace), "many");
    fs.mkdirSync(many);
    for (let number = 0; number < MANY; number += 1) {
      writeTask(home, { cwd: many, said: `One of many, number ${number}` });
    }
    const file = writeTask(home, { cwd: workspace, said: BIG });
    for (let step = 0; step < 12_000; step += 1) addStep(file, `${step} ${PARAGRAPH}`);
  },
  opened: showThreadbook,
});

test("an export that is cancelled leaves no file, nor a part of one", async ({
  workbench,
  world,
}) => {
  const folder = path.join(world.folder, "exported");
  fs.mkdirSync(folder);
  const file = path.join(folder, "long.md");
  await chooseFromMenu(workbench, rowsOf(workbench, "Tasks", BIG).first(), "Export...");
  await choose(workbench, "Export as", "Markdown");
  await choose(workbench, "What goes into the file?", "Without secrets");
  await choosePath(workbench, file, /\.md$/);

  const toast = workbench.toast("Exporting");
  await expect(toast).toContainText(BIG);
  await expect.poll(() => fs.readdirSync(folder).length).toBe(1);
  await screenshot(workbench, "exporting");
  await toast.getByRole("button", { name: "Cancel" }).click();

  await expect(toast).toHaveCount(0);
  await expect.poll(() => fs.readdirSync(folder)).toEqual([]);
  await expect(workbench.toast("Exported")).toHaveCount(0);
});

test("a purge that is cancelled says how many are gone; the others are where they were", async ({
  workbench,
  world,
}) => {
  const before = world.listed("--all", "--state", "any");
  await workbench.command("Threadbook: Purge...");
  await choose(workbench, "Purge tasks of which folder?", "Tasks of all folders");
  await choose(workbench, "Which tasks?", "All, also active ones");
  await choose(workbench, "Not active for how long?", "However long");
  const dialog = workbench.page.locator(".monaco-dialog-box");
  await expect(dialog).toContainText(
    `Delete ${before.length.toLocaleString("en")} tasks`,
  );
  await dialog.getByRole("button", { name: "Delete permanently" }).click();

  const toast = workbench.toast("Purging");
  await expect(toast).toContainText(new RegExp(`[1-9]\\d* of ${before.length}`));
  await screenshot(workbench, "purging");
  await toast.getByRole("button", { name: "Cancel" }).click();

  const said = workbench.toast("the others are where they were");
  await expect(said).toBeVisible();
  const [, gone] = /Purged (\d+) of/.exec(await said.innerText());
  const left = world.listed("--all", "--state", "any");
  expect(left).toHaveLength(before.length - Number(gone));
  expect(left.length).toBeGreaterThan(0);
  const states = new Map(before.map(({ threadId, state }) => [threadId, state]));
  for (const { threadId, state } of left) expect(state).toBe(states.get(threadId));
});
