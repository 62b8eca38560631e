// The phone's plain pages: the QR page that posts itself, the visit page whose ticket is live, an agreed time that comes.
import { t } from "../i18n";
import { readPage } from "../page";
import { CustomerSocket } from "../protocol/sockets";
import type { CustomerSnapshot, TicketView } from "../protocol/types";
import { restartWhenRestored } from "../screens/shared/expired";
import { Caller, noticeOf, offerPush, sayOnPage } from "../screens/visit/notices";
import { moodOf, ticketTexts, turnsAt } from "../screens/visit/ticket";

/** A code is used up by the claim, so a link preview that only fetches the page must not claim it: a script has to run. */
function submitAtOnce(form: HTMLFormElement): void {
  form.requestSubmit();
}

/** Writes the ticket's texts into `data-ticket="number"` and so on, and shows what its mood asks for (`data-when`). */
function showTicket(ticket: TicketView): void {
  for (const [name, text] of Object.entries(ticketTexts(ticket, page.timezone ?? "Asia/Seoul"))) {
    for (const element of document.querySelectorAll<HTMLElement>(`[data-ticket="${name}"]`)) {
      element.textContent = text;
      element.hidden = text === "";
    }
  }
  for (const card of document.querySelectorAll<HTMLElement>("[data-ticket-card]")) {
    card.dataset["state"] = ticket.state;
    card.toggleAttribute("data-called", ticket.state === "called");
    card.dataset["recalls"] = String(ticket.recalls);
    card.toggleAttribute("data-old", !ticket.reachable);
  }
  showActs(ticket);
  caller.see(ticket);
  hideOldNotice(ticket);
}

/** "Please come" is over once the number was missed, given back or finished. */
function hideOldNotice(ticket: TicketView): void {
  if (noticeOf(ticket) !== null) return;
  for (const line of document.querySelectorAll<HTMLElement>("[data-notice]")) line.hidden = true;
}

const caller = new Caller(localStorage, sayOnPage);

const LONGEST_TIMER = 2 ** 31 - 1; // ms, HTML timers

let turn: ReturnType<typeof setTimeout> | undefined;

function showActs(ticket: TicketView): void {
  const mood = moodOf(ticket);
  for (const card of document.querySelectorAll<HTMLElement>("[data-ticket-acts]")) card.dataset["mood"] = mood;
  for (const part of document.querySelectorAll<HTMLElement>("[data-when]")) {
    part.hidden = !(part.dataset["when"] ?? "").split(" ").includes(mood);
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-needs-branch]")) button.disabled = !ticket.reachable;
  const at = turnsAt(ticket);
  clearTimeout(turn);
  if (at !== null) turn = setTimeout(() => showTicket(ticket), Math.max(0, at - Date.now()) + 200);
}

/** Two taps are one: the second finds the form on its way. */
function submitOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if ("sent" in form.dataset) event.preventDefault();
    form.dataset["sent"] = "";
  });
  addEventListener("pageshow", () => delete form.dataset["sent"]);
}

/** What the server rendered into the page; anything else means that the page must be rendered again. */
function renderedShape({ ticket, consult }: CustomerSnapshot): string {
  return JSON.stringify([ticket?.number ?? null, consult?.id ?? null, consult?.state ?? null]);
}

function followVisit(csrf: string): void {
  const socket = new CustomerSocket(csrf);
  let shape: string | undefined;
  let seen = 0;
  const asking = document.querySelector<HTMLElement>("[data-asking]"); // a number was asked for and is not there yet
  let leaving = false; // a reload now would take the place of the page that the visitor's own tap is opening
  document.addEventListener("submit", () => (leaving = true));
  socket.on("snapshot", (snapshot) => {
    shape ??= renderedShape(snapshot);
    const answered = asking !== null && seen++ > 0;
    if (!leaving && (answered || shape !== renderedShape(snapshot))) return location.reload();
    if (snapshot.ticket) showTicket(snapshot.ticket);
  });
  socket.on("ticket.changed", (ticket) => (asking ? location.reload() : showTicket(ticket)));
  if (asking) setTimeout(() => location.reload(), 1000 * Number(asking.dataset["asking"]) + 500);
  socket.on("consult.changed", () => socket.refresh());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.refresh());
  socket.connect();
}

/** An agreed time means something else from a moment on: the page says so aloud, and fetches itself anew. */
function followAppointment(turnsIn: number | null): void {
  const opened = Date.now();
  const turned = () => turnsIn !== null && Date.now() - opened > 1000 * turnsIn;
  const turn = () => {
    if (!document.querySelector('[data-action="enter"]')) sayOnPage(t("이제 들어오실 수 있어요."));
    setTimeout(() => location.reload(), 1500);
  };
  if (turnsIn !== null && 1000 * turnsIn < LONGEST_TIMER) setTimeout(turn, 1000 * turnsIn + 500);
  // A phone that slept has missed its timer.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && turned() && location.reload());
}

const page = readPage<{ readonly page?: string; readonly timezone?: string; readonly push?: string; readonly pushUrl?: string; readonly turnsIn?: number | null }>();
const claim = document.querySelector<HTMLFormElement>("form[data-submit-now]");
if (claim) submitAtOnce(claim);
else if (page.page === "visit") followVisit(page.csrf);
else if (page.page === "appointment") followAppointment(page.turnsIn ?? null);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-once]")) submitOnce(form);
const push = document.querySelector<HTMLButtonElement>("[data-push]");
if (push && page.push) offerPush(push, { key: page.push, csrf: page.csrf, url: page.pushUrl }, () => location.reload());
restartWhenRestored();
