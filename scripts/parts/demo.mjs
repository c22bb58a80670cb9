/**
 * The demo: a sample home, folders to work in, a mock model on loopback and the real codex.
 * Nothing of the user's own is touched: HOME lies in `.heavy/demo` as well.
 */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

import { codexExecutable } from "./heavy.mjs";
import { startLeashed } from "./leashed.mjs";
import { ROOT, VENV_PYTHON } from "./paths.mjs";
import { fingerprint, once } from "./fingerprint.mjs";
import { Refusal, run } from "./run.mjs";

const SCRIPTS = path.join(ROOT, "scripts", "demo");

/** Make it ready below `folder`; `stop()` ends the mock model. */
export async function startDemo(folder) {
  const codex = await codexExecutable();
  const home = path.join(folder, "codex-home");
  const work = path.join(folder, "work");
  const model = await startModel();
  try {
    await makeHome({ folder, home, work });
    await writeConfig(home, model.baseUrl);
  } catch (error) {
    await model.stop();
    throw error;
  }
  return {
    workspace: path.join(work, "storefront"),
    env: demoEnvironment(folder, home, codex),
    settings: { "threadbook.codexHome": home, "threadbook.codexPath": codex },
    home,
    codex,
    stop: () => model.stop(),
  };
}

/** Kept from start to start, until the scripts that make it change. */
async function makeHome({ folder, home, work }) {
  const stamp = path.join(folder, "home.stamp");
  await once(
    {
      stamp,
      print: fingerprint("scripts/demo", "sidecar/threadbook/demo"),
      made: home,
    },
    async () => {
      fs.rmSync(home, { recursive: true, force: true });
      fs.mkdirSync(path.join(folder, "user"), { recursive: true });
      await python("make_home.py", "--home", home, "--work", work);
    },
  );
}

/** The port of the model changes from start to start, the home stays. */
async function writeConfig(home, baseUrl) {
  await python("make_home.py", "--home", home, "--base-url", baseUrl);
}

function python(script, ...args) {
  return run(VENV_PYTHON, [path.join(SCRIPTS, script), ...args], { quiet: true });
}

async function startModel() {
  const script = path.join(SCRIPTS, "mock_model.py");
  const model = startLeashed(VENV_PYTHON, [script], { output: "pipe" });
  const { baseUrl } = JSON.parse(await firstLine(model));
  return { baseUrl, stop: () => model.stop() };
}

async function firstLine({ stdout }) {
  let text = "";
  for await (const chunk of stdout) {
    text += chunk;
    if (text.includes("\n")) return text;
  }
  throw new Refusal("The mock model did not start");
}

function demoEnvironment(folder, home, codex) {
  return {
    HOME: path.join(folder, "user"),
    XDG_CACHE_HOME: undefined,
    XDG_CONFIG_HOME: undefined,
    XDG_DATA_HOME: undefined,
    CODEX_HOME: home,
    PATH: `${path.dirname(codex)}${path.delimiter}${process.env.PATH}`,
    // Whatever a task of the demo names as its provider, nothing leaves this machine.
    HTTP_PROXY: "http://127.0.0.1:9",
    HTTPS_PROXY: "http://127.0.0.1:9",
    NO_PROXY: "127.0.0.1",
  };
}
