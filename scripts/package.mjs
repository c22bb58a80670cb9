/** `npm run package`: a VSIX for this platform that needs no Python. Prints its path. */
import path from "node:path";
import process from "node:process";

import { prepareEnvironment } from "./parts/environment.mjs";
import { ROOT } from "./parts/paths.mjs";
import { main, run } from "./parts/run.mjs";
import { addFrozenSidecar, makeVsix, readManifest } from "./parts/vsix.mjs";

await main(async () => {
  await prepareEnvironment("dev");
  await run("npm", ["run", "--silent", "build", "--", "--minify"], { cwd: ROOT });
  const target = `${process.platform}-${process.arch}`;
  const out = path.join(ROOT, `threadbook-${target}-${readManifest().version}.vsix`);
  await makeVsix(out, { target, addSidecar: addFrozenSidecar });
  process.stdout.write(`${out}\n`);
});
