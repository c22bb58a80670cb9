/** What a person sees at once to be wrong with a page. */
import type { Panel } from "./open-page.js";

/** What is out of view sideways, and can't be scrolled to. */
export function cutOff(panel: Panel): Promise<readonly string[]> {
  return panel.page.evaluate(() => {
    const scrolls = (element: Element): boolean =>
      element.closest(".diff, .code pre, .table-frame, .spoken") !== null;
    return [...document.querySelectorAll("button, input, textarea, p, li, h1, h2")]
      .filter((element) => element.checkVisibility() && !scrolls(element))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (left < -1 || right > document.body.clientWidth + 1);
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 200));
  });
}

/** Icons that have no sign: a name that the build did not see, or none of VS Code's. */
export function blankIcons(panel: Panel): Promise<readonly string[]> {
  return panel.page.evaluate(() =>
    [...document.querySelectorAll(".codicon, .picture-link")]
      .filter((element) => {
        const sign = getComputedStyle(element, "::before").content;
        return !/^"[\ue000-\uf8ff]"$/u.test(sign);
      })
      .map(({ className }) => className),
  );
}
