// The mirror: the camera's picture, and a crown or frame that follows the face in it.
//
// Frames of what the mirror shows go to the device agent on this machine and nowhere else. Whatever is
// missing, camera, agent or model, ends in the state "unavailable" with everything released, and the page
// stays complete without the mirror.
import { AgentLine } from "./agent";
import { FrameTaker, openCamera, show } from "./camera";
import { MirrorFault } from "./fault";
import { place } from "./geometry";
import type { Answer, Landmarks } from "./landmarks";
import { FaceSmoother } from "./one-euro";
import { Overlay } from "./overlay";

export type MirrorState = "off" | "starting" | "live" | "no-face" | "unavailable";

export interface MirrorOptions {
  readonly video: HTMLVideoElement;
  /** Lies over the video in the same positioned box; `data-wear="frame"` makes it a frame, else a crown. */
  readonly overlay: SVGElement | HTMLElement;
  /** The agent's WebSocket, `ws://127.0.0.1:8300/vision`. */
  readonly agentUrl: string;
  /** Called on every change; `reason` is a stable code such as camera.denied, agent.gone, vision.no_model. */
  readonly onState: (state: MirrorState, reason?: string) => void;
}

const FRAME_MS = 1000 / 12;
const LOST_MS = 400; // one frame without a face is a blink, not a farewell
const BLIND_MS = 15_000; // an agent that restarts its eyes gets this long
const RECONNECT_MS = [500, 1000, 2000, 4000];

/** One mirror on one page. `start` after a tap; `stop` gives camera and socket back, and so does leaving the page. */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #overlay: Overlay;
  readonly #frames: FrameTaker;
  readonly #smoother = new FaceSmoother();
  #state: MirrorState = "off";
  #running: AbortController | null = null;
  #stream: MediaStream | null = null;
  #line: AgentLine | null = null;
  #seenAt = 0;
  #blindSince: number | null = null;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#overlay = new Overlay(options.overlay, options.video);
    this.#frames = new FrameTaker(options.video);
    addEventListener("pagehide", () => this.stop());
  }

  /** Open agent and camera and begin to follow the face; resolves when the picture is there or cannot be. */
  async start(): Promise<void> {
    if (this.#running !== null) return;
    const running = (this.#running = new AbortController());
    this.#become("starting");
    try {
      await this.#open(running.signal);
    } catch (error) {
      if (!running.signal.aborted) this.#giveUp(reasonOf(error));
      return;
    }
    if (!running.signal.aborted) void this.#keepLooking(running.signal);
  }

  stop(): void {
    this.#release();
    this.#become("off");
  }

  async #open(signal: AbortSignal): Promise<void> {
    // The agent first: without it there is no reason to light the camera.
    const line = await AgentLine.open(this.#options.agentUrl);
    if (signal.aborted) return line.close();
    this.#line = line;
    const stream = await openCamera();
    if (signal.aborted) return stopTracks(stream);
    this.#stream = stream;
    for (const track of stream.getVideoTracks()) track.addEventListener("ended", () => this.#giveUp("camera.lost"));
    if (line.refusal !== null) throw new MirrorFault(line.refusal);
    await show(stream, this.#options.video);
    if (!signal.aborted) this.#become("no-face");
  }

  async #keepLooking(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const started = performance.now();
      try {
        await this.#lookOnce(signal);
      } catch (error) {
        if (!signal.aborted && !(await this.#reconnect(signal)) && !signal.aborted) this.#giveUp(reasonOf(error));
      }
      await pause(FRAME_MS - (performance.now() - started));
    }
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    const frame = document.hidden ? null : await this.#frames.take();
    if (frame === null || signal.aborted) return;
    const answer = await this.#line?.ask(frame);
    if (answer !== undefined && !signal.aborted) this.#take(answer);
  }

  #take(answer: Answer): void {
    if (answer.type === "face") return this.#meet(answer.landmarks);
    if (answer.type !== "unavailable") {
      this.#blindSince = null;
      return this.#miss();
    }
    this.#blindSince ??= performance.now();
    const hopeless = answer.code === "vision.no_model" || performance.now() - this.#blindSince > BLIND_MS;
    if (hopeless) this.#giveUp(answer.code);
    else this.#miss(answer.code);
  }

  #meet(landmarks: Landmarks): void {
    const now = performance.now();
    const { video } = this.#options;
    const face = this.#smoother.next(landmarks, now / 1000);
    this.#overlay.follow(place(this.#overlay.wear, face, { width: video.clientWidth, height: video.clientHeight }));
    this.#seenAt = now;
    this.#blindSince = null;
    this.#become("live");
  }

  #miss(reason?: string): void {
    if (performance.now() - this.#seenAt >= LOST_MS) this.#lose(reason);
  }

  #lose(reason?: string): void {
    this.#smoother.forget();
    this.#overlay.hide();
    this.#become("no-face", reason);
  }

  async #reconnect(signal: AbortSignal): Promise<boolean> {
    this.#line?.close();
    this.#lose("agent.gone");
    for (const wait of RECONNECT_MS) {
      await pause(wait);
      if (signal.aborted) return false;
      const line = await AgentLine.open(this.#options.agentUrl).catch(() => null);
      if (line !== null && signal.aborted) line.close();
      else if (line !== null) this.#line = line;
      if (line !== null) return true;
    }
    return false;
  }

  #giveUp(reason: string): void {
    this.#release();
    this.#become("unavailable", reason);
  }

  #release(): void {
    this.#running?.abort();
    this.#line?.close();
    if (this.#stream !== null) stopTracks(this.#stream);
    this.#running = this.#line = this.#stream = this.#blindSince = null;
    this.#seenAt = 0;
    this.#options.video.srcObject = null;
    this.#smoother.forget();
    this.#overlay.hide();
  }

  #become(state: MirrorState, reason?: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState(state, reason);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof MirrorFault ? error.reason : "mirror.failed";
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
