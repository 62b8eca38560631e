// Calls numbers one after the other: a chime, then each language in turn, never two at once, and nothing twice.
//
// What stands comes as a whole with every look at the hub; this decides what of it is new. Whoever holds the numbers in
// the end is the hub: a call that stands no more is not called, whatever was in the queue.

/** A call in one language: what is shown, and what is played; nothing is played where nobody can say it. */
export interface SpokenLine {
  readonly language: string;
  readonly caption: string;
  readonly clips: readonly string[];
}

/** A number that is called; called again, it is another call. `age` is in seconds. */
export interface Call {
  readonly id: string;
  readonly number: string;
  readonly desk: string;
  readonly again: boolean;
  readonly age: number;
  readonly lines: readonly SpokenLine[];
}

/** Everything a look at the hub says about calls: `volume` from 0 to 1, `within` in seconds. */
export interface Standing {
  readonly volume: number;
  readonly within: number;
  readonly calls: readonly Call[];
}

export type Played = "played" | "refused" | "failed";

export interface Player {
  /** Plays one sound to its end; never rejects. */
  play(address: string, volume: number): Promise<Played>;
}

export interface Stage {
  /** Put the number where everybody looks. */
  show(call: Call): void;
  caption(line: SpokenLine): void;
  /** Nobody is called now. */
  rest(): void;
  /** The browser lets nothing be heard until somebody touches the screen. */
  refused(): void;
}

/** Which calls were called already, kept over a reload; undefined on a display that has just begun. */
export interface Memory {
  load(): readonly string[] | undefined;
  save(heard: readonly string[]): void;
}

export interface AnnouncerOptions {
  readonly player: Player;
  readonly stage: Stage;
  readonly memory: Memory;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly chime: string;
}

const READ_FOR = 4_000; // ms; a line that is shown in silence
const BREATH = 700; // ms between two calls
const REMEMBERED = 400; // calls; more than stand at any time

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #queue: Call[] = [];
  #heard: Set<string> | undefined;
  #standing: Standing = { volume: 0, within: 0, calls: [] };
  #busy: Promise<void> | undefined;
  #now: string | undefined;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    const heard = options.memory.load();
    this.#heard = heard === undefined ? undefined : new Set(heard);
  }

  /** Takes a fresh look at what stands: queues what is new, drops what stands no more. */
  look(standing: Standing): void {
    this.#standing = standing;
    this.#heard ??= this.#begin(standing);
    const queued = this.#queue.filter((call) => this.#stands(call.id));
    const known = new Set([...this.#heard, ...queued.map((call) => call.id)]);
    const fresh = standing.calls.filter((call) => !known.has(call.id) && call.age <= standing.within);
    this.#queue.splice(0, this.#queue.length, ...queued, ...fresh);
    if (this.#queue.length > 0) this.#busy ??= this.#callAll().finally(() => (this.#busy = undefined));
  }

  /** Resolves when nobody is left to be called. */
  async quiet(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
  }

  /** The ids in the queue, the one that is called now first. */
  get waiting(): readonly string[] {
    return [...(this.#now === undefined ? [] : [this.#now]), ...this.#queue.map((call) => call.id)];
  }

  /** A display that has just begun calls nobody who was called before it. */
  #begin({ calls }: Standing): Set<string> {
    const ids = calls.map((call) => call.id);
    this.#options.memory.save(ids);
    return new Set(ids);
  }

  #stands(id: string): boolean {
    return this.#standing.calls.some((call) => call.id === id);
  }

  async #callAll(): Promise<void> {
    for (let call = this.#queue.shift(); call !== undefined; call = this.#queue.shift()) {
      this.#now = call.id;
      this.#remember(call.id);
      this.#options.stage.show(call);
      await this.#call(call);
      this.#now = undefined;
      await this.#options.wait(BREATH);
    }
    this.#options.stage.rest();
  }

  /** One call to its end; one that is taken back meanwhile ends with the sound that is playing. */
  async #call(call: Call): Promise<void> {
    let aloud = (await this.#play(this.#options.chime)) === "played";
    for (const line of call.lines) {
      if (!this.#stands(call.id)) return;
      this.#options.stage.caption(line);
      aloud = aloud && line.clips.length > 0 ? await this.#say(call, line) : false;
      if (!aloud) await this.#options.wait(READ_FOR);
    }
  }

  /** Whether the line was heard; a sound that could not be played leaves its caption to be read. */
  async #say(call: Call, line: SpokenLine): Promise<boolean> {
    for (const clip of line.clips) {
      if (!this.#stands(call.id)) return true;
      if ((await this.#play(clip)) !== "played") return false;
    }
    return true;
  }

  async #play(address: string): Promise<Played> {
    if (this.#standing.volume === 0) return "failed";
    const played = await this.#options.player.play(address, this.#standing.volume);
    if (played === "refused") this.#options.stage.refused();
    return played;
  }

  #remember(id: string): void {
    const heard = [...(this.#heard ?? []), id].slice(-REMEMBERED);
    this.#heard = new Set(heard);
    this.#options.memory.save(heard);
  }
}
