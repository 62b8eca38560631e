// What the reader has in hand while parts of the page are put in anew: an open menu, and the button with the focus.

/** Remembers both; the answer gives them back to the parts that stand in their place, where there still are such. */
export function inHand(shown: Document): () => void {
  const menu = shown.querySelector<HTMLElement>("[popover]:popover-open");
  const focused = shown.activeElement;
  return () => {
    if (menu && !menu.isConnected) openAgain(shown, menu);
    if (focused && !focused.isConnected) focusAgain(shown, focused);
  };
}

/** Only for the same customer: what was about to be done with one is never offered for the next. */
function openAgain(shown: Document, before: HTMLElement): void {
  const now = shown.getElementById(before.id);
  if (now?.dataset["about"] === before.dataset["about"]) now?.showPopover();
}

function focusAgain(shown: Document, before: Element): void {
  const alike = [...shown.querySelectorAll<HTMLElement>(before.tagName)];
  alike.find((element) => nameOf(element) === nameOf(before))?.focus();
}

/** What a button does, by which it is known again. */
function nameOf(element: Element): string {
  const own = ["id", "name", "value", "popovertarget", "href"].map((name) => element.getAttribute(name) ?? "");
  return [element.closest("form")?.getAttribute("action") ?? "", ...own].join("|");
}
