// Parts of a page that stay true: when the server says that something changed, the page is fetched and they are swapped.
import { io, type Socket } from "socket.io-client";
import { inHand } from "./hand";

const TOGETHER = 120; // ms
const PATIENCE = 8_000; // ms; a hub that accepts and never answers is away

export type Line = "open" | "broken";

export interface LiveOptions {
  readonly namespace: "/kiosk" | "/desk" | "/display" | "/manager";
  readonly csrf: string;
  readonly onLine?: (line: Line) => void;
  /** After parts were swapped for new ones. */
  readonly onSwap?: () => void;
  /** After each look; whether the hub answered with the page. */
  readonly onLook?: (fine: boolean) => void;
  /** Milliseconds between two looks; what changes meanwhile is one further look. */
  readonly together?: number;
  /** Milliseconds after which to look again without having been told. */
  readonly every?: number;
  /** The server sends this page's reader elsewhere, as after a visit has ended. */
  readonly onMoved?: (to: string) => void;
}

/** Keeps every `[data-live]` element with an id as the server would render it now. */
export class LivePage {
  readonly #options: LiveOptions;
  readonly #socket: Socket;
  #timer: ReturnType<typeof setInterval> | undefined;
  #looking = false;
  #again = false;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#socket = io(options.namespace, {
      auth: { csrf: options.csrf },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 4_000,
    });
    this.#socket.on("connect", () => options.onLine?.("open"));
    this.#socket.on("disconnect", () => options.onLine?.("broken"));
    this.#socket.on("connect_error", () => options.onLine?.("broken"));
    this.#socket.on("changed", () => this.refresh());
    if (options.every !== undefined) this.#timer = setInterval(() => this.refresh(), options.every);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  /** Look now, or once more after the look that is under way. */
  refresh(): void {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    void this.#lookUntilQuiet().finally(() => (this.#looking = false));
  }

  async #lookUntilQuiet(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      // Apart from the call: what an optional call is given is not evaluated where there is nothing to call.
      const fine = await this.#look().catch(() => this.#unreachable());
      this.#options.onLook?.(fine);
      await new Promise((resolve) => setTimeout(resolve, this.#options.together ?? TOGETHER));
    }
  }

  #unreachable(): boolean {
    this.#options.onLine?.("broken");
    return false;
  }

  async #look(): Promise<boolean> {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.redirected) this.#options.onMoved?.(answer.url);
    if (answer.redirected || !answer.ok) return answer.ok;
    // One look that took too long says the line is broken, though the socket never closed and will not open again.
    if (this.#socket.connected) this.#options.onLine?.("open");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (swapParts(document, fresh)) this.#options.onSwap?.();
    return true;
  }
}

/** Puts the fresh page's live parts into the shown one where they differ; true when any did. */
export function swapParts(shown: Document, fresh: Document): boolean {
  let swapped = false;
  const giveBack = inHand(shown);
  for (const part of shown.querySelectorAll("[data-live][id]")) {
    const now = fresh.getElementById(part.id);
    if (now === null || now.isEqualNode(asServed(part))) continue;
    part.replaceWith(shown.adoptNode(now));
    swapped = true;
  }
  if (swapped) giveBack();
  return swapped;
}

/** The part without what the page itself keeps writing into it: a running time is no news. */
function asServed(part: Element): Element {
  const served = part.cloneNode(true) as Element;
  for (const time of served.querySelectorAll("[data-since]")) time.textContent = "";
  return served;
}
