/** The only place that looks at the transport's errors. */
import { LSPErrorCodes, ResponseError } from "vscode-languageclient/node";

import { messageOf } from "../lib/log.js";
import type { ErrorData, ErrorKind } from "../protocol/index.js";

/** `sidecarGone`: nobody answered; `cancelled`: the asker gave up. */
export type SidecarErrorKind = ErrorKind | "sidecarGone" | "cancelled";

/** Why a request failed: switch on `kind`; `message` is a sentence for a person. */
export class SidecarError extends Error {
  readonly kind: SidecarErrorKind;
  readonly facts: ErrorData["facts"];

  constructor(
    kind: SidecarErrorKind,
    message: string,
    facts: ErrorData["facts"] = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "SidecarError";
    this.kind = kind;
    this.facts = facts;
  }
}

export function toSidecarError(thrown: unknown): SidecarError {
  if (thrown instanceof SidecarError) {
    return thrown;
  }
  const message = messageOf(thrown);
  const options = { cause: thrown };
  if (!(thrown instanceof ResponseError)) {
    return new SidecarError("sidecarGone", message, {}, options);
  }
  if (isErrorData(thrown.data)) {
    return new SidecarError(thrown.data.kind, message, thrown.data.facts, options);
  }
  const cancelled = thrown.code === LSPErrorCodes.RequestCancelled;
  return new SidecarError(
    cancelled ? "cancelled" : "sidecarGone",
    message,
    {},
    options,
  );
}

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === "object" && data !== null && "kind" in data && "facts" in data;
}
