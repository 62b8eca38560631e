// A person's place in a call: joins the media node and comes back by itself, always by the same move,
// a new peer connection for the same participant.
import { Emitter } from "../protocol/emitter";
import { asRequestFailed, RequestFailed } from "../protocol/errors";
import type { VideoLimit } from "./audio-first";
import type { Gathering, LocalTracks, Medium, PeerLink } from "./peer";
import type { RemotePeople } from "./places";
import { readSample, type Sample } from "./quality";
import { MediaLost, STRIVING_STATES, type CallEvents, type CallOptions, type CallState, type Retry } from "./states";

const BACKOFF = [300, 1_000, 2_000, 4_000] as const; // ms; the last one repeats
const DISCONNECTED_GRACE = 2_000; // ms; Safari reports `disconnected` for blips that heal (livekit client-sdk-js PR 126)
const LINGER = 2_000; // ms; a connection that was taken over keeps its last picture on the screen until the next has one
const CONNECT_LIMIT = 10_000; // ms from the offer until media must be connected

export class CallSession extends Emitter<CallEvents> {
  #state: CallState = "new";
  #retry: Retry | null = null;
  #error: RequestFailed | null = null;
  #tracks: LocalTracks;
  #peer: PeerLink | null = null;
  #next: PeerLink | null = null;
  #places = 1;
  #screen: MediaStreamTrack | null = null;
  #gathering: Gathering = "trickle";
  #attempts = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(private readonly options: CallOptions) {
    super();
    this.#tracks = options.tracks;
  }

  get state(): CallState {
    return this.#state;
  }

  get retry(): Retry | null {
    return this.#retry;
  }

  /** Attempts that did not carry since it was last live. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Why the session failed, or why the last attempt did; null while live. */
  get error(): RequestFailed | null {
    return this.#error;
  }

  start(): void {
    if (this.#state !== "new") return;
    this.#move("joining");
    this.#attempt();
  }

  /** A hint says that the present connection is worth nothing; who was refused or gave way stays out. */
  renew(): void {
    if (this.#state === "live" || STRIVING_STATES.includes(this.#state)) this.rejoin();
  }

  /** Joins at once, because the person asked. */
  rejoin(): void {
    if (this.#state === "new" || this.#state === "closed") return;
    this.#attempts = 0;
    this.#move(this.#state === "live" || this.#state === "reconnecting" ? "reconnecting" : "joining");
    this.#attempt();
  }

  /** Leaves the place to another page of the same person, until asked to rejoin. */
  giveWay(): void {
    if (this.#state === "closed" || this.#state === "failed") return;
    this.#lost(new RequestFailed("consult.elsewhere", 0, "another page of the same person joined"));
  }

  stop(): void {
    this.#cancelTimer();
    this.#dropPeer();
    this.#move("closed");
  }

  async replaceTrack(medium: Medium, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = { ...this.#tracks, [medium]: track };
    await this.#peer?.replaceTrack(medium, track);
  }

  /** More people are coming than there are lines for: a second connection takes over once it stands, and nobody sees a break. */
  widen(places: number): void {
    if (places <= this.#places) return;
    this.#places = places;
    if (this.#state === "live") this.#changeOver();
    else if (STRIVING_STATES.includes(this.#state)) this.#attempt();
  }

  /** Shows a screen beside the camera; null ends it. It goes on over connections. */
  async shareScreen(track: MediaStreamTrack | null): Promise<void> {
    this.#screen = track;
    await this.#peer?.shareScreen(track);
  }

  /** The line carries the full picture only in jerks: send a smaller and smoother one for as long as this connection lasts. */
  async favourMotion(): Promise<void> {
    await this.#peer?.favourMotion();
  }

  /** Limits the picture for as long as this connection lasts. */
  async limitVideo(limit: VideoLimit): Promise<void> {
    await this.#peer?.limitVideo(limit);
  }

  /** Everything the browser counts of the present connection; null without one. */
  async report(): Promise<RTCStatsReport | null> {
    return (await this.#peer?.stats([0]))?.[0] ?? null;
  }

  /** Fresh numbers of the present connection; null without one. */
  async sample(place = 0): Promise<Sample | null> {
    return (await this.samples([place]))[0] ?? null;
  }

  /** The same for several places, counted at once; none without a connection. */
  async samples(places: readonly number[]): Promise<Sample[]> {
    const reports = (await this.#peer?.stats(places)) ?? [];
    return reports.map((report) => readSample(report, this.options.clock.now()));
  }

  #changeOver(): void {
    this.#next?.close();
    const next = this.#connect();
    this.#next = next;
    let people: RemotePeople = [];
    next.on("people", (found) => void (people = found));
    next.on("connection", (state) => {
      if (this.#next !== next) return;
      if (state === "connected") this.#takeOver(next, people);
      else if (state === "failed" || state === "closed") this.#attempt();
    });
    const joinAnew = () => this.#next === next && this.#attempt();
    this.options.clock.after(CONNECT_LIMIT, joinAnew);
    next.join().catch(joinAnew);
  }

  #takeOver(next: PeerLink, people: RemotePeople): void {
    const before = this.#peer;
    this.#cancelTimer();
    this.#next = null;
    this.#follow(next);
    this.emit("people", people);
    if (before) this.options.clock.after(LINGER, () => before.close());
  }

  #connect(): PeerLink {
    const peer = this.options.connect(this.#tracks, this.#gathering, this.#places);
    if (this.#screen) void peer.shareScreen(this.#screen);
    return peer;
  }

  #attempt(): void {
    this.#cancelTimer();
    this.#dropPeer();
    this.#setRetry(null);
    const peer = this.#connect();
    this.#follow(peer);
    this.#wait(CONNECT_LIMIT, () => this.#lost(new MediaLost("not connected in time")));
    peer.join().catch((error) => this.#peer === peer && this.#lost(asRequestFailed(error)));
  }

  /** From now on this is the connection that counts. */
  #follow(peer: PeerLink): void {
    this.#peer = peer;
    const current = <Detail>(run: (detail: Detail) => void) => (detail: Detail) => void (this.#peer === peer && run(detail));
    peer.on("connection", current((state) => this.#connectionChanged(state)));
    peer.on("people", current((people: RemotePeople) => this.emit("people", people)));
    peer.on("trickleFailed", current(() => this.#trickleFailed()));
  }

  #connectionChanged(state: RTCPeerConnectionState): void {
    if (state === "connected") this.#connected();
    // The node lets go of the old connection as soon as the next one stands, which may be heard here a little later.
    else if (state === "disconnected" || this.#next) this.#wait(DISCONNECTED_GRACE, () => this.#lost(new MediaLost(state)));
    else if (state === "failed" || state === "closed") this.#lost(new MediaLost(state));
  }

  #connected(): void {
    this.#cancelTimer();
    this.#attempts = 0;
    this.#error = null;
    this.#move("live");
  }

  #lost(error: RequestFailed): void {
    this.#cancelTimer();
    this.#error = error;
    if (error.final) {
      this.#dropPeer();
      return this.#move("failed");
    }
    if (this.#state === "live") this.#move("reconnecting");
    const delay = BACKOFF[Math.min(this.#attempts, BACKOFF.length - 1)] ?? 0;
    this.#attempts += 1;
    this.#setRetry({ attempt: this.#attempts, at: this.options.clock.now() + delay, error });
    this.#wait(delay, () => this.#attempt());
  }

  /** A node that takes no candidates gets all of them with the next offer. */
  #trickleFailed(): void {
    if (this.#state === "live" || this.#gathering === "full") return;
    this.#gathering = "full";
    this.#attempt();
  }

  #dropPeer(): void {
    this.#peer?.close();
    this.#next?.close();
    this.#peer = this.#next = null;
  }

  #wait(milliseconds: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.options.clock.after(milliseconds, run);
  }

  #setRetry(retry: Retry | null): void {
    this.#retry = retry;
    this.emit("retry", retry);
  }

  #move(to: CallState): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    console.debug(`call: ${from} -> ${to}`);
    this.emit("state", { from, to });
  }
}
