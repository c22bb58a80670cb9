/** What is asked and answered between the user, the page and Codex. Pure. */
import type { ToPanel } from "../src/panel/messages.js";
import { pictureKey, type PageAction, type PanelModel, type Picture } from "./model.js";

type Reading = Extract<
  ToPanel,
  {
    readonly type:
      | "task"
      | "turns"
      | "partTurns"
      | "item"
      | "event"
      | "sidecar"
      | "trouble"
      | "mayRun"
      | "focusComposer";
  }
>;
type Dialogue = Exclude<ToPanel | PageAction, Reading>;

/** The model after a message or an action that changes no turn. */
export function reduceDialogue(model: PanelModel, message: Dialogue): PanelModel {
  switch (message.type) {
    case "approvals":
      return withApprovals(model, message.approvals);
    case "approvalResolved":
      return withApprovals(
        model,
        model.approvals.filter((each) => each.requestId !== message.requestId),
      );
    case "answered":
      return { ...model, answered: new Set(model.answered).add(message.requestId) };
    case "sent":
      return withSent(model, message.sendId, message.failure);
    case "sending":
      return withSending(model, message.message);
    case "failureSeen":
      return { ...model, sendFailure: null };
    case "readAgain":
      return { ...model, sync: "loading" };
    case "olderAsked":
      return { ...model, loadingOlder: true };
    case "newerAsked":
      return { ...model, loadingNewer: true };
    case "itemAsked":
      return { ...model, wholes: new Map(model.wholes).set(message.itemId, "asked") };
    default:
      return reduceDesk(model, message);
  }
}

type Desk = Extract<
  Dialogue,
  {
    readonly type:
      | "outline"
      | "image"
      | "settings"
      | "attached"
      | "mentioned"
      | "queue"
      | "draft"
      | "forks"
      | "showStep"
      | "pictureAsked"
      | "overlaid"
      | "amending"
      | "attaching"
      | "detached";
  }
>;

/** What lies around the conversation: the list of steps, pictures, the next message. */
function reduceDesk(model: PanelModel, message: Desk): PanelModel {
  switch (message.type) {
    case "outline":
      return { ...model, outline: message.steps };
    case "forks":
      return { ...model, forks: message.count };
    case "image":
      return withPicture(model, pictureKey(message.itemId, message.index), {
        dataUrl: message.dataUrl,
      });
    case "pictureAsked":
      // One that came in the meantime stays.
      return model.pictures.has(message.key)
        ? model
        : withPicture(model, message.key, "asked");
    case "settings": {
      const { model: name, effort } = message;
      return { ...model, choice: { model: name, effort } };
    }
    case "attaching":
      return { ...model, attachments: [...model.attachments, message.attachment] };
    case "attached":
      return withAttached(model, message);
    case "detached":
      return withoutAttachment(model, message.attachmentId);
    case "queue":
      return { ...model, queue: message.messages };
    case "overlaid":
      return { ...model, overlay: message.overlay };
    case "amending":
      return { ...model, amending: message.step };
    case "mentioned":
    case "draft":
    case "showStep":
      return model;
  }
}

/** So many are kept; one that comes into view again is asked for again. */
const PICTURES_AT_MOST = 80;

function withPicture(model: PanelModel, key: string, picture: Picture): PanelModel {
  const pictures = new Map(model.pictures);
  pictures.delete(key);
  pictures.set(key, picture);
  const [oldest] = pictures.keys();
  if (pictures.size > PICTURES_AT_MOST && oldest !== undefined) pictures.delete(oldest);
  return { ...model, pictures };
}

function withAttached(
  model: PanelModel,
  message: Extract<ToPanel, { readonly type: "attached" }>,
): PanelModel {
  const { attachmentId, path, failure } = message;
  if (path === null)
    return { ...withoutAttachment(model, attachmentId), sendFailure: failure };
  const attachments = model.attachments.map((each) =>
    each.id === attachmentId ? { ...each, path } : each,
  );
  return { ...model, attachments };
}

function withoutAttachment(model: PanelModel, id: number): PanelModel {
  return { ...model, attachments: model.attachments.filter((each) => each.id !== id) };
}

function withSending(
  model: PanelModel,
  message: Extract<PageAction, { readonly type: "sending" }>["message"],
): PanelModel {
  const { sendId, text } = message;
  const elsewhere = message.type === "amend";
  const steer = message.type === "send" && message.steer;
  const send = { sendId, text, steer, taken: false, shown: false, elsewhere };
  return {
    ...model,
    pending: [...model.pending, send],
    attachments: [],
    amending: null,
    sendFailure: null,
  };
}

/** What was answered counts only while its question is open. */
function withApprovals(
  model: PanelModel,
  approvals: PanelModel["approvals"],
): PanelModel {
  const open = new Set(approvals.map((approval) => approval.requestId));
  const answered = [...model.answered].filter((requestId) => open.has(requestId));
  return { ...model, approvals, answered: new Set(answered) };
}

/** A taken message stays in view until its turn shows it. */
function withSent(
  model: PanelModel,
  sendId: number,
  failure: string | null,
): PanelModel {
  const pending = model.pending
    .filter(
      (send) =>
        send.sendId !== sendId || (failure === null && !send.shown && !send.elsewhere),
    )
    .map((send) => (send.sendId === sendId ? { ...send, taken: true } : send));
  const here = !model.pending.some((send) => send.sendId === sendId && send.elsewhere);
  const drives = model.drives || (failure === null && here);
  return { ...model, pending, drives, sendFailure: failure ?? model.sendFailure };
}
