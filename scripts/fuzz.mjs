/**
 * `npm run fuzz [-- libFuzzer's options]`: look for rollouts that trip the readers of their lines.
 * Atheris, which does it, has no wheel for every platform: it is installed here, on demand.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";

import { prepareEnvironment } from "./parts/environment.mjs";
import { ROOT, VENV_PYTHON } from "./parts/paths.mjs";
import { main, run } from "./parts/run.mjs";

const ATHERIS = "atheris==3.0.0";
const SECONDS = 300;

await main(async (given) => {
  await prepareEnvironment("dev");
  const { status } = spawnSync(VENV_PYTHON, ["-c", "import atheris"]);
  if (status !== 0) {
    process.stderr.write(`Installing ${ATHERIS} into .venv\n`);
    await run(VENV_PYTHON, ["-m", "pip", "install", "--quiet", ATHERIS], {
      quiet: true,
    });
  }
  const options = given.length > 0 ? given : [`-max_total_time=${SECONDS}`];
  await run(VENV_PYTHON, [
    path.join(ROOT, "tests", "fuzz", "fuzz_lines.py"),
    ...options,
  ]);
});
