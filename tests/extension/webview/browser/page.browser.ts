/** The page in a real Chromium, under the policy that the host sets. */
import { expect, type Browser } from "@playwright/test";
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import type { ToPanel } from "../../../../extension/src/panel/messages.js";
import type { Turn } from "../../../../extension/src/protocol/index.js";
import type { TaskEvent } from "../../../../extension/webview/wire.js";
import { approval, asked, ran, said, task, text, turn } from "../samples.js";
import { CONVERSATION } from "./conversation.js";
import {
  bundlePage,
  launch,
  openPanel,
  type Bundle,
  type Panel,
  type PanelOptions,
} from "./open-page.js";

let browser: Browser;
let bundle: Bundle;
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

before(async () => {
  [bundle, browser] = await Promise.all([bundlePage(), launch()]);
});

after(() => browser.close());

function replace(
  turns: readonly Turn[],
  seq = 0,
  nextCursor: string | null = null,
): ToPanel {
  return {
    type: "turns",
    position: "replace",
    turns,
    nextCursor,
    turnCount: turns.length,
    seq,
  };
}

function event(seq: number, body: TaskEvent): ToPanel {
  return {
    type: "event",
    event: { threadId: task().threadId, turnId: "live", seq, event: body },
  };
}

const started = event(1, { type: "turnStarted", turnId: "live", at: Date.now() });

/** A page for one test; it must have asked nothing of the network and broken no rule. */
async function withPanel(
  options: PanelOptions,
  use: (panel: Panel) => Promise<void>,
): Promise<void> {
  const panel = await openPanel(browser, bundle, options);
  try {
    await use(panel);
    assert.deepEqual(panel.offences, []);
  } finally {
    await panel.page.context().close();
  }
}

function steps(from: number, to: number): readonly Turn[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const number = from + index;
    return turn(number, [
      asked(`u${number}`, `Question ${number}`),
      said(`a${number}`, `Answer ${number}\n\n${"more words ".repeat(60)}`),
    ]);
  });
}

async function scrollTop(panel: Panel): Promise<number> {
  return panel.page.locator("main").evaluate((main) => main.scrollTop);
}

async function isAtEnd(panel: Panel): Promise<boolean> {
  return panel.page
    .locator("main")
    .evaluate((main) => main.scrollHeight - main.scrollTop - main.clientHeight < 4);
}

describe("reading", () => {
  test("shows every kind of item, at the end, and asks for nothing", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION));

      await expect(panel.page.getByRole("article")).toHaveCount(2);
      await expect(panel.page.getByRole("heading", { level: 1 })).toHaveText(
        "Make the importer survive broken lines",
      );
      assert.ok(await isAtEnd(panel));
      assert.deepEqual(await panel.posted(), [{ type: "ready" }]);
    });
  });

  for (const theme of ["dark", "light", "contrast"] as const) {
    test(`has nothing that axe objects to (${theme})`, async () => {
      await withPanel({ theme, height: 2600 }, async (panel) => {
        const busy = task({
          status: "limited",
          lastStop: {
            kind: "usageLimit",
            message: "Limit.",
            resetsAt: Date.now() + 9_000_000,
          },
          holder: { pid: 7, program: "codex", host: null, since: null, terminal: null },
          problems: [{ kind: "badLine", line: 3, message: "Not JSON" }],
        });
        await panel.send(
          { type: "task", task: busy },
          replace(CONVERSATION, 0, "older"),
          { type: "approvals", approvals: [approval(), approval({ requestId: "b" })] },
          {
            type: "trouble",
            message: "codex was not found",
            actions: [{ id: "install", label: "Install Codex" }],
          },
        );
        await expect(
          panel.page.getByRole("button", { name: "Accept", exact: true }),
        ).toBeEnabled();
        await panel.page.getByRole("button", { name: /Thought/u }).click();
        await panel.page
          .addScriptTag({ path: axe })
          .catch(() => panel.page.evaluate(`void 0`));
        const violations = await panel.page.evaluate(async () => {
          const { violations: found } = await (
            window as unknown as {
              axe: {
                run(): Promise<{
                  violations: {
                    id: string;
                    nodes: { html: string; any: { message: string }[] }[];
                  }[];
                }>;
              };
            }
          ).axe.run();
          return found.map(
            ({ id, nodes }) =>
              `${id}: ${nodes.map((node) => `${node.html} ${node.any[0]?.message ?? ""}`).join(" | ")}`,
          );
        });

        assert.deepEqual(violations, []);
      });
    });
  }

  test("loads older steps on the way up and stays where one reads", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(21, 40), 0, "c21"),
      );
      await panel.page.locator("main").evaluate((main) => {
        main.scrollTop = 0;
      });
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadOlder", cursor: "c21" });
      const before = await panel.page.locator("[data-item=u21]").boundingBox();
      await panel.send({
        type: "turns",
        position: "prepend",
        turns: steps(1, 20),
        nextCursor: null,
        turnCount: 40,
        seq: 0,
      });
      const now = await panel.page.locator("[data-item=u21]").boundingBox();

      assert.ok(
        Math.abs((now?.y ?? 0) - (before?.y ?? 999)) < 40,
        `${before?.y} became ${now?.y}`,
      );
      assert.ok((await scrollTop(panel)) > 500);
      assert.equal(
        (await panel.posted()).filter(({ type }) => type === "loadOlder").length,
        1,
      );
    });
  });

  test("asks for a cut output and shows all of it", async () => {
    await withPanel({}, async (panel) => {
      const whole = ran(
        "x1",
        "make",
        Array.from({ length: 500 }, (_, index) => `row ${index}`).join("\n"),
      );
      const cut = {
        ...ran("x1", "make", "row 0\nrow 1"),
        output: { text: "row 0\nrow 1", bytes: 3890, cut: true },
      } as typeof whole;
      await panel.send({ type: "task", task: task() }, replace([turn(1, [cut])]));
      await panel.page.getByRole("button", { name: "Show all (3.9 kB)" }).click();
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadItem", itemId: "x1" });
      await panel.send({ type: "item", item: whole });

      await expect(panel.page.getByText("row 499")).toBeVisible();
      await panel.page.getByRole("button", { name: "Show less" }).click();
      await expect(panel.page.getByText("Show 488 more lines")).toBeVisible();
    });
  });

  test("opens links, files and diffs through the host only", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(CONVERSATION));
      await panel.page.getByRole("link", { name: "the docs" }).click();
      await panel.page.getByRole("link", { name: "importer.py" }).click();
      await panel.page
        .getByRole("button", { name: "Open diff of importer.py" })
        .click();
      await panel.page.getByRole("button", { name: "Copy code" }).first().click();
      const posted = await panel.posted();

      assert.deepEqual(posted.slice(1, 4), [
        { type: "openLink", url: "https://example.org/docs" },
        { type: "openFile", path: "ledger/importer.py", line: 44 },
        {
          type: "openDiff",
          itemId: "f1",
          path: "/home/ada/work/ledger/ledger/importer.py",
        },
      ]);
      assert.match(JSON.stringify(posted[4]), /"copy".*def read_entries/u);
      assert.equal(panel.page.url(), "http://panel.test/");
    });
  });

  test("shows hostile content harmless", async () => {
    await withPanel({}, async (panel) => {
      const words = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script> [x](javascript:document.title='owned') ![p](http://evil.example/p.png) <style>*{display:none}</style>`;
      const path = `evil"><img src=x onerror=alert(1)>\u202egnp.py`;
      const change = {
        type: "fileChange",
        itemId: "f",
        at: null,
        status: "completed",
        changes: [{ path, kind: "update", diff: text(words), movedTo: null }],
      } as const;
      await panel.send(
        { type: "task", task: task({ displayName: words, cwd: words, model: words }) },
        replace([
          turn(1, [
            asked("u", words),
            said("a", words),
            ran("x", words, words),
            change,
          ]),
        ]),
      );

      assert.notEqual(await panel.page.title(), "owned");
      assert.equal(
        await panel.page.locator("img, script:not([nonce]), style, iframe").count(),
        0,
      );
      await expect(
        panel.page.getByRole("button", { name: /U\+202E/u }).first(),
      ).toBeVisible();
    });
  });
});

describe("a turn that runs", () => {
  test("is followed at the end, and left alone elsewhere", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 20)), started);
      const lines = (from: number): ToPanel[] =>
        Array.from({ length: 60 }, (_, index) =>
          event(from + index, {
            type: "itemDelta",
            itemId: "m",
            field: "text",
            delta: `Line ${from + index}\n\n`,
          }),
        );
      await panel.send(...lines(2));
      assert.ok(await isAtEnd(panel));

      await panel.page.locator("main").hover();
      await panel.page.mouse.wheel(0, -900);
      await expect(
        panel.page.getByRole("button", { name: "Go to the end" }),
      ).toBeVisible();
      const top = await scrollTop(panel);
      await panel.send(...lines(62));
      assert.equal(await scrollTop(panel), top);

      await panel.page.getByRole("button", { name: "New below" }).click();
      assert.ok(await isAtEnd(panel));
      await expect(panel.page.getByText("Line 121")).toBeVisible();
    });
  });

  test("never takes the focus and announces its end once", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await panel.page.getByRole("textbox").fill("thinking about");
      await panel.send(
        started,
        event(2, {
          type: "itemStarted",
          item: {
            ...ran("x1", "make", ""),
            status: "inProgress",
            exitCode: null,
            durationMs: null,
          } as never,
        }),
      );
      await expect(panel.page.getByText("Running make")).toBeVisible();
      await expect(panel.page.getByRole("textbox")).toBeFocused();
      await panel.send(
        event(3, {
          type: "turnCompleted",
          status: "completed",
          stop: null,
          at: Date.now(),
        }),
      );

      await expect(panel.page.getByRole("status")).toHaveText("Step finished");
      await expect(panel.page.getByRole("textbox")).toHaveValue("thinking about");
    });
  });

  test("is read again after a gap", async () => {
    await withPanel({}, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(1, 2)),
        started,
        event(5, { type: "warning", message: "x" }),
      );

      await expect
        .poll(
          async () =>
            (await panel.posted()).filter(({ type }) => type === "ready").length,
        )
        .toBe(2);
    });
  });

  test("takes thousands of deltas a second without long frames", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 20)), started);
      const longest = await panel.page.evaluate(async (threadId) => {
        let worst = 0;
        let last = performance.now();
        let frames = 0;
        let seq = 1;
        await new Promise<void>((done) => {
          const frame = (): void => {
            const now = performance.now();
            if (frames > 0) worst = Math.max(worst, now - last);
            last = now;
            for (let index = 0; index < 40; index += 1) {
              seq += 1;
              const delta = seq % 9 === 0 ? "word.\n\n" : "word ";
              window.postMessage(
                {
                  type: "event",
                  event: {
                    threadId,
                    turnId: "live",
                    seq,
                    event: { type: "itemDelta", itemId: "m", field: "text", delta },
                  },
                },
                "*",
              );
            }
            frames += 1;
            if (frames < 90) requestAnimationFrame(frame);
            else done();
          };
          requestAnimationFrame(frame);
        });
        return worst;
      }, task().threadId);

      assert.ok(longest < 250, `the longest frame took ${Math.round(longest)} ms`);
    });
  });
});

describe("the composer", () => {
  test("sends with Enter, breaks with Shift+Enter, and shows what is on its way", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), {
        type: "focusComposer",
      });
      const box = panel.page.getByRole("textbox");
      await expect(box).toBeFocused();
      await box.pressSequentially("one");
      await box.press("Shift+Enter");
      await box.pressSequentially("two");
      await box.press("Enter");

      await expect(panel.page.getByText("Sending…")).toBeVisible();
      await expect(box).toHaveValue("");
      const sent = (await panel.posted()).at(-1);
      assert.ok(sent?.type === "send");
      assert.deepEqual([sent.text, sent.steer], ["one\ntwo", false]);

      await box.fill("since");
      await panel.send({
        type: "sent",
        sendId: sent.sendId,
        failure: "The task is in use.",
      });
      await expect(box).toHaveValue("one\ntwo\n\nsince");
      await expect(panel.page.getByText("Not sent: The task is in use.")).toBeVisible();
    });
  });

  test("steers and stops the turn that runs", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), started);
      const box = panel.page.getByPlaceholder("Steer the running step");
      await box.fill("left");
      await box.press("Enter");
      await box.press("Escape");
      const posted = await panel.posted();

      assert.ok(posted.some((each) => each.type === "send" && each.steer));
      assert.deepEqual(posted.at(-1), { type: "interrupt" });
    });
  });

  test("waits for the input method", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)));
      await panel.page.getByRole("textbox").fill("にほん");
      await panel.page
        .getByRole("textbox")
        .dispatchEvent("keydown", { key: "Enter", isComposing: true });
      await panel.page
        .getByRole("textbox")
        .dispatchEvent("keydown", { key: "Enter", keyCode: 229 });

      assert.deepEqual(
        (await panel.posted()).map(({ type }) => type),
        ["ready"],
      );
    });
  });

  test("does not write where it may not", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), {
        type: "mayRun",
        allowed: false,
        reason: "This folder is not trusted.",
      });

      await expect(panel.page.getByRole("textbox")).not.toBeEditable();
      await expect(panel.page.getByRole("button", { name: "Send" })).toBeDisabled();
    });
  });
});

describe("a question", () => {
  test("can't be answered by accident", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 2)), started);
      await panel.page.getByRole("textbox").focus();
      await panel.send({ type: "approvals", approvals: [approval()] });
      const accept = panel.page.getByRole("button", { name: "Accept", exact: true });
      assert.ok(await accept.isDisabled());
      await panel.page.keyboard.press("Enter");
      await expect(accept).toBeEnabled();
      await expect(panel.page.getByRole("textbox")).toBeFocused();
      await panel.page.keyboard.press("Enter");
      assert.ok(!(await panel.posted()).some(({ type }) => type === "answer"));

      await expect(panel.page.getByRole("status")).toHaveText(/Approval needed/u);
      await accept.click();
      await expect(accept).toBeDisabled();
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "answer",
        requestId: "request-1",
        decision: "accept",
        answers: null,
      });
      await panel.send({ type: "approvalResolved", requestId: "request-1" });
      await expect(accept).toHaveCount(0);
    });
  });

  test("offers only the answers that there are", async () => {
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace([]), {
        type: "approvals",
        approvals: [approval({ decisions: ["accept", "decline"] })],
      });

      await expect(panel.page.locator(".approval .button")).toHaveText([
        "Accept",
        "Decline",
      ]);
    });
  });

  test("of the agent takes a choice, own words and secrets", async () => {
    await withPanel({}, async (panel) => {
      const option = (label: string) => ({ label, description: null });
      const questions = [
        {
          id: "q1",
          header: "Format",
          question: "Which?",
          isSecret: false,
          allowsOther: true,
          options: [option("CSV"), option("JSON")],
        },
        {
          id: "q2",
          header: null,
          question: "Which else?",
          isSecret: false,
          allowsOther: true,
          options: [option("A")],
        },
        {
          id: "q3",
          header: null,
          question: "Token?",
          isSecret: true,
          allowsOther: false,
          options: [],
        },
      ];
      await panel.send({ type: "task", task: task() }, replace([]), {
        type: "approvals",
        approvals: [
          approval({
            kind: "userInput",
            command: null,
            decisions: ["accept", "decline"],
            questions,
          }),
        ],
      });
      await panel.page.getByRole("radio", { name: "JSON" }).check();
      await panel.page.getByLabel("Your own answer").nth(1).fill("B");
      await panel.page.getByLabel("Your answer").fill("s3cret");
      await panel.page.getByRole("button", { name: "Answer" }).click();

      assert.equal(
        await panel.page.getByLabel("Your answer").getAttribute("type"),
        "password",
      );
      assert.deepEqual((await panel.posted()).at(-1), {
        type: "answer",
        requestId: "request-1",
        decision: "accept",
        answers: { q1: ["JSON"], q2: ["B"], q3: ["s3cret"] },
      });
    });
  });
});

describe("a restart", () => {
  test("finds the page where it was, with what was being written", async () => {
    let kept: unknown;
    await withPanel({}, async (panel) => {
      await panel.send({ type: "task", task: task() }, replace(steps(1, 30)));
      await panel.page.getByRole("textbox").fill("half a thought");
      await panel.page.locator("[data-item=u12]").evaluate((item) => {
        item.scrollIntoView({ block: "start" });
      });
      await expect
        .poll(async () => JSON.stringify(await panel.state()))
        .toContain('"itemId":"u12"');
      kept = await panel.state();
    });
    await withPanel({ state: kept }, async (panel) => {
      await panel.send(
        { type: "task", task: task() },
        replace(steps(21, 30), 0, "c21"),
      );
      await expect
        .poll(() => panel.posted())
        .toContainEqual({ type: "loadOlder", cursor: "c21" });
      await panel.send({
        type: "turns",
        position: "prepend",
        turns: steps(1, 20),
        nextCursor: null,
        turnCount: 30,
        seq: 0,
      });

      await expect(panel.page.getByRole("textbox")).toHaveValue("half a thought");
      await expect(
        panel.page.getByText("Question 12", { exact: true }),
      ).toBeInViewport();
    });
  });
});
