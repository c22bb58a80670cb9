/** The last gate: HTML of our own making is cleaned before it becomes part of the page. */
import DOMPurify from "dompurify";

const TAGS = [
  "a",
  "blockquote",
  "br",
  "button",
  "code",
  "del",
  "div",
  "em",
  "h3",
  "hr",
  "li",
  "ol",
  "p",
  "pre",
  "s",
  "span",
  "strong",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
];
/** Attributes that hold no address; DOMPurify would hold all others to be one. */
const PLAIN_ATTRIBUTES = [
  "aria-label",
  "class",
  "data-line",
  "data-path",
  "dir",
  "start",
  "tabindex",
  "title",
  "type",
];

// Set once: to take it in costs more than to clean a block.
DOMPurify.setConfig({
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ["href", ...PLAIN_ATTRIBUTES],
  ADD_URI_SAFE_ATTR: PLAIN_ATTRIBUTES,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|#$)/iu,
  RETURN_DOM_FRAGMENT: true,
});

/** The HTML as nodes, with everything that could act taken out. */
export function safeFragment(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true });
}
