/** A sidecar that answers what a test tells it to. */
import type { Disposable } from "../../../extension/src/lib/disposables.js";
import { Emitter } from "../../../extension/src/lib/events.js";
import type { PanelSource } from "../../../extension/src/panel/panel-host.js";
import type {
  NotificationMethod,
  Notifications,
  Params,
  RequestMethod,
  Response,
  SidecarState,
} from "../../../extension/src/protocol/index.js";
import { SidecarError } from "../../../extension/src/sidecar/errors.js";

type Answers = {
  [M in RequestMethod]?: (params: Params<M>) => Response<M> | Promise<Response<M>>;
};

export class FakeSidecar implements PanelSource {
  state: SidecarState = "running";
  answers: Answers;
  /** Every request so far, as `method` and what it was asked with. */
  readonly asked: { readonly method: RequestMethod; readonly params: object }[] = [];
  readonly #states = new Emitter<SidecarState>();
  readonly #notifications = new Emitter<readonly [NotificationMethod, unknown]>();
  readonly onState = this.#states.event;

  constructor(answers: Answers = {}) {
    this.answers = answers;
  }

  async request<M extends RequestMethod>(
    method: M,
    params: Params<M>,
  ): Promise<Response<M>> {
    this.asked.push({ method, params });
    const answer = this.answers[method];
    if (answer === undefined) {
      throw new SidecarError("internal", `nobody answers ${method}`);
    }
    return answer(params);
  }

  onNotification<M extends NotificationMethod>(
    method: M,
    listener: (params: Notifications[M]) => unknown,
  ): Disposable {
    return this.#notifications.event(([name, params]) => {
      if (name === method) {
        listener(params as Notifications[M]);
      }
    });
  }

  notify<M extends NotificationMethod>(method: M, params: Notifications[M]): void {
    this.#notifications.fire([method, params]);
  }

  become(state: SidecarState): void {
    this.state = state;
    this.#states.fire(state);
  }

  /** The params of every request with that method, in order. */
  paramsOf(method: RequestMethod): readonly object[] {
    return this.asked
      .filter((request) => request.method === method)
      .map(({ params }) => params);
  }
}

/** Lets what is already due happen: answers that are there are taken. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
