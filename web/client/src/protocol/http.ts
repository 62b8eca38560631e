// The centre's consult routes over HTTP: JSON for the consult, SDP for its media.
import { asRequestFailed, CentreUnreachable, isErrorBody, RequestFailed } from "./errors";
import type { ConsultView } from "./types";

const JSON_TYPE = "application/json";
const SDP_TYPE = "application/sdp";
const FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"; // RFC 8840, section 8

export interface CentreOptions {
  readonly csrf: string;
  readonly fetch?: typeof fetch;
  /** Milliseconds until an unanswered request counts as unreachable. */
  readonly timeout?: number;
}

interface Sending {
  readonly method: "GET" | "POST" | "PATCH";
  readonly type?: string;
  readonly body?: string;
}

/** Asks and tells the centre about one consult; every method raises RequestFailed. */
export class ConsultApi {
  readonly #base: string;
  readonly #csrf: string;
  readonly #fetch: typeof fetch;
  readonly #timeout: number;

  constructor(consult: string, options: CentreOptions) {
    this.#base = `/api/consults/${encodeURIComponent(consult)}`;
    this.#csrf = options.csrf;
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#timeout = options.timeout ?? 10_000;
  }

  async consult(): Promise<ConsultView> {
    return (await (await this.#ask("", { method: "GET" })).json()) as ConsultView;
  }

  async consent(recording: boolean, textVersion: string): Promise<void> {
    await this.#tell("/consent", { recording, text_version: textVersion });
  }

  async ready(): Promise<void> {
    await this.#tell("/ready", {});
  }

  async cancel(): Promise<void> {
    await this.#tell("/cancel", {});
  }

  async end(): Promise<void> {
    await this.#tell("/end", {});
  }

  /** score: 0 to 10; note: the answer to the open question, may be empty. */
  async survey(score: number, note: string): Promise<void> {
    await this.#tell("/survey", { score, note });
  }

  /** Sends an SDP offer, returns the SDP answer of the media node. */
  async offer(sdp: string): Promise<string> {
    return (await this.#ask("/media", { method: "POST", type: SDP_TYPE, body: sdp })).text();
  }

  /** Sends ICE candidates that were found after the offer. */
  async trickle(fragment: string): Promise<void> {
    await this.#ask("/media", { method: "PATCH", type: FRAGMENT_TYPE, body: fragment });
  }

  async #tell(path: string, fields: object): Promise<void> {
    await this.#ask(path, { method: "POST", type: JSON_TYPE, body: JSON.stringify(fields) });
  }

  async #ask(path: string, sending: Sending): Promise<Response> {
    const answer = await this.#send(path, sending).catch((error: unknown) => {
      throw asRequestFailed(error);
    });
    if (!answer.ok) throw await failure(answer);
    return answer;
  }

  #send(path: string, sending: Sending): Promise<Response> {
    const headers: Record<string, string> = { Accept: JSON_TYPE, "X-CSRFToken": this.#csrf };
    if (sending.type) headers["Content-Type"] = sending.type;
    return this.#fetch(this.#base + path, {
      method: sending.method,
      headers,
      body: sending.body ?? null,
      credentials: "same-origin",
      signal: AbortSignal.timeout(this.#timeout),
    });
  }
}

async function failure(answer: Response): Promise<RequestFailed> {
  const body: unknown = await answer.json().catch(() => null);
  if (isErrorBody(body)) return new RequestFailed(body.code, answer.status, body.message);
  return new CentreUnreachable(`${answer.status} without an error body`);
}
