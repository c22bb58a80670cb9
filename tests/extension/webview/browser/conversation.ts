/** A conversation with every kind of item, for looking at and for axe. */
import type { Turn } from "../../../../extension/src/protocol/index.js";
import type { Item } from "../../../../extension/webview/wire.js";
import { asked, NOW, ran, said, text, turn } from "../samples.js";

const DIFF = `--- a/ledger/importer.py
+++ b/ledger/importer.py
@@ -41,9 +41,12 @@ def read_entries(path: Path) -> Iterator[Entry]:
     with path.open(encoding="utf-8") as lines:
         for number, line in enumerate(lines, start=1):
-            yield parse(line)
+            try:
+                yield parse(line)
+            except ParseError as error:
+                problems.append(Problem(number, str(error)))
`;

const ANSWER = `The importer now keeps going after a broken line. **Two things** changed:

1. \`read_entries\` collects problems instead of raising ([importer.py](ledger/importer.py:44)).
2. The summary says how many lines were skipped, see [the docs](https://example.org/docs).

\`\`\`python
def read_entries(path: Path) -> Iterator[Entry]:
    """Yields entries, and collects what can't be read."""
    for number, line in enumerate(path.open(), start=1):  # from 1, as editors count
        try:
            yield parse(line)
        except ParseError as error:
            problems.append(Problem(number, str(error), fatal=False, weight=0.5))
\`\`\`

| case | before | after |
|---|:---:|---:|
| broken line | stops | skipped, counted |
| empty file | stops | 0 entries |

> Nothing was changed in the file format.

- [x] importer
- [ ] documentation`;

const LONG = Array.from(
  { length: 48 },
  (_, index) => `tests/test_importer.py::test_case_${index} PASSED`,
).join("\n");
const COLOURED =
  "\u001b[33myellow\u001b[34mblue\u001b[35mmagenta\u001b[36mcyan\u001b[31mred\u001b[32mgreen\u001b[0m\n\u001b[32m✓\u001b[0m 48 passed \u001b[2m(2.3s)\u001b[0m\n\u001b[31m✗\u001b[0m \u001b[1m1 failed\u001b[0m: test_empty_file";
const at = NOW - 600_000;

const first: readonly Item[] = [
  {
    type: "userMessage",
    itemId: "u1",
    at,
    text: text(
      "The importer stops at the first broken line of a CSV.\nIt should skip it and say so at the end.",
    ),
    images: [
      {
        mime: "image/png",
        bytes: 182_000,
        path: "/home/ada/Pictures/traceback.png",
        url: null,
      },
      { mime: "image/jpeg", bytes: 51_000, path: null, url: null },
    ],
  },
  {
    type: "reasoning",
    itemId: "r1",
    at,
    text: text("**Looking for the parser**\n\nThe traceback points at `parse`."),
  },
  {
    type: "agentMessage",
    itemId: "c1",
    at,
    text: text("I'll look at how lines are read first."),
    final: false,
  },
  ran(
    "x1",
    "rg -n 'def parse' ledger",
    "ledger/importer.py:38:def parse(line: str) -> Entry:\n",
  ),
  ran("x2", "pytest -q tests/test_importer.py", LONG),
  ran("x3", "npm test -- --color", COLOURED, 1),
  {
    type: "plan",
    itemId: "p1",
    at,
    text: null,
    steps: [
      { step: "Find where lines are read", status: "completed" },
      { step: "Collect problems instead of raising", status: "inProgress" },
      { step: "Say at the end how many lines were skipped", status: "pending" },
    ],
  },
  {
    type: "fileChange",
    itemId: "f1",
    at,
    status: "completed",
    changes: [
      {
        path: "/home/ada/work/ledger/ledger/importer.py",
        kind: "update",
        diff: text(DIFF),
        movedTo: null,
      },
    ],
  },
  {
    type: "fileChange",
    itemId: "f2",
    at,
    status: "completed",
    changes: [
      {
        path: "ledger/problems.py",
        kind: "add",
        diff: text("+class Problem:\n+    pass\n"),
        movedTo: null,
      },
      {
        path: "ledger/old.py",
        kind: "delete",
        diff: text("-gone = True\n"),
        movedTo: null,
      },
      { path: "a.py", kind: "move", diff: text(""), movedTo: "b.py" },
    ],
  },
  said("a1", ANSWER),
];

const second: readonly Item[] = [
  asked("u2", "שלום, אפשר להוסיף גם בדיקות? And please keep them short."),
  {
    type: "toolCall",
    itemId: "t1",
    at,
    server: "docs",
    tool: "lookup",
    arguments: text('{"query":"pytest parametrize"}'),
    status: "completed",
    result: text('{"hits":3}'),
    durationMs: 420,
  },
  { type: "webSearch", itemId: "w1", at, query: "pytest parametrize ids" },
  {
    type: "subAgent",
    itemId: "s1",
    at,
    action: "spawn",
    threadIds: ["019b-aaaa"],
    prompt: text("Write the tests."),
  },
  {
    type: "imageView",
    itemId: "i1",
    at,
    image: { mime: "image/png", bytes: 0, path: "/tmp/chart.png", url: null },
  },
  {
    type: "review",
    itemId: "v1",
    at,
    entered: false,
    text: text("No findings: the change does what it says."),
    explanation: "No findings: the change does what it says.",
    findings: [],
  },
  {
    type: "notice",
    itemId: "n1",
    at,
    level: "warning",
    text: text("Heads up: long threads lower accuracy."),
    code: null,
  },
  {
    type: "notice",
    itemId: "n2",
    at,
    level: "error",
    text: text("stream disconnected before completion"),
    code: "stream",
  },
  { type: "divider", itemId: "d1", at, kind: "compaction", text: null },
  {
    type: "divider",
    itemId: "d2",
    at,
    kind: "modelChange",
    text: "gpt-5.2-codex high → gpt-5.2 medium",
  },
  {
    type: "unknown",
    itemId: "k1",
    at,
    kind: "security_risk_score",
    raw: text('{"score":0.1}'),
  },
  {
    type: "commandExecution",
    itemId: "x4",
    at,
    command: "cat > notes.md <<'EOF'\n# Notes\nEOF\nrm -rf build",
    cwd: null,
    status: "declined",
    exitCode: null,
    durationMs: null,
    output: null,
  },
  said("a2", "הוספתי שלוש בדיקות. They run in 0.2 s."),
];

export const CONVERSATION: readonly Turn[] = [
  turn(1, first),
  turn(2, second, {
    model: "gpt-5.2",
    effort: "medium",
    status: "interrupted",
    stop: { kind: "interrupted", message: null, resetsAt: null, windowMinutes: null },
  }),
];
