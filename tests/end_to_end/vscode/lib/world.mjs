/**
 * A world of its own for a test file: the demo's home with the mock model and the real codex,
 * a profile with Threadbook installed, and VS Code running on them. All of it goes at the end.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import { startDemo } from "../../../../scripts/parts/demo.mjs";
import { inVenv, ROOT } from "../../../../scripts/parts/paths.mjs";
import * as vscode from "../../../../scripts/parts/vscode_server.mjs";
import { checkoutVsix } from "../../../../scripts/parts/vsix.mjs";
import { openBrowser } from "./browser.mjs";
import { Workbench } from "./workbench.mjs";

const ARTEFACTS = path.join(ROOT, "tests", "artefacts");

export class World {
  constructor({ folder, demo, env, vsix, locale }) {
    this.folder = folder;
    this.demo = demo;
    this.env = env;
    this.vsix = vsix;
    this.locale = locale;
    this.profile = path.join(folder, "profile");
  }

  get home() {
    return this.demo.home;
  }

  get workspace() {
    return this.demo.workspace;
  }

  /** `settings` are of machine scope; `user` ones are VS Code's own; `locale` its language. */
  static async make({ settings = {}, user = {}, env = {}, vsix, locale } = {}) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "threadbook-"));
    const demo = await startDemo(folder);
    const world = new World({
      folder,
      demo,
      env: { ...demo.env, ...env },
      vsix: vsix ?? (await checkoutVsix()).vsix,
      locale,
    });
    vscode.prepareProfile(world.profile, {
      user: { "workbench.colorTheme": "Dark Modern", "git.enabled": false, ...user },
      machine: { ...demo.settings, ...settings },
    });
    await vscode.installVsix(world.profile, world.vsix, world.env);
    world.port = await vscode.freePort();
    return world;
  }

  /** Start VS Code and a browser on it; both keep what they knew when started again. */
  async start() {
    this.server = await vscode.startServer(this.profile, {
      port: this.port,
      env: this.env,
      locale: this.locale,
    });
    this.browser = await openBrowser(path.join(this.folder, "browser"));
    const workbench = new Workbench(this.browser.pages()[0]);
    await workbench.open(this.server.url, this.workspace);
    return workbench;
  }

  /** Stop both as a shutdown of the machine would, a while after the last change. */
  async restart(workbench) {
    await workbench.writtenDown();
    await this.stop();
    return this.start();
  }

  async stop() {
    await this.browser?.close();
    await this.server?.stop();
    this.browser = this.server = undefined;
  }

  async end() {
    await this.stop();
    await this.demo.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  sidecars() {
    return this.processes(/\bthreadbook serve\b/);
  }

  /** The ids of processes below VS Code with such a command line. */
  processes(pattern) {
    const listing = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
    const rows = listing.stdout.split("\n").map((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), parent: Number(parent), command: command ?? "" };
    });
    const ours = new Set([this.server.pid]);
    for (let before = -1; before !== ours.size;) {
      before = ours.size;
      for (const { pid, parent } of rows) if (ours.has(parent)) ours.add(pid);
    }
    return rows
      .filter(({ pid, command }) => ours.has(pid) && pattern.test(command))
      .map(({ pid }) => pid);
  }

  /** VS Code's own settings, as its windows have them from their next reload on. */
  setUser(settings) {
    const file = path.join(this.profile, "data", "User", "settings.json");
    const before = JSON.parse(fs.readFileSync(file, "utf8"));
    fs.writeFileSync(file, JSON.stringify({ ...before, ...settings }, null, 2));
  }

  /** What the command line lists, as an answer of its own to compare the tree with. */
  listed(...flags) {
    const args = ["list", ...flags, "--sub-agents", "--limit", "0", "--json"];
    return JSON.parse(this.threadbook(...args)).tasks;
  }

  /** What the command line prints, run in the folder that is open. */
  threadbook(...args) {
    const { stdout, stderr } = spawnSync(inVenv("threadbook"), args, {
      cwd: this.workspace,
      env: { ...process.env, ...this.env },
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    if (stdout === "") throw new Error(stderr);
    return stdout;
  }

  threadId(name) {
    return this.listed("--all").find((task) => task.displayName.startsWith(name))
      .threadId;
  }

  /** The text of the rollout files of a thread, all of them. */
  rolloutText(threadId) {
    return this.rollouts()
      .filter((file) => file.includes(threadId))
      .map((file) => fs.readFileSync(file, "utf8"))
      .join("");
  }

  rollouts() {
    const names = fs.readdirSync(this.home, { recursive: true });
    return names
      .filter((name) => /rollout-.*\.jsonl?(\.zst)?$/.test(name))
      .map((name) => path.join(this.home, name));
  }
}

/** A picture for people to look at; `tests/artefacts` is never committed. */
export async function screenshot(workbench, name) {
  await workbench.page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`) });
}
