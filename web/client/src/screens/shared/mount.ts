// Where a page's app is drawn.
import { render, type ComponentChild } from "preact";

/** Draws the app in place of what the page showed until now; throws where the page has no place for it. */
export function mount(app: ComponentChild): void {
  const place = document.getElementById("app");
  if (!place) throw new Error("the page has no #app");
  place.replaceChildren(); // Preact draws beside what it finds and does not know
  render(app, place);
}
