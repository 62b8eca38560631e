// Sounds of the hub, one at a time, through one <audio>.
import type { Played, Player } from "./announcer";

const LONGEST = 20_000; // ms; a sound that hangs does not hold up the queue

export class HtmlPlayer implements Player {
  readonly #audio = new Audio();

  async play(address: string, volume: number): Promise<Played> {
    this.#audio.src = address;
    this.#audio.volume = volume;
    try {
      await this.#audio.play();
    } catch (error) {
      // Autoplay policy: no sound before somebody has touched the page (HTML, 4.8.11.8, "allowed to play").
      return error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "failed";
    }
    return this.#audio.ended ? "played" : this.#end();
  }

  #end(): Promise<Played> {
    return new Promise((resolve) => {
      const over = new AbortController();
      const say = (played: Played) => {
        over.abort();
        clearTimeout(limit);
        this.#audio.pause();
        resolve(played);
      };
      const limit = setTimeout(() => say("failed"), LONGEST);
      this.#audio.addEventListener("ended", () => say("played"), { signal: over.signal });
      this.#audio.addEventListener("error", () => say("failed"), { signal: over.signal });
    });
  }
}
