import type { Plugin } from "esbuild";

export function usedIcons(sources: string): Plugin;
