/** The wire, as the rest of the extension imports it. */
export type * from "./generated.js";
