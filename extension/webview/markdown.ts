/**
 * Markdown to HTML: no raw HTML, no remote pictures, links that lead only where
 * `links.ts` lets them. The page cleans the result once more (`safe-html.ts`).
 *
 * Blocks come one by one, so that a streaming text repaints only its last ones.
 */
import MarkdownIt, { type RendererRule, type StateCore, type Token } from "markdown-it";
import { codeElement } from "./code-marks.js";
import { targetOf } from "./links.js";
import { visible } from "./plain.js";
import { t } from "./strings.js";

const md = new MarkdownIt({ html: false, linkify: true, breaks: false });
// Only whole addresses: "main.py" and "me@host" in prose are no links.
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
// All links are made, and `settleLinks` says what each may do: none shows as source text.
md.validateLink = () => true;
md.core.ruler.push("settle_links", settleLinks);
md.core.ruler.push("task_lists", markTaskLists);

const fence: RendererRule = (tokens, index) => {
  const token = tokens[index];
  const language = /^[\w+#.-]+/u.exec(token?.info.trim() ?? "")?.[0] ?? "";
  return codeBlock(token?.content ?? "", language);
};
md.renderer.rules["fence"] = fence;
md.renderer.rules["code_block"] = fence;
md.core.ruler.push("flat_headings", flattenHeadings);
md.core.ruler.push("classed_cells", classCells);
md.renderer.rules["table_open"] = () => '<div class="table-frame" tabindex="0"><table>';
md.renderer.rules["table_close"] = () => "</table></div>";

/** HTML of the text, one string a top-level block. */
export function markdownBlocks(text: string): readonly string[] {
  const env = {};
  return grouped(md.parse(visible(text), env)).map((tokens) =>
    md.renderer.render(tokens, md.options, env),
  );
}

function grouped(tokens: readonly Token[]): readonly Token[][] {
  const groups: Token[][] = [];
  let group: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    group.push(token);
    depth += token.nesting;
    if (depth === 0) {
      groups.push(group);
      group = [];
    }
  }
  return group.length === 0 ? groups : [...groups, group];
}

function codeBlock(code: string, language: string): string {
  const text = code.replace(/\n$/u, "");
  const element = codeElement(text, language, md.utils.escapeHtml(text));
  const label = md.utils.escapeHtml(language);
  const copy = md.utils.escapeHtml(t("copyCode"));
  return (
    `<div class="code"><div class="code-head"><span class="code-language">${label}</span>` +
    `<button type="button" class="icon-button copy-code codicon codicon-copy" title="${copy}" aria-label="${copy}"></button></div>` +
    `<pre tabindex="0" dir="ltr">${element}</pre></div>`
  );
}

function settleLinks(state: StateCore): void {
  for (const block of state.tokens) {
    if (block.children !== null) settleIn(block.children, state);
  }
}

function settleIn(tokens: Token[], state: StateCore): void {
  const open: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type === "link_open") open.push(settle(token));
    else if (token.type === "link_close") token.tag = open.pop() ?? "span";
    else if (token.type === "image") tokens[index] = pictureLink(token, state);
  }
}

/** Gives the opening token its tag and attributes, and returns the tag. */
function settle(token: Token): string {
  const href = String(token.attrGet("href") ?? "");
  const target = targetOf(href);
  token.attrs = null;
  token.tag = target.kind === "none" ? "span" : "a";
  token.attrSet("title", visible(href));
  switch (target.kind) {
    case "page":
      token.attrSet("href", target.url);
      break;
    case "file":
      token.attrSet("href", "#");
      token.attrSet("data-path", target.path);
      if (target.line !== null) token.attrSet("data-line", String(target.line));
      break;
    case "none":
      token.attrSet("class", "inert-link");
  }
  return token.tag;
}

/** A picture is named and linked, never loaded. */
function pictureLink(image: Token, state: StateCore): Token {
  const source = String(image.attrGet("src") ?? "");
  const target = targetOf(source);
  const escape = state.md.utils.escapeHtml;
  const label = escape(t("pictureLink", image.content === "" ? source : image.content));
  const token = new state.Token("html_inline", "", 0);
  if (target.kind === "page") {
    token.content = `<a class="picture-link" href="${escape(target.url)}" title="${escape(source)}">${label}</a>`;
  } else if (target.kind === "file") {
    token.content = `<a class="picture-link" href="#" data-path="${escape(target.path)}" title="${escape(source)}">${label}</a>`;
  } else {
    token.content = `<span class="inert-link" title="${escape(source)}">${label}</span>`;
  }
  return token;
}

/** The page's policy allows no style attributes: how a column is aligned is a class. */
function classCells(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type !== "th_open" && token.type !== "td_open") continue;
    const [, side] =
      /^text-align:(\w+)$/u.exec(String(token.attrGet("style") ?? "")) ?? [];
    token.attrs = side === undefined ? null : [["class", `align-${side}`]];
  }
}

/** Headings of a message stand below the step's own; how large they look is a class. */
function flattenHeadings(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.type === "heading_open")
      token.attrSet("class", `heading-${token.tag.slice(1)}`);
    if (token.type === "heading_open" || token.type === "heading_close")
      token.tag = "h3";
  }
}

/** `- [ ]` and `- [x]` become ballot boxes. */
function markTaskLists(state: StateCore): void {
  for (const [index, token] of state.tokens.entries()) {
    const item = state.tokens[index - 2];
    const text = token.children?.[0];
    if (item?.type !== "list_item_open" || text?.type !== "text") continue;
    const [box, mark] = /^\[([ xX])\] /u.exec(text.content) ?? [];
    if (box === undefined) continue;
    text.content = (mark === " " ? "☐ " : "☑ ") + text.content.slice(box.length);
    item.attrSet("class", "task-item");
  }
}
