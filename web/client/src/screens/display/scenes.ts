// Between calls the numbers and a scene take turns: a note of what was improved, then the tree, then the next note.
import type { Interlude } from "./stage";

const NUMBERS_FOR = 12_000; // ms
const SCENE_FOR = 13_000;

/** What is read at a time; a note that would not fit in letters large enough is read in two parts. */
export interface Page {
  readonly scene: number;
  readonly part?: "heard" | "done";
}

/** The order of scenes: notes with the tree in between, each once a round. */
export function programme(kinds: readonly string[]): number[] {
  const of = (kind: string) => kinds.flatMap((each, index) => (each === kind ? [index] : []));
  const [notes, trees] = [of("note"), of("tree")];
  if (notes.length === 0 || trees.length === 0) return [...notes, ...trees];
  return notes.flatMap((note) => [note, ...trees]);
}

export class Scenes implements Interlude {
  readonly #scenes = [...document.querySelectorAll<HTMLElement>("[data-scene]")];
  readonly #order = programme(this.#scenes.map((scene) => scene.dataset["scene"] ?? ""));
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.resume();
  }

  /** Only the numbers, until told otherwise. */
  rest(): void {
    clearTimeout(this.#timer);
    this.#show(undefined);
  }

  resume(): void {
    this.rest();
    if (this.#order.length > 0) this.#timer = setTimeout(() => this.#begin(), NUMBERS_FOR);
  }

  #begin(): void {
    const scene = this.#order[this.#turn % this.#order.length] ?? 0;
    this.#turn += 1;
    this.#read(this.#pages(scene));
  }

  #read([page, ...rest]: readonly Page[]): void {
    if (page === undefined) return this.resume();
    this.#show(page);
    this.#timer = setTimeout(() => this.#read(rest), SCENE_FOR);
  }

  #pages(scene: number): Page[] {
    const whole: Page = { scene };
    this.#show(whole);
    const section = this.#scenes[scene];
    const fits = section === undefined || section.scrollHeight <= section.clientHeight;
    return fits || section.dataset["scene"] !== "note" ? [whole] : [{ scene, part: "heard" }, { scene, part: "done" }];
  }

  #show(page: Page | undefined): void {
    document.getElementById("display")?.toggleAttribute("data-shows", page !== undefined);
    this.#scenes.forEach((scene, index) => {
      scene.hidden = index !== page?.scene;
      if (page?.part === undefined) delete scene.dataset["part"];
      else scene.dataset["part"] = page.part;
    });
  }
}
