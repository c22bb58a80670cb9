/** VS Code in another language: everything of ours is said in it, commands included. */
import fs from "node:fs";
import path from "node:path";

import { expect, test } from "@playwright/test";

import { CART } from "./lib/cart.mjs";
import { screenshot, World } from "./lib/world.mjs";

/**
 * A language pack without a word in it: VS Code itself stays English, and has its
 * extensions speak the language.
 */
function addLanguagePack(profile, languageId) {
  const data = path.join(profile, "data");
  const words = path.join(data, `words-${languageId}.json`);
  fs.writeFileSync(words, JSON.stringify({ version: "1.0.0", contents: {} }));
  const pack = {
    hash: "0",
    extensions: [
      { extensionIdentifier: { id: "threadbook-tests.words" }, version: "1.0.0" },
    ],
    translations: { vscode: words },
    label: languageId,
  };
  const packs = JSON.stringify({ [languageId]: pack });
  fs.writeFileSync(path.join(data, "languagepacks.json"), packs);
}

test("in German the sidebar, a panel and the palette speak German", async () => {
  test.setTimeout(240_000);
  const world = await World.make({ locale: "de" });
  try {
    addLanguagePack(world.profile, "de");
    const workbench = await world.start();
    await workbench.showActivity("Threadbook");
    await expect(workbench.rows("The cart total").first()).toBeVisible();
    const headers = workbench.sidebar.locator(".pane-header");
    await expect(headers.first()).toContainText("Aufgaben");
    await expect(workbench.rows("Heute")).toBeVisible();

    await workbench.command("Threadbook: Letzte Sitzung fortsetzen");
    const { panel } = workbench;
    await expect(panel.getByRole("heading", { name: CART })).toBeVisible();
    const composer = panel.getByRole("textbox", { name: "Nachricht an Codex" });
    await expect(composer).toBeFocused();
    await expect(panel.locator("html")).toHaveAttribute("lang", "de");
    await screenshot(workbench, "german");

    await workbench.command("Threadbook: Verbrauchsseite öffnen");
    await expect(
      panel.getByRole("heading", { name: "Tokens pro Tag und Modell" }),
    ).toBeVisible();
  } finally {
    await world.end();
  }
});
