/**
 * The only place that looks at the transport's errors. By their shape, not their class,
 * so that what is above can be tested without the transport and VS Code.
 */
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
  const { code, data } = responseError(thrown);
  const options = { cause: thrown };
  if (isErrorData(data)) {
    return new SidecarError(data.kind, message, data.facts, options);
  }
  const kind = code === REQUEST_CANCELLED ? "cancelled" : "sidecarGone";
  return new SidecarError(kind, message, {}, options);
}

/** As the language server protocol has it. */
const REQUEST_CANCELLED = -32800;

interface ResponseErrorShape {
  readonly code?: unknown;
  readonly data?: unknown;
}

function responseError(thrown: unknown): ResponseErrorShape {
  return thrown instanceof Error ? (thrown as ResponseErrorShape) : {};
}

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === "object" && data !== null && "kind" in data && "facts" in data;
}
