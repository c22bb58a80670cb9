/**
 * `npm run lock [-- --upgrade]`: write requirements*.txt, with hashes, from pyproject.toml.
 * Without `--upgrade` what is locked stays unless pyproject.toml rules it out.
 */
import fs from "node:fs";
import path from "node:path";

import { inVenv, ROOT } from "./parts/paths.mjs";
import { main, run } from "./parts/run.mjs";

const LOCKS = [
  { out: "requirements.txt", extras: [] },
  { out: "requirements-dev.txt", extras: ["--extra", "dev"] },
];

await main(async (flags) => {
  const own = inVenv("uv");
  const uv = fs.existsSync(own) ? own : "uv";
  for (const { out, extras } of LOCKS) {
    const shape = ["--universal", "--generate-hashes", "--no-header", "--no-annotate"];
    await run(
      uv,
      [
        ...["pip", "compile", "pyproject.toml", "--python-version", "3.11", "--quiet"],
        ...[...shape, ...extras, ...flags, "--output-file", path.join(ROOT, out)],
      ],
      { cwd: ROOT },
    );
  }
});
