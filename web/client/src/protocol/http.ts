// The centre's consult routes over HTTP: JSON for the consult, SDP for its media.
import { asRequestFailed, CentreUnreachable, isErrorBody, RequestFailed } from "./errors";
import type { ConsultView, Side } from "./types";

const JSON_TYPE = "application/json";
const SDP_TYPE = "application/sdp";
const FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"; // RFC 8840, section 8

export interface CentreOptions {
  readonly csrf: string;
  readonly side: Side;
  readonly fetch?: typeof fetch;
  /** Milliseconds until an unanswered request counts as unreachable. */
  readonly timeout?: number;
}

interface Sending {
  readonly method: "GET" | "POST" | "PATCH";
  readonly type?: string;
  readonly body?: string;
}

/** Asks and tells the centre about one consult. What a customer tells is answered with how the consult stands then.
 * Every method raises RequestFailed. */
export class ConsultApi {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;

  constructor(consult: string, options: CentreOptions) {
    this.#base = `/api/consults/${encodeURIComponent(consult)}`;
    this.#headers = { Accept: JSON_TYPE, "X-CSRFToken": options.csrf, "X-Maru-Side": options.side };
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#timeout = options.timeout ?? 10_000;
  }

  async consult(): Promise<ConsultView> {
    return (await (await this.#ask("", { method: "GET" })).json()) as ConsultView;
  }

  consent(recording: boolean, textVersion: string): Promise<ConsultView> {
    return this.#tell("/consent", { recording, text_version: textVersion });
  }

  ready(): Promise<ConsultView> {
    return this.#tell("/ready", {});
  }

  cancel(): Promise<ConsultView> {
    return this.#tell("/cancel", {});
  }

  end(): Promise<ConsultView> {
    return this.#tell("/end", {});
  }

  /** score: 0 to 10; note: the answer to the open question, may be empty. */
  survey(score: number, note: string): Promise<ConsultView> {
    return this.#tell("/survey", { score, note });
  }

  /** Returns once the media node keeps nothing, or goes on. */
  async pauseRecording(paused: boolean): Promise<void> {
    await this.#ask("/recording", { method: "POST", type: JSON_TYPE, body: JSON.stringify({ paused }) });
  }

  /** Sends an SDP offer, returns the SDP answer of the media node. */
  async offer(sdp: string): Promise<string> {
    return (await this.#ask("/media", { method: "POST", type: SDP_TYPE, body: sdp })).text();
  }

  /** Sends ICE candidates that were found after the offer. */
  async trickle(fragment: string): Promise<void> {
    await this.#ask("/media", { method: "PATCH", type: FRAGMENT_TYPE, body: fragment });
  }

  /** Presses the bell: asks the branch to send a person; `url` is where the page was told to ask. */
  async callPerson(url: string): Promise<void> {
    await this.#request(url, { method: "POST" });
  }

  async #tell(path: string, fields: object): Promise<ConsultView> {
    const answer = await this.#ask(path, { method: "POST", type: JSON_TYPE, body: JSON.stringify(fields) });
    return (await answer.json()) as ConsultView;
  }

  #ask(path: string, sending: Sending): Promise<Response> {
    return this.#request(this.#base + path, sending);
  }

  async #request(url: string, sending: Sending): Promise<Response> {
    const answer = await this.#send(url, sending).catch((error: unknown) => {
      throw asRequestFailed(error);
    });
    if (!answer.ok) throw await failure(answer);
    return answer;
  }

  #send(url: string, sending: Sending): Promise<Response> {
    const headers = sending.type ? { ...this.#headers, "Content-Type": sending.type } : this.#headers;
    return this.#fetch(url, {
      method: sending.method,
      headers,
      body: sending.body ?? null,
      credentials: "same-origin",
      signal: AbortSignal.timeout(this.#timeout),
    });
  }
}

/** What the centre said no with. */
export async function failure(answer: Response): Promise<RequestFailed> {
  const body: unknown = await answer.json().catch(() => null);
  if (isErrorBody(body)) return new RequestFailed(body.code, answer.status, body.message);
  return new CentreUnreachable(`${answer.status} without an error body`);
}
