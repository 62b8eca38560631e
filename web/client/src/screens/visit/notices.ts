// Telling the visitor that their turn is near: on the page, and by Web Push where they wished for it.
import { t } from "../../i18n";
import type { TicketView } from "../../protocol/types";
import { chime } from "../kiosk/chime";

const NEAR = 2; // people ahead
const SHAKE = [200, 100, 200]; // ms
const IN_LINE: readonly TicketView["state"][] = ["waiting", "on_the_way", "parked"];

/** What is worth a sound now; each is said once for a ticket, also over reloads. */
export function noticeOf(ticket: TicketView): "near" | "called" | null {
  if (ticket.state === "called") return "called";
  const comes = ticket.state === "parked" ? ticket.out : IN_LINE.includes(ticket.state);
  return comes && ticket.wait !== null && ticket.ahead <= NEAR ? "near" : null;
}

/** Says aloud what has become true, unless it was said before or was so when the page first saw the ticket. */
export class Caller {
  readonly #storage: Pick<Storage, "getItem" | "setItem">;
  readonly #say: (words: string) => void;

  constructor(storage: Pick<Storage, "getItem" | "setItem">, say: (words: string) => void) {
    this.#storage = storage;
    this.#say = say;
  }

  see(ticket: TicketView): void {
    const key = `notice ${ticket.number}`;
    const kind = noticeOf(ticket) ?? "none";
    const before = this.#storage.getItem(key);
    if (before === kind || (before === "called" && kind === "near")) return;
    this.#storage.setItem(key, kind);
    if (before !== null && kind !== "none") this.#say(wordsOf(kind, ticket));
  }
}

function wordsOf(kind: "near" | "called", { ahead, desk }: TicketView): string {
  if (kind === "called") return desk ? t("지금 {desk} 앞으로 와 주세요.", { desk }) : t("지금 창구로 와 주세요.");
  return ahead === 0 ? t("이제 다음 차례예요. 지점으로 와 주세요.") : t("앞에 {count}명 남았어요. 지점으로 와 주세요.", { count: ahead });
}

/** Words on the page and in the title, a chime and a shake where the phone can. */
export function sayOnPage(words: string): void {
  const line = document.querySelector<HTMLElement>("[data-notice]");
  if (line) {
    line.textContent = words;
    line.hidden = false;
  }
  const title = document.title;
  document.title = `● ${words}`;
  document.addEventListener("visibilitychange", () => (document.title = title), { once: true });
  navigator.vibrate?.(SHAKE);
  chime();
}

/** Where wishes for Web Push go: the centre's public key, the page's token, and the address that takes them. */
export interface PushOffer {
  readonly key: string;
  readonly csrf: string;
  readonly url?: string | undefined;
}

/** Asks the browser for Web Push after a tap on `button`, which stays hidden where that cannot be. */
export function offerPush(button: HTMLButtonElement, offer: PushOffer, done: () => void): void {
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || Notification.permission === "denied") return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    subscribe(offer).then(done, () => {
      button.disabled = false;
      button.textContent = t("이 휴대폰에서는 알림을 켤 수 없어요");
    });
  });
}

async function subscribe({ key, csrf, url = "/visit/notices/push" }: PushOffer): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
  const worker = await navigator.serviceWorker.register("/worker.js");
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, Accept: "application/json" },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error("not taken");
}
