/** `npm run setup`: everything that building, checking and testing in this checkout needs. */
import { prepareEnvironment } from "./parts/environment.mjs";
import { main } from "./parts/run.mjs";

await main(() => prepareEnvironment("dev"));
