// Showing one's screen beside the camera (W3C screen-capture).
import { Emitter } from "../protocol/emitter";

/** A picture this small is no screen: it says that the sharing is over. */
export const SCREEN_OVER = 16; // pixels wide

const FAREWELL = 1_500; // ms for which the sign is sent

/** Set while a screen is shown, so that a page that was reloaded meanwhile knows. */
const SHOWING = "maru-showing-screen";

export type ScreenSource = Pick<MediaDevices, "getDisplayMedia">;

/** One's own screen, for as long as it is shown. */
export class ScreenShare extends Emitter<{ change: void; track: MediaStreamTrack | null }> {
  #track: MediaStreamTrack | null = null;

  constructor(
    private readonly source: ScreenSource | undefined,
    private readonly farewell: () => MediaStreamTrack,
    private readonly memory: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  ) {
    super();
  }

  /** Phones cannot. */
  get possible(): boolean {
    return typeof this.source?.getDisplayMedia === "function";
  }

  get sharing(): boolean {
    return this.#track !== null;
  }

  /** Asks what to show; who thinks better of it shows nothing. */
  async start(): Promise<void> {
    const stream = await this.source?.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false }).catch(() => null);
    const track = stream?.getVideoTracks()[0];
    if (!track) return;
    track.contentHint = "detail";
    track.addEventListener("ended", () => this.#track === track && this.stop());
    this.#show(track);
  }

  /** A page before this one went away while it showed something: the others still look at its last picture. */
  endForgotten(): void {
    if (!this.#track && this.memory.getItem(SHOWING)) this.stop();
  }

  /** The others see a picture too small to be one, and take the screen away. */
  stop(): void {
    this.memory.removeItem(SHOWING);
    this.#track?.stop();
    this.#track = null;
    const over = this.farewell();
    this.emit("track", over);
    this.emit("change", undefined);
    setTimeout(() => {
      over.stop();
      if (!this.#track) this.emit("track", null);
    }, FAREWELL);
  }

  #show(track: MediaStreamTrack): void {
    this.#track?.stop();
    this.#track = track;
    this.memory.setItem(SHOWING, "yes");
    this.emit("track", track);
    this.emit("change", undefined);
  }
}

/** Drawn anew several times, so that one lost frame does not matter. */
export function farewellTrack(): MediaStreamTrack {
  const canvas = Object.assign(document.createElement("canvas"), { width: SCREEN_OVER, height: SCREEN_OVER });
  const context = canvas.getContext("2d");
  const track = canvas.captureStream(10).getVideoTracks()[0];
  if (!context || !track) throw new Error("this browser cannot capture a canvas");
  const timer = setInterval(() => {
    context.fillRect(0, 0, SCREEN_OVER, SCREEN_OVER);
    if (track.readyState === "ended") clearInterval(timer);
  }, 100);
  return track;
}
