// Parts of a page that stay true: when the server says that something changed, the page is fetched and they are swapped.
import { io, type Socket } from "socket.io-client";

const TOGETHER = 120; // ms; several changes at once are one look

export type Line = "open" | "broken";

export interface LiveOptions {
  readonly namespace: "/kiosk" | "/desk" | "/display" | "/manager";
  readonly csrf: string;
  readonly onLine?: (line: Line) => void;
  /** After parts were swapped for new ones. */
  readonly onSwap?: () => void;
  /** The server sends this page's reader elsewhere, as after a visit has ended. */
  readonly onMoved?: (to: string) => void;
}

/** Keeps every `[data-live]` element with an id as the server would render it now. */
export class LivePage {
  readonly #options: LiveOptions;
  readonly #socket: Socket;
  #timer: ReturnType<typeof setTimeout> | undefined;

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
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  /** Look again soon. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look().catch(() => this.#options.onLine?.("broken")), TOGETHER);
  }

  async #look(): Promise<void> {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) return this.#options.onMoved?.(answer.url);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (swapParts(document, fresh)) this.#options.onSwap?.();
  }
}

/** Puts the fresh page's live parts into the shown one where they differ; true when any did. */
export function swapParts(shown: Document, fresh: Document): boolean {
  let swapped = false;
  for (const part of shown.querySelectorAll("[data-live][id]")) {
    const now = fresh.getElementById(part.id);
    if (now === null || now.isEqualNode(part)) continue;
    part.replaceWith(shown.adoptNode(now));
    swapped = true;
  }
  return swapped;
}
