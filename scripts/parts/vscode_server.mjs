/**
 * The embedded VS Code: code-server on loopback, with a profile of ours and an extension of ours.
 * `npm start` and the end-to-end tests run the same one.
 */
import fs from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { vscodeServer } from "./heavy.mjs";
import { startLeashed } from "./leashed.mjs";
import { Refusal, run } from "./run.mjs";

const START_WITHIN_MS = 60_000;

/** A VS Code without welcome pages, chat, telemetry and look-ups in the network. */
const QUIET_SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "window.menuBarVisibility": "compact",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "extensions.autoUpdate": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "npm.fetchOnlinePackageInfo": false,
  "json.schemaDownload.enable": false,
  "typescript.disableAutomaticTypeAcquisition": true,
};

/**
 * Make the profile's folders; settings that the user changed since are kept.
 * `machine` holds settings of machine scope, which count only there: a window of
 * code-server is a remote window.
 */
export function prepareProfile(profile, { user = {}, machine = {} } = {}) {
  const userSettings = path.join(profile, "data", "User", "settings.json");
  if (!fs.existsSync(userSettings))
    writeJson(userSettings, { ...QUIET_SETTINGS, ...user });
  writeJson(path.join(profile, "data", "Machine", "settings.json"), machine);
  fs.mkdirSync(path.join(profile, "extensions"), { recursive: true });
  fs.writeFileSync(path.join(profile, "config.yaml"), "auth: none\n");
}

function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Install a VSIX into a profile, in place of the one that is there. */
export async function installVsix(profile, vsix, env) {
  const { entry, node } = await vscodeServer();
  const args = [entry, ...profileArgs(profile), "--install-extension", vsix, "--force"];
  await run(node, args, { env: serverEnvironment(env), quiet: true });
}

/** Start the server; resolves when it answers. `locale`: VS Code's display language. */
export async function startServer(profile, { port, env, locale }) {
  const { entry, node } = await vscodeServer();
  const log = path.join(profile, "server.log");
  const output = fs.openSync(log, "w");
  const server = startLeashed(
    node,
    [entry, ...profileArgs(profile), ...serverArgs(port, locale)],
    {
      cwd: profile,
      env: serverEnvironment(env),
      output,
    },
  );
  fs.closeSync(output);
  const url = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_WITHIN_MS;
  while (!(await answers(url))) {
    if (server.hasEnded() || Date.now() > until) {
      await server.stop();
      throw new Refusal(`VS Code did not start; see ${log}`);
    }
    await sleep(50);
  }
  return { ...server, url, port };
}

function profileArgs(profile) {
  return [
    ...["--config", path.join(profile, "config.yaml")],
    ...["--user-data-dir", path.join(profile, "data")],
    ...["--extensions-dir", path.join(profile, "extensions")],
  ];
}

function serverArgs(port, locale) {
  return [
    ...["--bind-addr", `127.0.0.1:${port}`],
    ...["--auth", "none"],
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
    "--disable-getting-started-override",
    "--disable-proxy",
    ...(locale === undefined ? [] : ["--locale", locale]),
  ];
}

/** Ours, without what a surrounding npm or VS Code would tell a VS Code inside it. */
function serverEnvironment(env) {
  const foreign = /^(npm_|VSCODE_|ELECTRON_RUN_AS_NODE$|PORT$|PASSWORD$|NODE_OPTIONS$)/;
  const kept = Object.entries({ ...process.env, ...env }).filter(
    ([name, value]) => !foreign.test(name) && value !== undefined,
  );
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: "{}" };
}

/** Whether a server is up at this address. */
export async function answers(url) {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

/** `wanted` if it is free, else any other: VS Code's state in the browser belongs to the port. */
export async function freePort(wanted = 0) {
  try {
    return await bindable(wanted);
  } catch {
    return bindable(0);
  }
}

function bindable(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, "127.0.0.1", () => {
      const { port: bound } = probe.address();
      probe.close(() => resolve(bound));
    });
  });
}
