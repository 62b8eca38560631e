// What the page says by itself: a dialog when something went wrong, a passing word, a request for patience.

const PASSES_AFTER = 6000; // ms

function element(id: string): HTMLElement | null {
  return document.getElementById(id);
}

/** Says in a dialog what did not work. */
export function sayTrouble(sentence: string): void {
  const dialog = element("trouble");
  const words = element("trouble-words");
  if (!(dialog instanceof HTMLDialogElement) || !words) return sayPassing(sentence);
  words.textContent = sentence;
  if (!dialog.open) dialog.showModal();
}

let passing: ReturnType<typeof setTimeout> | undefined;

/** Says something that goes away by itself. */
export function sayPassing(sentence: string): void {
  const toast = element("toast");
  if (!toast) return;
  toast.textContent = sentence;
  toast.hidden = false;
  clearTimeout(passing);
  passing = setTimeout(() => (toast.hidden = true), PASSES_AFTER);
}

/** Asks for patience; null takes it back. */
export function askPatience(sentence: string | null): void {
  const veil = element("patience");
  if (!veil) return;
  const words = veil.querySelector("p");
  if (sentence !== null && words) words.textContent = sentence;
  veil.hidden = sentence === null;
}
