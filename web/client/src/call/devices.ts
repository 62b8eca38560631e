// One getUserMedia for preview and call: the person's own camera and microphone, their faults, and switching between them.
import { Emitter } from "../protocol/emitter";
import { Dresser, type Backdrop, type BackdropFault, type Dress } from "./backdrop";
import type { LocalTracks, Medium } from "./peer";

/** blocked: the person or a policy said no; missing: no such device; busy: another program holds it;
 * insecure: the page's address does not begin with https, so browsers give no device at all. */
export type DeviceFault = "blocked" | "missing" | "busy" | "insecure";

export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
  readonly chosen: boolean;
}

export interface LocalMediaEvents {
  change: void;
  /** This track is to be sent from now on. */
  track: { readonly medium: Medium; readonly track: MediaStreamTrack | null };
}

export type DeviceSource = Pick<MediaDevices, "getUserMedia" | "enumerateDevices">;

/** Makes the video track that is sent while the camera is off. */
export type PlaceholderSource = () => MediaStreamTrack;

const FAULTS: Readonly<Record<string, DeviceFault>> = {
  NotAllowedError: "blocked",
  SecurityError: "blocked",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

const CONSTRAINTS: Readonly<Record<Medium, MediaTrackConstraints>> = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 }, facingMode: { ideal: "user" } },
};

/** Names the fault behind an error of getUserMedia (W3C mediacapture-main, 10.2). */
export function faultOf(error: unknown): DeviceFault {
  return FAULTS[error instanceof Error || error instanceof DOMException ? error.name : ""] ?? "busy";
}

export class LocalMedia extends Emitter<LocalMediaEvents> {
  readonly #faults: Record<Medium, DeviceFault | null> = { audio: null, video: null };
  readonly #tracks: Record<Medium, MediaStreamTrack | null> = { audio: null, video: null };
  readonly #chosen: Record<Medium, string | undefined> = { audio: undefined, video: undefined };
  #placeholder: MediaStreamTrack | null = null;
  /** Fell silent in the call and could not be taken back yet. */
  readonly #lost = new Set<Medium>();
  #microphoneOn = true;
  #cameraOn = true;
  #opened = false;
  readonly #dresser: Dresser;

  constructor(
    private readonly devices: DeviceSource | undefined,
    private readonly placeholder: PlaceholderSource,
    dress?: Dress,
  ) {
    super();
    this.#dresser = new Dresser(dress);
  }

  get opened(): boolean {
    return this.#opened;
  }

  get microphone(): MediaStreamTrack | null {
    return this.#tracks.audio;
  }

  /** The camera as others see it. */
  get camera(): MediaStreamTrack | null {
    return this.#dresser.shown(this.#tracks.video);
  }

  get microphoneOn(): boolean {
    return this.#microphoneOn && this.#tracks.audio !== null;
  }

  get cameraOn(): boolean {
    return this.#cameraOn && this.#tracks.video !== null;
  }

  /** True when a running device fell silent without the person's wish: a phone call, another app, a pulled plug. */
  get interrupted(): boolean {
    return this.#isBroken("audio") || (this.#cameraOn && this.#isBroken("video"));
  }

  /** What to send: the camera's place is taken by the placeholder while it is off or missing. */
  get tracks(): LocalTracks {
    return { audio: this.#tracks.audio, video: this.camera ?? this.#ensurePlaceholder() };
  }

  get offersBackdrop(): boolean {
    return this.#dresser.offered;
  }

  get backdrop(): Backdrop {
    return this.#dresser.wish;
  }

  get backdropFault(): BackdropFault | null {
    return this.#dresser.fault;
  }

  async setBackdrop(backdrop: Backdrop): Promise<void> {
    await this.#dresser.change(this.#tracks.video, backdrop);
    this.#tellCamera();
    this.emit("change", undefined);
  }

  fault(medium: Medium): DeviceFault | null {
    return this.#faults[medium];
  }

  /** Asks for camera and microphone in one question; where that fails, for each alone, so that sound goes on without picture. */
  async open(): Promise<void> {
    const wanted: Medium[] = this.#cameraOn ? ["audio", "video"] : ["audio"];
    try {
      this.#take(await this.#ask(wanted));
    } catch {
      for (const medium of wanted) await this.#openOne(medium);
    }
    this.#opened = true;
    this.emit("change", undefined);
  }

  /** After an interruption: takes the broken devices anew. Must run in a tap where the browser wants one (iOS). */
  async resume(): Promise<void> {
    for (const medium of ["audio", "video"] as const) {
      if (!this.#isBroken(medium)) continue;
      await this.#openOne(medium);
      // While the phone call still goes on there is no device to take: the next tap tries again.
      if (!this.#tracks[medium]) this.#lost.add(medium);
    }
    this.emit("change", undefined);
  }

  setMicrophone(on: boolean): void {
    this.#microphoneOn = on;
    if (this.#tracks.audio) this.#tracks.audio.enabled = on;
    this.emit("change", undefined);
  }

  /** Off stops the camera itself, so that its light goes out; on takes it again. */
  async setCamera(on: boolean): Promise<void> {
    this.#cameraOn = on;
    if (on) await this.#openOne("video");
    else this.#setTrack("video", null);
    this.emit("change", undefined);
  }

  async useDevice(medium: Medium, id: string): Promise<void> {
    this.#chosen[medium] = id;
    await this.#openOne(medium);
    this.emit("change", undefined);
  }

  async choices(medium: Medium): Promise<DeviceChoice[]> {
    const kind = medium === "audio" ? "audioinput" : "videoinput";
    const found = (await this.devices?.enumerateDevices()) ?? [];
    const current = this.#tracks[medium]?.getSettings().deviceId;
    const named = found.filter((device) => device.kind === kind && device.deviceId !== "");
    return named.map((device) => ({ id: device.deviceId, label: device.label, chosen: device.deviceId === current }));
  }

  close(): void {
    for (const track of [this.#tracks.audio, this.#tracks.video, this.#placeholder]) track?.stop();
    this.#tracks.audio = this.#tracks.video = this.#placeholder = null;
    this.#opened = false;
    this.#dresser.stop();
  }

  async #openOne(medium: Medium): Promise<void> {
    // Phones lend a camera once: the old one must go before the next is asked for.
    this.#tracks[medium]?.stop();
    try {
      this.#take(await this.#askAgain(medium));
    } catch (error) {
      this.#faults[medium] = this.devices ? faultOf(error) : "insecure";
      this.#setTrack(medium, null);
    }
  }

  /** A chosen device that was pulled out gives way to whichever there is: nobody stays unheard for an old choice. */
  async #askAgain(medium: Medium): Promise<MediaStream> {
    try {
      return await this.#ask([medium]);
    } catch (error) {
      if (this.#chosen[medium] === undefined || faultOf(error) !== "missing") throw error;
      this.#chosen[medium] = undefined;
      return this.#ask([medium]);
    }
  }

  #isBroken(medium: Medium): boolean {
    const track = this.#tracks[medium];
    return track ? track.readyState === "ended" || track.muted : this.#lost.has(medium);
  }

  #ask(wanted: readonly Medium[]): Promise<MediaStream> {
    if (!this.devices) return Promise.reject(new Error("no media devices: the address does not begin with https"));
    const constraints = Object.fromEntries(wanted.map((medium) => [medium, this.#constraints(medium)]));
    return this.devices.getUserMedia(constraints);
  }

  #constraints(medium: Medium): MediaTrackConstraints {
    const id = this.#chosen[medium];
    return id === undefined ? CONSTRAINTS[medium] : { ...CONSTRAINTS[medium], deviceId: { exact: id } };
  }

  #take(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      const medium = track.kind as Medium;
      this.#faults[medium] = null;
      this.#lost.delete(medium);
      if (medium === "audio") track.enabled = this.#microphoneOn;
      for (const name of ["mute", "unmute", "ended"]) track.addEventListener(name, () => this.emit("change", undefined));
      this.#setTrack(medium, track);
    }
  }

  #setTrack(medium: Medium, track: MediaStreamTrack | null): void {
    if (this.#tracks[medium] !== track) this.#tracks[medium]?.stop();
    this.#tracks[medium] = track;
    if (medium === "audio") return this.emit("track", { medium, track });
    this.#tellCamera();
    if (this.#dresser.wish !== "none") void this.#dressAgain(track);
  }

  async #dressAgain(track: MediaStreamTrack | null): Promise<void> {
    await this.#dresser.follow(track);
    if (track !== this.#tracks.video) return;
    this.#tellCamera();
    this.emit("change", undefined);
  }

  #tellCamera(): void {
    this.emit("track", { medium: "video", track: this.tracks.video });
    if (this.camera) this.#dropPlaceholder();
  }

  #ensurePlaceholder(): MediaStreamTrack {
    this.#placeholder ??= this.placeholder();
    return this.#placeholder;
  }

  #dropPlaceholder(): void {
    this.#placeholder?.stop();
    this.#placeholder = null;
  }
}
