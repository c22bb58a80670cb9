/** Markdown of any content becomes harmless HTML. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { useHighlight } from "../../../extension/webview/code-marks.js";
import { highlighted } from "../../../extension/webview/highlight.js";
import { markdownBlocks } from "../../../extension/webview/markdown.js";

useHighlight(highlighted);

function html(markdown: string): string {
  return markdownBlocks(markdown).join("");
}

describe("hostile text", () => {
  test("raw HTML is shown as text", () => {
    const shown = html(
      '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <svg onload="x">',
    );

    assert.doesNotMatch(shown, /<(?:script|img|svg)/u);
    assert.match(shown, /&lt;script&gt;/u);
  });

  for (const address of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "command:workbench.action.terminal.new",
    "vscode://file/etc/passwd",
    "data:text/html;base64,PHNjcmlwdD4=",
    "file:///etc/passwd",
    "vbscript:x",
    "//evil.example/x",
    "java&#115;cript:alert(1)",
    "%6aavascript:alert(1)",
  ]) {
    test(`a link to ${address} leads nowhere`, () => {
      const shown = html(`[click](<${address}>)`);

      assert.doesNotMatch(shown, /<a\b/u);
      assert.match(shown, /<span title="[^"]*" class="inert-link">click<\/span>/u);
    });
  }

  test("an address in angle brackets with another scheme leads nowhere", () => {
    assert.doesNotMatch(html("<command:foo.bar>"), /<a\b/u);
  });

  test("a picture is a link with its name and is never loaded", () => {
    const shown = html('![a "chart"](https://example.org/x.png)');

    assert.doesNotMatch(shown, /<img/u);
    assert.match(
      shown,
      /<a class="picture-link" href="https:\/\/example\.org\/x\.png"[^>]*>Picture: a &quot;chart&quot;<\/a>/u,
    );
  });

  test("a picture of another scheme is a name only", () => {
    assert.doesNotMatch(html("![x](data:image/svg+xml;base64,AAAA)"), /<a|<img/u);
  });

  test("attributes can't be broken out of", () => {
    const shown = html(
      '[x](https://e.org/"onmouseover="alert(1)) ![y](https://e.org/"onload="x)',
    );

    assert.doesNotMatch(shown, /"\s*on\w+=/u);
  });

  test("a code fence's language can't be broken out of", () => {
    assert.doesNotMatch(html('```"><img\nx\n```'), /<img/u);
  });

  test("direction overrides and control characters are named", () => {
    const shown = html("safe\u202egnp.exe `\u2066x\u2069` \u0007");

    assert.match(shown, /safe⟨U\+202E⟩gnp\.exe/u);
    assert.match(shown, /␇/u);
    assert.doesNotMatch(shown, /[\u202a-\u202e\u2066-\u2069\u0007]/u);
  });

  test("malformed markdown ends", () => {
    assert.ok(html("[[[[[[((((**__``` |\n|-\n> ".repeat(500)).length > 0);
  });
});

describe("links", () => {
  test("to pages and mail keep their address", () => {
    assert.match(
      html("[docs](https://example.org/a?b=c)"),
      /<a title="[^"]*" href="https:\/\/example\.org\/a\?b=c">docs<\/a>/u,
    );
    assert.match(html("see https://example.org now"), /href="https:\/\/example\.org"/u);
  });

  test("to files name path and line", () => {
    assert.match(
      html("[importer](src/importer.py:12)"),
      /href="#" data-path="src\/importer\.py" data-line="12"/u,
    );
    assert.match(
      html("[importer](/abs/a%20b.py#L7)"),
      /data-path="\/abs\/a b\.py" data-line="7"/u,
    );
  });

  test("are not made of file names and mail addresses in prose", () => {
    assert.doesNotMatch(html("run main.py for me@example.org"), /<a/u);
  });
});

describe("code", () => {
  test("is marked and escaped, with a button to copy it", () => {
    const shown = html("```ts\nconst x = '<b>';\n```");

    assert.match(shown, /hljs-keyword/u);
    assert.match(shown, /&lt;b&gt;/u);
    assert.match(shown, /copy-code/u);
  });

  test("of an unknown language is escaped", () => {
    assert.match(html("```constructor\n<b>\n```"), /<code>&lt;b&gt;<\/code>/u);
  });
});

describe("blocks", () => {
  test("that did not change are equal while a text grows", () => {
    const before = markdownBlocks("# One\n\n- a\n- b\n\nTail");
    const after = markdownBlocks("# One\n\n- a\n- b\n\nTail grows");

    assert.deepEqual(after.slice(0, -1), before.slice(0, -1));
    assert.equal(after.length, 3);
  });

  test("headings stand below the step's own", () => {
    assert.match(html("# Big"), /<h3 class="heading-1">Big<\/h3>/u);
  });

  test("columns are aligned by classes, since the page allows no style attributes", () => {
    const shown = html("|a|b|\n|:-:|--:|\n|1|2|");

    assert.match(shown, /<td class="align-center">1<\/td>\n<td class="align-right">2/u);
    assert.doesNotMatch(shown, /style=/u);
  });

  test("task lists have boxes", () => {
    assert.match(html("- [x] done\n- [ ] open"), /☑ done[^]*☐ open/u);
  });
});
