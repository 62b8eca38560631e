// One RTCPeerConnection to the media node: one offer, one answer, then never renegotiated (W3C webrtc-pc).
import { Emitter } from "../protocol/emitter";
import { FULL, type VideoLimit } from "./audio-first";
import { addPlaces, remotePeople, reportOf, type RemotePeople } from "./places";
import { fragment, type FoundCandidate } from "./trickle";

/** Where offers and candidates go; ConsultApi is one. */
export interface MediaRoute {
  offer(sdp: string): Promise<string>;
  trickle(fragment: string): Promise<void>;
}

export type Medium = "audio" | "video";
export type LocalTracks = Readonly<Record<Medium, MediaStreamTrack | null>>;

/** trickle: offer at once, candidates follow; full: offer after all candidates are found. */
export type Gathering = "trickle" | "full";

export interface PeerEvents {
  /** Everyone else's tracks, known with the answer, flowing a little later. */
  people: RemotePeople;
  connection: RTCPeerConnectionState;
  /** The node did not take the candidates. */
  trickleFailed: unknown;
}

/** What CallSession needs of a peer connection. */
export interface PeerLink {
  on<Name extends keyof PeerEvents>(name: Name, listener: (detail: PeerEvents[Name]) => void): () => void;
  join(): Promise<void>;
  replaceTrack(medium: Medium, track: MediaStreamTrack | null): Promise<void>;
  favourMotion(): Promise<void>;
  limitVideo(limit: VideoLimit): Promise<void>;
  shareScreen(track: MediaStreamTrack | null): Promise<void>;
  /** What goes out, and what comes from each of these places; the first is the one opposite. */
  stats(places: readonly number[]): Promise<RTCStatsReport[]>;
  close(): void;
}

export interface PeerOptions {
  readonly iceServers: RTCIceServer[];
  readonly tracks: LocalTracks;
  readonly route: MediaRoute;
  readonly gathering: Gathering;
  /** So many other people can be shown. */
  readonly places: number;
}

const TRICKLE_WINDOW = 40; // ms in which candidates are collected into one PATCH
const GATHERING_LIMIT = 3_000; // ms; what was found until then must do

export class Peer extends Emitter<PeerEvents> implements PeerLink {
  readonly #connection: RTCPeerConnection;
  readonly #senders: Record<Medium, RTCRtpSender>;
  readonly #screen: RTCRtpSender;
  readonly #candidates: FoundCandidate[] = [];
  #answered = false;
  #ended = false;
  #flush: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: PeerOptions) {
    super();
    this.#connection = new RTCPeerConnection({ iceServers: options.iceServers, bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    this.#connection.onconnectionstatechange = () => this.emit("connection", this.#connection.connectionState);
    if (options.gathering === "trickle") this.#connection.onicecandidate = (event) => this.#found(event.candidate);
    this.#senders = { audio: this.#add("audio"), video: this.#add("video") };
    this.#screen = addPlaces(this.#connection, options.places);
  }

  /** Offers, and applies the answer; raises what the route raises. */
  async join(): Promise<void> {
    await this.#connection.setLocalDescription();
    if (this.options.gathering === "full") await this.#gathered();
    const sdp = await this.options.route.offer(this.#offer);
    if (this.#connection.signalingState === "closed") return;
    await this.#connection.setRemoteDescription({ type: "answer", sdp });
    this.#answered = true;
    this.emit("people", remotePeople(this.#connection));
    this.#scheduleFlush();
    await this.#prefer("maintain-resolution");
  }

  /** From now on size and smoothness give way together: for a line that carries the full size only in jerks. */
  async favourMotion(): Promise<void> {
    await this.#prefer("balanced");
  }

  /** Sends the picture within these limits, or none at all. */
  async limitVideo(limit: VideoLimit): Promise<void> {
    const parameters = this.#senders.video.getParameters();
    for (const encoding of parameters.encodings) Object.assign(encoding, limit);
    await this.#senders.video.setParameters(parameters).catch(() => undefined);
  }

  async replaceTrack(medium: Medium, track: MediaStreamTrack | null): Promise<void> {
    await this.#senders[medium].replaceTrack(track);
  }

  /** The screen goes on its own line beside the camera; null ends it. */
  async shareScreen(track: MediaStreamTrack | null): Promise<void> {
    await this.#screen.replaceTrack(track);
  }

  async stats(places: readonly number[]): Promise<RTCStatsReport[]> {
    const report = await this.#connection.getStats();
    return places.map((place) => reportOf(this.#connection, report, place));
  }

  close(): void {
    clearTimeout(this.#flush);
    this.#connection.onconnectionstatechange = null;
    this.#connection.onicecandidate = null;
    this.#connection.close();
  }

  get #offer(): string {
    return this.#connection.localDescription?.sdp ?? "";
  }

  #add(medium: Medium): RTCRtpSender {
    const encoding = medium === "video" ? FULL : {};
    const init: RTCRtpTransceiverInit = { direction: "sendrecv", sendEncodings: [encoding] };
    return this.#connection.addTransceiver(this.options.tracks[medium] ?? medium, init).sender;
  }

  /** What gives way when the line is thin (W3C mst-content-hint, degradationPreference).
   *
   * Chromium guesses low before it knows the line, and shrinks the picture for that guess: measured with two browsers,
   * "balanced" began at 640 or 960 wide and took 12 s and more to reach 1280, "maintain-framerate" longer;
   * "maintain-resolution" showed 1280 from the first second at the same frames a second, without a freeze. */
  async #prefer(preference: "maintain-resolution" | "balanced"): Promise<void> {
    const parameters: RTCRtpSendParameters & { degradationPreference?: string } = this.#senders.video.getParameters();
    parameters.degradationPreference = preference;
    // Firefox and older Safari refuse the field; their default is to balance.
    await this.#senders.video.setParameters(parameters).catch(() => undefined);
  }

  #gathered(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => this.#connection.iceGatheringState === "complete" && resolve();
      this.#connection.addEventListener("icegatheringstatechange", done);
      setTimeout(resolve, GATHERING_LIMIT);
      done();
    });
  }

  #found(candidate: RTCIceCandidate | null): void {
    if (candidate?.candidate) this.#candidates.push({ candidate: candidate.candidate, sdpMid: candidate.sdpMid });
    else this.#ended = true;
    if (this.#answered) this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    this.#flush ??= setTimeout(() => void this.#send(), TRICKLE_WINDOW);
  }

  async #send(): Promise<void> {
    this.#flush = undefined;
    const found = this.#candidates.splice(0);
    if (found.length === 0 && !this.#ended) return;
    try {
      await this.options.route.trickle(fragment(this.#offer, found, this.#ended));
    } catch (error) {
      this.emit("trickleFailed", error);
    }
  }
}
