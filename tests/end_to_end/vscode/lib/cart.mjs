/** The demo's newest task of the workspace, in its panel. */
import { expect } from "@playwright/test";

export const CART = "The cart total is off by one cent";

export async function openCart(workbench) {
  await workbench.command("Threadbook: Resume last session");
  await expect(workbench.panel.getByRole("heading", { name: CART })).toBeVisible();
}

/** Say something in the panel that is shown. */
export async function send(workbench, text) {
  const composer = workbench.panel.getByRole("textbox", { name: "Message to Codex" });
  await composer.fill(text);
  await composer.press("Enter");
}
