/** The workbench of VS Code in a browser page: what a person sees and does there. */
import { expect } from "@playwright/test";

const STARTED_WITHIN = { timeout: 60_000 };
const STATE_IS_WRITTEN_MS = 6_500;
/** What is restored late undoes what was just done; so long after it is settled. */
const SETTLES_MS = 700;

export class Workbench {
  constructor(page) {
    this.page = page;
  }

  async open(url, folder) {
    await this.page.goto(`${url}/?folder=${encodeURIComponent(folder)}`, {
      waitUntil: "domcontentloaded",
    });
    await this.opened();
  }

  /** In a browser VS Code writes its state every five seconds, not when it is left. */
  async writtenDown() {
    await this.page.waitForTimeout(STATE_IS_WRITTEN_MS);
  }

  async reload() {
    await this.page.reload({ waitUntil: "domcontentloaded" });
    await this.opened();
  }

  async opened() {
    await expect(this.page.locator(".monaco-workbench")).toBeVisible(STARTED_WITHIN);
    await expect(this.page.locator(".part.statusbar")).toBeVisible(STARTED_WITHIN);
  }

  /**
   * Show a view container. A click on the icon of the one that is open would shut it, and
   * after a reload the last one is restored late: so look first, and look again.
   */
  async showActivity(title) {
    const icon = this.page.locator(".part.activitybar .action-item", {
      has: this.page.locator(`.action-label[aria-label^="${title}"]`),
    });
    const heading = this.page.locator(".part.sidebar .composite.title");
    await expect(icon).toBeVisible(STARTED_WITHIN);
    await expect(async () => {
      // A bar that is shut keeps its title, unseen.
      const isOpen = await heading.isVisible();
      const shown = isOpen ? await heading.innerText({ timeout: 500 }) : "";
      if (!shown.toLowerCase().startsWith(title.toLowerCase())) {
        await icon.click({ timeout: 2_000 });
        await this.page.waitForTimeout(SETTLES_MS);
      }
      await expect(heading).toBeVisible({ timeout: 1_500 });
      await expect(heading).toContainText(title, { timeout: 1_500, ignoreCase: true });
    }).toPass(STARTED_WITHIN);
  }

  get sidebar() {
    return this.page.locator(".part.sidebar");
  }

  /** Rows of the tree, by the text that they show. */
  rows(label) {
    const rows = this.sidebar.locator(".monaco-list-row[role=treeitem]");
    // What is shown may be cut; what a screen reader says is whole.
    return label === undefined
      ? rows
      : rows.and(this.page.locator(`[aria-label*="${label}"]`));
  }

  /** Open all groups, and the tasks that have sub-agents. */
  async expandAll() {
    const shut = this.sidebar.locator(".monaco-list-row[aria-expanded=false]");
    await expect(async () => {
      // A click on the row of a task would open it.
      if ((await shut.count()) > 0)
        await shut.first().locator(".monaco-tl-twistie").click();
      expect(await shut.count()).toBe(0);
    }).toPass();
  }

  /** How many tasks the tree shows, groups left out. */
  async taskCount() {
    const levels = await this.rows().evaluateAll((rows) =>
      rows.map((row) => Number(row.getAttribute("aria-level"))),
    );
    return levels.filter((level) => level > 1).length;
  }

  tab(title) {
    return this.page.locator(".tabs-container .tab").filter({ hasText: title });
  }

  toast(text) {
    return this.page
      .locator(".notifications-toasts .notification-toast")
      .filter({ hasText: text });
  }

  /** The document of the panel that is shown: VS Code nests it in two frames. */
  get panel() {
    return this.page
      .frameLocator("iframe.webview.ready")
      .frameLocator("iframe#active-frame");
  }

  /**
   * Run a command through the palette, which knows an extension's commands only a while after
   * the window opened.
   */
  async command(title) {
    const box = this.page.locator(".quick-input-widget");
    await expect(async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("F1");
      await box.locator("input[type=text]").fill(`>${title}`, { timeout: 2_000 });
      const first = box.locator(".monaco-list-row").first();
      await expect(first).toContainText(title.replace(/^.*?: /, ""), {
        timeout: 2_000,
      });
    }).toPass(STARTED_WITHIN);
    await this.page.keyboard.press("Enter");
  }

  /** Between tests that share the page. */
  async tidy() {
    await this.page.keyboard.press("Escape");
    await this.command("View: Close All Editors");
    await this.command("Notifications: Clear All Notifications");
    await expect(this.page.locator(".notification-toast")).toHaveCount(0);
  }
}
