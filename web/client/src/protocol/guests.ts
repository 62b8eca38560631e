// The centre's routes for more than two: inviting somebody, coming in by a link, a guest's media.
import { asRequestFailed } from "./errors";
import { failure } from "./http";
import type { GuestCard, GuestSnapshot, Mode } from "./types";

const JSON_TYPE = "application/json";
const SDP_TYPE = "application/sdp";
const FRAGMENT_TYPE = "application/trickle-ice-sdpfrag"; // RFC 8840, section 8
const TIMEOUT = 10_000; // ms

/** Told once: the centre keeps no copy of the link. */
export interface Invitation {
  readonly guest: GuestCard;
  readonly link: string;
  /** The link as a QR code, a data address for an image. */
  readonly qr: string;
  readonly expires_at: string;
}

export interface Wish {
  readonly role: "companion" | "interpreter" | "expert";
  readonly name: string;
}

/** Calls with the page's token; raises RequestFailed. */
class Caller {
  constructor(private readonly csrf: string) {}

  async send(method: "POST" | "PATCH", url: string, type: string, body: string): Promise<Response> {
    const headers = { Accept: JSON_TYPE, "X-CSRFToken": this.csrf, "Content-Type": type };
    const sending = { method, headers, body, credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT) } as const;
    const answer = await fetch(url, sending).catch((error: unknown) => {
      throw asRequestFailed(error);
    });
    if (!answer.ok) throw await failure(answer);
    return answer;
  }

  post(url: string, fields: object = {}): Promise<Response> {
    return this.send("POST", url, JSON_TYPE, JSON.stringify(fields));
  }
}

/** What the advisor of a consult does about further people. */
export class InvitationApi {
  readonly #base: string;
  readonly #caller: Caller;

  constructor(consult: string, csrf: string) {
    this.#base = `/api/consults/${encodeURIComponent(consult)}/guests`;
    this.#caller = new Caller(csrf);
  }

  async invite(wish: Wish): Promise<Invitation> {
    return (await (await this.#caller.post(this.#base, wish)).json()) as Invitation;
  }

  async remove(guest: string): Promise<void> {
    await this.#caller.post(`${this.#base}/${encodeURIComponent(guest)}/remove`);
  }
}

/** What a guest's page asks and tells; its offers and candidates go here. */
export class GuestApi {
  readonly #base: string;
  readonly #caller: Caller;
  private readonly csrf: string;

  constructor(guest: string, { csrf }: { readonly csrf: string }) {
    this.#base = `/api/guests/${encodeURIComponent(guest)}`;
    this.#caller = new Caller(csrf);
    this.csrf = csrf;
  }

  /** Takes the seat with an answer about the recording; the same browser may come again. */
  async enter(token: string, recording: boolean, textVersion: string): Promise<GuestSnapshot> {
    const answer = await this.#caller.post(`/with/${encodeURIComponent(token)}`, { recording, text_version: textVersion });
    return (await answer.json()) as GuestSnapshot;
  }

  async leave(): Promise<void> {
    await this.#caller.post(`${this.#base}/leave`);
  }

  /** Said while the page goes: the request outlives it, and nobody waits for the answer. */
  sayAway(): void {
    const headers = { Accept: JSON_TYPE, "X-CSRFToken": this.csrf, "Content-Type": JSON_TYPE };
    void fetch(`${this.#base}/away`, { method: "POST", headers, body: "{}", credentials: "same-origin", keepalive: true }).catch(() => undefined);
  }

  async mode(url: string, mode: Mode): Promise<void> {
    await this.#caller.post(url, { mode });
  }

  async offer(sdp: string): Promise<string> {
    return (await this.#caller.send("POST", `${this.#base}/media`, SDP_TYPE, sdp)).text();
  }

  async trickle(fragment: string): Promise<void> {
    await this.#caller.send("PATCH", `${this.#base}/media`, FRAGMENT_TYPE, fragment);
  }
}
