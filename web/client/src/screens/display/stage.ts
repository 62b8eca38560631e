// What of the display moves: the number that is called, its caption, and the strip that turns its pages.
import type { Call, SpokenLine, Stage } from "./announcer";

const PAGE_FOR = 8_000; // ms
const BEFORE = 3; // numbers beside the one that is called
const ON_A_PAGE = 2; // services at a time that can be read at 8 metres

function part<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** What is shown between calls; a call puts it aside. */
export interface Interlude {
  rest(): void;
  resume(): void;
}

export class DisplayStage implements Stage {
  readonly #interlude: Interlude;
  #calling: string | undefined;

  constructor(interlude: Interlude) {
    this.#interlude = interlude;
  }

  show(call: Call): void {
    const calling = part("calling");
    const eyebrow = calling.querySelector<HTMLElement>(".eyebrow");
    if (eyebrow) eyebrow.textContent = (call.again ? eyebrow.dataset["again"] : eyebrow.dataset["first"]) ?? "";
    write(calling, ".display-number", call.number);
    write(calling, ".display-desk", call.desk);
    for (const line of call.lines.slice(0, 1)) this.caption(line);
    this.#calling = call.number;
    this.#interlude.rest();
    this.lay();
  }

  caption({ caption, language }: SpokenLine): void {
    const line = part("caption");
    line.lang = language;
    if (line.textContent !== caption) line.textContent = caption; // what is read out is read out once
  }

  rest(): void {
    part("caption").textContent = "";
    this.#calling = undefined;
    this.#interlude.resume();
    this.lay();
  }

  refused(): void {
    part("sound").hidden = false;
  }

  /** Arranges the parts, which a look at the hub may have put anew: a number that waits to be called stands among the others. */
  lay(): void {
    part("display").toggleAttribute("data-calling", this.#calling !== undefined);
    const rows = [...document.querySelectorAll<HTMLElement>("#before > li")];
    const newest = rows.find((row) => row.hasAttribute("data-newest"));
    if (!newest) return;
    newest.hidden = this.#calling === undefined || newest.querySelector("strong")?.textContent === this.#calling;
    rows.forEach((row, index) => row !== newest && (row.hidden = index > BEFORE - (newest.hidden ? 0 : 1)));
  }
}

function write(within: HTMLElement, selector: string, text: string): void {
  const element = within.querySelector(selector);
  if (element) element.textContent = text;
}

/** Turns the pages of the strip of services; the answer lays out a strip that was swapped. */
export function turnStrip(): () => void {
  let page = 0;
  const lay = () => {
    const services = [...document.querySelectorAll<HTMLElement>("#strip > li")];
    const pages = Math.ceil(services.length / ON_A_PAGE);
    page %= Math.max(1, pages);
    services.forEach((service, index) => (service.hidden = pages > 1 && Math.floor(index / ON_A_PAGE) !== page));
  };
  setInterval(() => {
    page += 1;
    lay();
  }, PAGE_FOR);
  lay();
  return lay;
}
