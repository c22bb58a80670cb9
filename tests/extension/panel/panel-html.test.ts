import assert from "node:assert/strict";
import { test } from "node:test";

import { panelHtml } from "../../../extension/src/panel/panel-html.js";

const PAGE = panelHtml({
  cspSource: "https://*.vscode-cdn.net",
  nonce: "abc123",
  script: "https://host/webview.js",
  highlighter: "https://host/highlighter.js",
  style: "https://host/webview.css",
  title: '<b>"Task"</b>',
  language: "de",
  strings: { "Step {0}": "Schritt {0}</script><script>1" },
});

test("only our script runs, nothing is fetched but our own files", () => {
  const policy = /content="(default-src[^"]*)"/.exec(PAGE)?.[1] ?? "";
  const rules = new Map(
    policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]),
  );

  assert.deepEqual(rules.get("default-src"), ["'none'"]);
  assert.deepEqual(rules.get("script-src"), ["'nonce-abc123'"]);
  assert.deepEqual(rules.get("img-src"), ["data:"]);
  assert.doesNotMatch(policy, /unsafe|\*;|https:;/);
});

test("every script carries the nonce, and there is no inline style or handler", () => {
  const scripts = PAGE.match(/<script[^>]*>/g) ?? [];

  assert.equal(scripts.length, 3);
  assert.ok(
    scripts.every((script) => /nonce="abc123"|type="application\/json"/.test(script)),
  );
  assert.doesNotMatch(PAGE, /<style|style=|\son\w+=/);
});

test("a title is text", () => {
  assert.doesNotMatch(PAGE, /<b>/);
  assert.match(PAGE, /<title>&#60;b&#62;&#34;Task&#34;/);
});

test("the page has its translations, whatever is in them", () => {
  const found = /<script type="application\/json" id="strings">(.*?)<\/script>/.exec(
    PAGE,
  );

  assert.deepEqual(JSON.parse(found?.[1] ?? ""), {
    "Step {0}": "Schritt {0}</script><script>1",
  });
});
