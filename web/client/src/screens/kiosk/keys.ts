// A whole day by keyboard: Alt shows which keys there are, Alt with a key presses or goes there, arrows walk a list.

const LISTS = ".menu, .teller-line";
const PRESSED = "button, a[href], textarea, select, input";

/** Listens to the keyboard for as long as the page lives. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => (event.altKey || event.key === "Alt" ? pressByKey(event) : walk(event)));
  document.addEventListener("keyup", (event) => event.key === "Alt" && hideKeys());
  window.addEventListener("blur", hideKeys);
}

function hideKeys(): void {
  delete document.documentElement.dataset["keys"];
}

function pressByKey(event: KeyboardEvent): void {
  if (event.key === "Alt") document.documentElement.dataset["keys"] = "";
  const named = document.querySelector<HTMLElement>(`[data-key="${event.code.replace("Key", "").toLowerCase()}"]`);
  if (!named) return;
  event.preventDefault();
  if (named instanceof HTMLTextAreaElement) named.focus();
  else if (named.matches(PRESSED)) named.click();
  else named.querySelector<HTMLElement>("button")?.focus();
}

function walk(event: KeyboardEvent): void {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  const list = document.activeElement?.closest(LISTS);
  if (step === undefined || !list) return;
  const buttons = [...list.querySelectorAll<HTMLElement>("button:not([disabled])")];
  const place = buttons.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  buttons[(place + step + buttons.length) % buttons.length]?.focus();
}
