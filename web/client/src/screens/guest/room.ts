// One more person in a consult: the way in, the call, and the way out.
import { checkConnection, checkDevices, WAITING, type Check } from "../../call/check";
import type { LocalMedia } from "../../call/devices";
import { LiveCall } from "../../call/live";
import { placeOf, SEATS } from "../../call/places";
import { waysOf } from "../../call/self-test";
import { t } from "../../i18n";
import { Emitter } from "../../protocol/emitter";
import { asRequestFailed, type RequestFailed } from "../../protocol/errors";
import type { GuestApi } from "../../protocol/guests";
import { askCentre } from "../../protocol/self-test";
import type { GuestSocket, Line } from "../../protocol/sockets";
import { CALL_STATES, type GuestSnapshot, type Mode, type PeerState, type Side, type Standing, type Topic } from "../../protocol/types";
import type { Entrant } from "../consult/entrant";
import { reloadIfExpired } from "../shared/expired";
import type { GuestPage } from "./page";

export type GuestScreen = "consent" | "joining" | "check" | "call" | "left" | "removed" | "over";

/** Customer or advisor, lost or gone; since when in milliseconds since the epoch, by this page's own clock. */
export interface Absence {
  readonly side: Side;
  readonly state: PeerState;
  readonly since: number;
}

export interface GuestRoomOptions {
  readonly page: GuestPage & { readonly csrf: string };
  readonly api: GuestApi;
  readonly connect: () => GuestSocket;
  readonly media: LocalMedia;
}

export class GuestRoom extends Emitter<{ change: void }> implements Entrant {
  readonly media: LocalMedia;
  readonly page: GuestRoomOptions["page"];
  readonly #api: GuestApi;
  readonly #connect: () => GuestSocket;
  #socket: GuestSocket | null = null;
  #snapshot: GuestSnapshot;
  #answered = false;
  #check: Check = WAITING;
  #problem: RequestFailed | null = null;
  #line: Line = "connecting";
  #call: LiveCall | null = null;
  #busy = false;
  #left = false;
  #heardAt = Date.now();

  constructor({ page, api, connect, media }: GuestRoomOptions) {
    super();
    this.page = page;
    this.media = media;
    this.#api = api;
    this.#connect = connect;
    this.#snapshot = page.snapshot;
  }

  get snapshot(): GuestSnapshot {
    return this.#snapshot;
  }

  get view(): { readonly topic: Topic } {
    return this.#snapshot.consult;
  }

  get check(): Check {
    return this.#check;
  }

  get problem(): RequestFailed | null {
    return this.#problem;
  }

  get line(): Line {
    return this.#line;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get call(): LiveCall | null {
    return this.#call;
  }

  /** The host who is away and not heard either, the one who has been for longer first. */
  get absence(): Absence | null {
    const hosts = this.#snapshot.consult.hosts.filter((host) => host.away !== null && !this.#call?.hears(placeOf(SEATS[host.side], this.#snapshot.me.seat)));
    const [first] = hosts.sort((one, other) => (other.away ?? 0) - (one.away ?? 0));
    return first?.media ? { side: first.side, state: first.media, since: this.#heardAt - (first.away ?? 0) * 1000 } : null;
  }

  get onward(): string {
    return t("함께하기");
  }

  get screen(): GuestScreen {
    const { me, consult } = this.#snapshot;
    if (me.state === "removed") return "removed";
    if (!CALL_STATES.includes(consult.state)) return "over";
    if (this.#left) return "left";
    if (this.#call) return "call";
    if (this.page.joined) return "joining";
    return this.#answered ? "check" : "consent";
  }

  /** Who holds the seat already is back in the call at once; a supervisor holds it from the beginning. */
  start(): void {
    window.addEventListener("pagehide", () => this.#goAway());
    if (this.page.joined) void this.ready();
  }

  /** The answer about the recording takes the seat; camera and microphone are asked for in the same tap. */
  async consent(recording: boolean): Promise<void> {
    const opening = this.media.open();
    await this.#tell(async () => {
      await this.#sitDown(recording);
      this.#answered = true;
    });
    await opening;
  }

  async runCheck(again = false): Promise<void> {
    this.#set(() => (this.#check = WAITING));
    const looks = { ask: askCentre, ...waysOf(this.page) };
    const connection = checkConnection(looks).then((finding) => this.#set(() => (this.#check = { ...this.#check, connection: finding })));
    if (again || !this.media.opened) await this.media.open();
    this.#set(() => (this.#check = { ...this.#check, ...checkDevices(this.media) }));
    await connection;
  }

  /** Joins the call, for the first time or again. */
  ready(): Promise<void> {
    return this.#tell(() => this.#enter());
  }

  async leave(): Promise<void> {
    this.#hangUp();
    this.#set(() => (this.#left = true));
    await this.#api.leave().catch(() => undefined);
    if (this.page.leaveUrl) location.assign(this.page.leaveUrl);
  }

  cancelAndLeave(): Promise<void> {
    return this.leave();
  }

  async callPerson(): Promise<boolean> {
    return false;
  }

  /** A supervisor takes part more or less; the centre has the last word, so the sign follows the snapshot. */
  async take(mode: Mode): Promise<void> {
    if (!this.page.modeUrl) return;
    await this.#api.mode(this.page.modeUrl, mode).catch((error: unknown) => this.#set(() => (this.#problem = asRequestFailed(error))));
  }

  /** Whoever closes the page is out of the room at once; a supervisor's going is noticed by the centre and noted. */
  #goAway(): void {
    if (this.#call && !this.#snapshot.me.mode) this.#api.sayAway();
  }

  async #sitDown(recording: boolean): Promise<void> {
    const { token, consent } = this.page;
    if (token && consent) this.#snapshot = await this.#api.enter(token, recording, consent.version);
  }

  /** Who comes again has answered already, and is asked for no answer. */
  async #enter(): Promise<void> {
    if (this.page.joined || this.#left) await this.#sitDown(false);
    if (!this.media.opened) await this.media.open();
    this.#follow();
    this.#join();
    this.#heard(this.#snapshot);
  }

  #follow(): void {
    if (this.#socket) return;
    const socket = (this.#socket = this.#connect());
    socket.on("line", (line) => this.#lineChanged(line));
    socket.on("snapshot", (snapshot) => this.#heard(snapshot));
    socket.on("media.moved", () => this.#call?.session.renew());
    socket.on("refused", ({ code }) => reloadIfExpired(code));
    socket.connect();
  }

  #join(): void {
    const { me, consult } = this.#snapshot;
    const { media } = this;
    const tell = (standing: Standing) => this.#socket?.guestState(standing);
    this.#left = false;
    this.#call = new LiveCall({ consult: `${consult.id} ${me.id}`, side: "guest", seat: me.seat, media, route: this.#api, iceServers: this.page.iceServers, tell });
    this.#call.makeRoom([SEATS.customer, SEATS.advisor]);
    this.#call.start();
  }

  #heard(snapshot: GuestSnapshot): void {
    this.#set(() => {
      this.#snapshot = snapshot;
      this.#heardAt = Date.now();
    });
    const { me, consult, guests } = snapshot;
    if (me.state === "removed" || !CALL_STATES.includes(consult.state)) return this.#hangUp();
    this.#call?.makeRoom([SEATS.customer, SEATS.advisor, ...guests.map((guest) => guest.seat)]);
    if (me.mode) void this.#speakAs(me.mode);
  }

  /** Nobody hears a listener, and a whisper needs no picture: what is not passed on is not taken either. */
  async #speakAs(mode: Mode): Promise<void> {
    this.media.setMicrophone(mode !== "listen");
    const camera = mode === "barge" || mode === "lead";
    if (camera !== this.media.cameraOn) await this.media.setCamera(camera);
  }

  #hangUp(): void {
    this.#call?.stop();
    this.#call = null;
    this.media.close();
    this.#set(() => undefined);
  }

  async #tell(send: () => Promise<void>): Promise<void> {
    this.#set(() => (this.#busy = true));
    try {
      await send();
      this.#problem = null;
    } catch (error) {
      this.#problem = asRequestFailed(error);
    } finally {
      this.#set(() => (this.#busy = false));
    }
  }

  #lineChanged(line: Line): void {
    if (line === "open") this.#call?.tellAgain();
    this.#set(() => (this.#line = line));
  }

  #set(change: () => void): void {
    change();
    this.emit("change", undefined);
  }
}
