// The advisor's side: who waits, the one consult in hand, and the call that belongs to it.
import type { BackdropOffer } from "../../call/backdrop";
import type { LocalMedia } from "../../call/devices";
import { LiveCall } from "../../call/live";
import { SEATS } from "../../call/places";
import { Emitter } from "../../protocol/emitter";
import { asRequestFailed, RequestFailed } from "../../protocol/errors";
import { InvitationApi, type Invitation, type Wish } from "../../protocol/guests";
import { ConsultApi } from "../../protocol/http";
import type { Line, StaffSocket } from "../../protocol/sockets";
import { CALL_STATES, type AdvisorConsult, type AdvisorSnapshot, type Booking, type Standing, type WaitingConsult } from "../../protocol/types";
import { reloadIfExpired } from "../shared/expired";

export interface AdvisorPage {
  readonly iceServers: RTCIceServer[];
  /** Seconds for which a consult is kept for somebody who is away. */
  readonly hold: number;
  /** Absent where the server has no model for it. */
  readonly backdrop?: BackdropOffer | null;
  readonly signOutUrl: string;
  readonly languageUrl: string;
  /** Code and own name of each other language. */
  readonly languages: readonly (readonly [string, string])[];
}

export interface AdvisorRoomOptions {
  readonly page: AdvisorPage & { readonly csrf: string };
  readonly socket: StaffSocket;
  readonly media: LocalMedia;
}

export class AdvisorRoom extends Emitter<{ change: void }> {
  readonly media: LocalMedia;
  readonly page: AdvisorRoomOptions["page"];
  readonly #socket: StaffSocket;
  #advisor: AdvisorSnapshot["advisor"] | null = null;
  #waiting: readonly WaitingConsult[] = [];
  #bookings: readonly Booking[] = [];
  #mine: AdvisorConsult | null = null;
  #call: LiveCall | null = null;
  #peer: Standing | null = null;
  #line: Line = "connecting";
  #problem: RequestFailed | null = null;
  #busy = false;
  #opening: Promise<void> | null = null;

  constructor({ page, socket, media }: AdvisorRoomOptions) {
    super();
    this.page = page;
    this.#socket = socket;
    this.media = media;
  }

  get advisor(): AdvisorSnapshot["advisor"] | null {
    return this.#advisor;
  }

  get waiting(): readonly WaitingConsult[] {
    return this.#waiting;
  }

  /** Today's appointments for the advisor's topics, the earliest first. */
  get bookings(): readonly Booking[] {
    return this.#bookings;
  }

  get mine(): AdvisorConsult | null {
    return this.#mine;
  }

  get call(): LiveCall | null {
    return this.#call;
  }

  get peer(): Standing | null {
    return this.#peer;
  }

  get line(): Line {
    return this.#line;
  }

  /** What went wrong last; dismissed by the next thing that works. */
  get problem(): RequestFailed | null {
    return this.#problem;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** True while another consult can be taken. */
  get free(): boolean {
    return this.#mine === null && !this.#busy && this.#line === "open";
  }

  start(): void {
    const socket = this.#socket;
    socket.on("line", (line) => this.#lineChanged(line));
    socket.on("snapshot", (snapshot) => this.#heardAll(snapshot));
    socket.on("waiting.changed", (waiting) => this.#set(() => (this.#waiting = waiting)));
    socket.on("bookings.changed", (bookings) => this.#set(() => (this.#bookings = bookings)));
    socket.on("consult.changed", (consult) => this.#heardOf(consult));
    socket.on("peer.media", (standing) => this.#set(() => (this.#peer = standing)));
    socket.on("media.moved", () => this.#call?.session.renew());
    socket.on("refused", ({ code, message }) => {
      reloadIfExpired(code);
      this.#set(() => (this.#problem = new RequestFailed(code, 0, message)));
    });
    socket.connect();
    void this.openMedia();
  }

  /** Opens camera and microphone once, before the first call: an accepted customer does not wait for a question box. */
  openMedia(): Promise<void> {
    this.#opening ??= this.media.open();
    return this.#opening;
  }

  async accept(consult: string): Promise<void> {
    if (!this.free) return;
    await this.#tell(async () => this.#heardOf(await this.#socket.accept(consult)));
  }

  acceptFirst(): void {
    const first = this.#waiting[0];
    if (first) void this.accept(first.id);
  }

  async end(): Promise<void> {
    const mine = this.#mine;
    if (mine) await this.#tell(() => this.#socket.end(mine.id));
  }

  /** Keeps a moment out of the recording, or lets it go on. */
  async pauseRecording(paused: boolean): Promise<void> {
    const mine = this.#mine;
    if (mine) await this.#tell(() => new ConsultApi(mine.id, { csrf: this.page.csrf, side: "advisor" }).pauseRecording(paused));
  }

  /** A link for one more person; null when it was refused, and why is told. */
  async invite(wish: Wish): Promise<Invitation | null> {
    const mine = this.#mine;
    let sent: Invitation | null = null;
    if (mine) await this.#tell(async () => void (sent = await new InvitationApi(mine.id, this.page.csrf).invite(wish)));
    return sent;
  }

  async removeGuest(guest: string): Promise<void> {
    const mine = this.#mine;
    if (mine) await this.#tell(() => new InvitationApi(mine.id, this.page.csrf).remove(guest));
  }

  /** Writes down what was agreed; true when the centre has it. */
  async closeConsult(agreed: string): Promise<boolean> {
    const mine = this.#mine;
    if (!mine) return false;
    const done = await this.#tell(() => this.#socket.closeConsult(mine.id, agreed));
    return done;
  }

  dismiss(): void {
    this.#set(() => (this.#problem = null));
  }

  #heardAll({ advisor, waiting, bookings, mine }: AdvisorSnapshot): void {
    this.#set(() => {
      this.#advisor = advisor;
      this.#bookings = bookings;
      this.#waiting = waiting;
    });
    this.#setMine(mine);
  }

  /** A consult that is closed or cancelled leaves the hand; a hint about another one is not for this page. */
  #heardOf(consult: AdvisorConsult): void {
    if (this.#mine && this.#mine.id !== consult.id) return;
    const gone = consult.state === "closed" || consult.state === "cancelled";
    this.#setMine(gone ? null : consult);
  }

  #setMine(mine: AdvisorConsult | null): void {
    if (mine?.id !== this.#mine?.id) this.#peer = null;
    this.#set(() => (this.#mine = mine));
    this.#makeRoom();
    void this.#keepInStep();
  }

  async #keepInStep(): Promise<void> {
    const talking = this.#mine !== null && CALL_STATES.includes(this.#mine.state);
    if (!talking) return this.#hangUp();
    await this.openMedia();
    if (this.#mine && CALL_STATES.includes(this.#mine.state) && !this.#call) this.#join(this.#mine.id);
  }

  #join(consult: string): void {
    const route = new ConsultApi(consult, { csrf: this.page.csrf, side: "advisor" });
    const tell = (standing: Standing) => this.#socket.mediaState(consult, standing);
    const call = new LiveCall({ consult, side: "advisor", seat: SEATS.advisor, media: this.media, route, iceServers: this.page.iceServers, tell });
    call.session.on("state", ({ to }) => void (to === "failed" && this.#socket.refresh()));
    this.#call = call;
    call.start();
    this.#makeRoom();
    this.#set(() => undefined);
  }

  /** Whoever is invited finds a line in the offer. */
  #makeRoom(): void {
    this.#call?.makeRoom((this.#mine?.guests ?? []).map((guest) => guest.seat));
  }

  #hangUp(): void {
    if (!this.#call) return;
    this.#call.stop();
    this.#call = null;
    this.#set(() => undefined);
  }

  #lineChanged(line: Line): void {
    if (line === "open") this.#call?.tellAgain();
    this.#set(() => (this.#line = line));
  }

  async #tell(send: () => Promise<void>): Promise<boolean> {
    this.#set(() => (this.#busy = true));
    try {
      await send();
      this.#problem = null;
      return true;
    } catch (error) {
      this.#problem = asRequestFailed(error);
      return false;
    } finally {
      this.#socket.refresh();
      this.#set(() => (this.#busy = false));
    }
  }

  #set(change: () => void): void {
    change();
    this.emit("change", undefined);
  }
}
