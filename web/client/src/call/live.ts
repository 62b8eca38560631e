// One live call on a page: devices, session and numbers held together until the consult is over.
import { Emitter } from "../protocol/emitter";
import type { PeerState, Side, Standing } from "../protocol/types";
import { AudioFirst, LIMITS, readLine, type Rung } from "./audio-first";
import { browserClock } from "./clock";
import type { LocalMedia } from "./devices";
import { Opposite } from "./opposite";
import { Others } from "./others";
import { watchOtherPages, type OtherPages } from "./pages";
import { Peer, type MediaRoute } from "./peer";
import { placesFor, type RemotePeople } from "./places";
import { Pulse } from "./pulse";
import { compare, isStrained, readSample, type Quality, type Sample } from "./quality";
import { farewellTrack, ScreenShare } from "./screen";
import { CallSession } from "./session";
import type { CallState } from "./states";
import { watchWaking } from "./wake";

const SAMPLE_EVERY = 2_000; // ms
const LOOK_EVERY = 1_000; // ms
/** A path that is alive brings something twenty times as often. */
const PULSE = 1_000; // ms

export interface LiveCallEvents {
  change: void;
}

export interface LiveCallOptions {
  readonly consult: string;
  readonly side: Side | "guest";
  /** One's own seat in the room. */
  readonly seat: number;
  readonly media: LocalMedia;
  readonly route: MediaRoute;
  readonly iceServers: RTCIceServer[];
  /** Tells the other side, by way of the centre, how this side stands. */
  readonly tell: (standing: Standing) => void;
}

/** What a test or an operator can ask a page about its call. */
export interface CallInspector {
  readonly state: CallState;
  /** Of the person at this place; the first is the one opposite. */
  stats(place?: number): Promise<Sample | null>;
}

declare global {
  interface Window {
    maruCall?: CallInspector;
  }
}

export class LiveCall extends Emitter<LiveCallEvents> {
  readonly session: CallSession;
  /** Nothing is passed on for now, and that is meant: silence is no reason to connect anew. */
  held = false;
  readonly screen = new ScreenShare(navigator.mediaDevices as MediaDevices | undefined, farewellTrack, sessionStorage);
  readonly #pages: OtherPages;
  readonly #stoppers: (() => void)[] = [];
  #people: RemotePeople = [];
  #quality: Quality | null = null;
  #before: Sample | null = null;
  #liveSince: number | null = null;
  readonly #opposite = new Opposite();
  #muted: boolean;
  readonly #others = new Others();
  readonly #audioFirst = new AudioFirst();
  readonly #pulse = new Pulse();

  constructor(private readonly options: LiveCallOptions) {
    super();
    const { consult, side, media, route, iceServers } = options;
    this.#muted = !media.microphoneOn;
    this.session = new CallSession({
      connect: (tracks, gathering, places) => new Peer({ iceServers, tracks, route, gathering, places }),
      tracks: media.tracks,
      clock: browserClock,
    });
    this.#pages = watchOtherPages(`${side} ${consult}`, () => this.session.giveWay());
  }

  get ownSeat(): number {
    return this.options.seat;
  }

  /** Everyone else by place; new streams with every connection. */
  get people(): RemotePeople {
    return this.#people;
  }

  /** The latest stream of the one opposite. */
  get remote(): MediaStream | null {
    return this.#people[0]?.stream ?? null;
  }

  /** Makes room for whoever has these seats. */
  makeRoom(seats: readonly number[]): void {
    this.session.widen(placesFor(seats, this.options.seat));
  }

  /** Something came from whoever is at this place, between the last two samples. */
  hears(place: number): boolean {
    return place === 0 ? (this.#quality?.hearing ?? false) : this.#others.hears(place);
  }

  /** Whoever is at this place is heard and their picture stands still: their line or ours carries the voice alone. */
  voiceAlone(place: number): boolean {
    return place === 0 ? this.#opposite.voiceOnly : this.#others.voiceOnly(place);
  }

  get quality(): Quality | null {
    return this.#quality;
  }

  /** How much of the own picture the line carries beside the voice. */
  get picture(): Rung {
    return this.#audioFirst.rung;
  }

  /** The other person's microphone may be off: their line is fine and for a while nothing at all is heard. */
  get hushed(): boolean {
    return this.#opposite.hushed;
  }

  /** Nothing comes of the other person though the own path is alive: they are away, whoever else may not know it yet. */
  get missed(): boolean {
    return !this.held && this.#opposite.missing;
  }

  /** Milliseconds since the epoch when this page was first connected. */
  get liveSince(): number | null {
    return this.#liveSince;
  }

  start(): void {
    const { session } = this;
    // A line that was away may have been that to the centre only: a call that goes on is left alone.
    const renew = () => this.#quality?.hearing || session.renew();
    window.addEventListener("online", renew);
    const sampling = setInterval(() => void this.#sample(), SAMPLE_EVERY);
    const looking = setInterval(() => void this.#look(), LOOK_EVERY);
    this.#stoppers.push(
      session.on("state", ({ to }) => this.#stateChanged(to)),
      session.on("people", (people) => this.#peopleChanged(people)),
      this.screen.on("track", (track) => void session.shareScreen(track)),
      session.on("retry", () => this.emit("change", undefined)),
      this.options.media.on("change", () => this.#mediaChanged()),
      this.options.media.on("track", ({ medium, track }) => void session.replaceTrack(medium, track)),
      () => window.removeEventListener("online", renew),
      watchWaking(() => void this.#feelPulse(), document, browserClock),
      () => clearInterval(sampling),
      () => clearInterval(looking),
      () => this.#pages.close(),
    );
    window.maruCall = inspector(session);
    this.#pages.claim();
    session.start();
  }

  /** The person asks to be joined now; takes the place back from another page. */
  rejoin(): void {
    this.#pages.claim();
    this.session.rejoin();
  }

  /** Says again where this side stands, after the line to the centre was away. */
  tellAgain(): void {
    if (this.session.state === "live") this.#tell("connected");
    if (this.session.state === "reconnecting") this.#tell("reconnecting");
  }

  stop(): void {
    if (this.screen.sharing) this.screen.stop();
    this.session.stop();
    for (const stop of this.#stoppers.splice(0)) stop();
  }

  #stateChanged(to: CallState): void {
    if (to === "live") this.#liveSince ??= Date.now();
    this.#before = this.#quality = null;
    this.#opposite.forget();
    this.#audioFirst.forget();
    this.#pulse.forget();
    if (to === "live") {
      void this.session.limitVideo(LIMITS[this.picture]);
      this.screen.endForgotten();
    }
    this.tellAgain();
    this.emit("change", undefined);
  }

  #tell(state: PeerState): void {
    this.options.tell({ state, muted: this.#muted });
  }

  #mediaChanged(): void {
    const muted = !this.options.media.microphoneOn;
    if (muted === this.#muted) return;
    this.#muted = muted;
    this.tellAgain();
  }

  #peopleChanged(people: RemotePeople): void {
    this.#people = people;
    this.#others.forget();
    // A connection that took over begins with no limits of its own.
    if (this.session.state === "live") void this.session.limitVideo(LIMITS[this.picture]);
    this.emit("change", undefined);
  }

  async #sample(): Promise<void> {
    if (this.session.state !== "live") return;
    const [now = null, ...others] = await this.session.samples([...Array(Math.max(1, this.#people.length)).keys()]);
    if (now && this.#before) this.#quality = compare(this.#before, now);
    this.#before = now;
    others.forEach((sample, index) => this.#others.note(index + 1, sample));
    if (now && isStrained(now)) void this.session.favourMotion();
    this.#opposite.note(this.#quality);
    this.emit("change", undefined);
  }

  /** Back from sleep or another app: a path that died meanwhile is made anew at once instead of being waited for. */
  async #feelPulse(): Promise<void> {
    const before = (await this.session.sample())?.arrived;
    browserClock.after(PULSE, () => {
      void this.session.sample().then((now) => before != null && now?.arrived === before && this.session.renew());
    });
  }

  async #look(): Promise<void> {
    const report = this.session.state === "live" ? await this.session.report() : null;
    if (!report) return;
    // Browsers take up to ten seconds to call a dead path disconnected.
    if (this.#pulse.feel(readSample(report, Date.now())) && !this.held) return this.session.renew();
    if (!this.#audioFirst.look(readLine(report, Date.now()))) return;
    await this.session.limitVideo(LIMITS[this.picture]);
    this.emit("change", undefined);
  }
}

function inspector(session: CallSession): CallInspector {
  return {
    get state() {
      return session.state;
    },
    stats: (place) => session.sample(place),
  };
}
