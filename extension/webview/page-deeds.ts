/** What rendered things can do, in terms of the page's parts. */
import type { FromPanel } from "../src/panel/messages.js";
import { attachPictures, choosePictures } from "./attaching.js";
import type { Deeds } from "./deeds.js";
import type { FindBar } from "./find-bar.js";
import { OUTSIDE, type Folds } from "./folds.js";
import type { Here } from "./here.js";
import type { MinimapDeeds } from "./minimap.js";
import type { PageAction, PanelModel } from "./model.js";
import { pictureKey } from "./model.js";
import { enlarge } from "./pictures.js";
import type { Reading } from "./reading.js";
import type { ReadingDeeds } from "./reading-deeds.js";
import type { Sending } from "./sending.js";
import { t } from "./strings.js";

export interface PageParts {
  readonly model: () => PanelModel;
  readonly take: (action: PageAction) => void;
  readonly post: (message: FromPanel) => void;
  readonly schedule: () => void;
  readonly interrupt: () => void;
  readonly drafted: () => void;
  readonly folds: Folds;
  readonly reading: () => Reading;
  readonly sending: () => Sending;
  readonly find: () => FindBar;
}

export function makeDeeds(parts: PageParts): Deeds {
  return { ...readingDeeds(parts), ...composingDeeds(parts), ...queueingDeeds(parts) };
}

type Composing =
  | "answer"
  | "amend"
  | "stopAmending"
  | "fork"
  | "detach"
  | "attach"
  | "chooseModel"
  | "sayGoOn"
  | "send"
  | "interrupt"
  | "drafted";

function readingDeeds(parts: PageParts): Omit<Deeds, Composing | Queueing> {
  const { take, post, reading } = parts;
  return {
    post,
    fold: (itemId, part, level) => {
      parts.folds.set(itemId, part, level);
      if (!itemId.startsWith(OUTSIDE)) reading().stay();
      parts.schedule();
    },
    loadItem: (itemId) => {
      take({ type: "itemAsked", itemId });
      post({ type: "loadItem", itemId });
    },
    copy: (text) => {
      post({ type: "copy", text });
    },
    loadImage: (turnId, itemId, index) => {
      take({ type: "pictureAsked", key: pictureKey(itemId, index) });
      post({ type: "loadImage", turnId, itemId, index });
    },
    enlarge,
    overlay: (overlay) => {
      take({ type: "overlaid", overlay });
      if (overlay === "outline") post({ type: "outline" });
    },
    goToStep: (step) => {
      reading().goToStep(step);
    },
    find: () => {
      parts.find().open();
    },
    showEarlier: () => {
      reading().showEarlier();
    },
    goToEnd: () => {
      reading().goToEnd();
    },
  };
}

function composingDeeds(parts: PageParts): Pick<Deeds, Composing> {
  const { model, take, post, sending } = parts;
  return {
    answer: (requestId, decision, answers) => {
      take({ type: "answered", requestId });
      post({ type: "answer", requestId, decision, answers });
    },
    fork: (step, beside) => {
      post({ type: "fork", step, beside });
    },
    amend: (step, text) => {
      sending().amend(step, text);
    },
    stopAmending: () => {
      sending().stopAmending();
    },
    detach: (attachmentId) => {
      take({ type: "detached", attachmentId });
    },
    attach: () => {
      choosePictures((pictures) => void attachPictures(pictures, take, post));
    },
    chooseModel: () => {
      const { choice, task } = model();
      post({
        type: "chooseModel",
        model: choice.model ?? task?.model ?? null,
        effort: choice.effort ?? task?.effort ?? null,
      });
    },
    sayGoOn: () => {
      sending().say(t("banner.goOnText"));
    },
    send: () => {
      sending().send();
    },
    interrupt: parts.interrupt,
    drafted: parts.drafted,
  };
}

type Queueing = "queue" | "editQueued" | "sendQueued";

function queueingDeeds({ sending }: PageParts): Pick<Deeds, Queueing> {
  return {
    queue: () => {
      sending().queue();
    },
    editQueued: (message) => {
      sending().editQueued(message);
    },
    sendQueued: (message) => {
      sending().sendQueued(message);
    },
  };
}

/** Asks for earlier turns, or for later ones; says whether there are any. */
export function loadMore(
  { nextCursor, newerFrom, loadingOlder, loadingNewer }: PanelModel,
  earlier: boolean,
  deeds: Pick<ReadingDeeds, "loadOlder" | "loadNewer">,
): boolean {
  if (earlier) {
    if (nextCursor !== null && !loadingOlder) deeds.loadOlder(nextCursor);
    return nextCursor !== null;
  }
  if (newerFrom !== null && !loadingNewer) deeds.loadNewer(newerFrom);
  return newerFrom !== null;
}

/** The minimap leads through the task as the list of steps does, but keeps the focus. */
export function minimapDeeds(
  post: PageParts["post"],
  reading: Reading,
  here: Here,
): MinimapDeeds {
  return {
    outline: () => {
      post({ type: "outline" });
    },
    goToStep: (step) => {
      reading.goToStep(step, false);
    },
    here: () => here.step,
  };
}

/** Turns that the reader comes near to are asked for. */
export function loadingDeeds(
  take: PageParts["take"],
  post: PageParts["post"],
): Pick<ReadingDeeds, "loadOlder" | "loadNewer" | "loadFrom"> {
  return {
    loadOlder: (cursor) => {
      take({ type: "olderAsked" });
      post({ type: "loadOlder", cursor });
    },
    loadNewer: (fromStep) => {
      take({ type: "newerAsked" });
      post({ type: "loadNewer", fromStep });
    },
    loadFrom: (step) => {
      take({ type: "newerAsked" });
      post({ type: "jump", step });
    },
  };
}
