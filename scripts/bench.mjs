/** `npm run bench [-- NAME... --tasks N]`: how fast it all is, as a table; see docs/performance.md. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";

import { prepareEnvironment } from "./parts/environment.mjs";
import { ROOT, VENV_PYTHON } from "./parts/paths.mjs";
import { main } from "./parts/run.mjs";

await main(async (options) => {
  await prepareEnvironment("dev");
  const { status } = spawnSync(VENV_PYTHON, ["-m", "bench", ...options], {
    cwd: path.join(ROOT, "tests"),
    stdio: "inherit",
  });
  return status ?? 1;
});
