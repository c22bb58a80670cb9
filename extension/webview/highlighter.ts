/**
 * The page's second script, which marks code. It is a third of all, and much of a first
 * drawing, so the page asks for it only after that (`code-colours.ts`).
 */
import { highlighted } from "./highlight.js";

window.highlighted = highlighted;
