/**
 * Tests that share one VS Code and its page, one after the other: a fresh window costs
 * eight seconds, a test in an open one a few.
 */
import { test } from "@playwright/test";

import { screenshot, World } from "./world.mjs";

const STARTS_WITHIN = { scope: "worker", timeout: 120_000 };

/**
 * A `test` with the fixtures `world` and `workbench`. `options` are those of `World.make`;
 * `made` gets the world before VS Code starts, `opened` the workbench of the file, and may
 * answer what is called at the end; `begin` gets it before each test.
 */
export function testTogether({
  options = {},
  made = () => {},
  opened = () => {},
  begin = () => {},
} = {}) {
  return test.extend({
    world: [
      async ({}, use) => {
        const world = await World.make(options);
        await made(world);
        await use(world);
        await world.end();
      },
      STARTS_WITHIN,
    ],
    shared: [
      async ({ world }, use) => {
        const workbench = await world.start();
        const end = await opened(workbench);
        await use(workbench);
        await end?.();
      },
      STARTS_WITHIN,
    ],
    workbench: async ({ shared }, use, info) => {
      await begin(shared);
      await use(shared);
      if (info.status !== info.expectedStatus) {
        await screenshot(shared, `failed-${info.title.replaceAll(/\W+/g, "-")}`);
      }
      await shared.tidy();
    },
  });
}

/** What most files of tests about the sidebar begin with. */
export async function showThreadbook(workbench) {
  await workbench.showActivity("Threadbook");
}
