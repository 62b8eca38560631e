// The customer's side of one consult: follows the centre's snapshot, and keeps devices and call in step with it.
import { checkConnection, checkDevices, WAITING, type Check } from "../../call/check";
import type { LocalMedia } from "../../call/devices";
import { LiveCall } from "../../call/live";
import { waysOf } from "../../call/self-test";
import { SEATS } from "../../call/places";
import { Emitter } from "../../protocol/emitter";
import { asRequestFailed, RequestFailed } from "../../protocol/errors";
import type { ConsultApi } from "../../protocol/http";
import type { CustomerSocket, Line } from "../../protocol/sockets";
import { CALL_STATES, OVER_STATES, type ConsultView, type Standing } from "../../protocol/types";
import { reloadIfExpired } from "../shared/expired";
import type { ConsultPage } from "./page";
import { screenOf, type Screen } from "./screen";

export interface ConsultRoomOptions {
  readonly page: ConsultPage;
  readonly api: ConsultApi;
  readonly socket: CustomerSocket;
  readonly media: LocalMedia;
}

export class ConsultRoom extends Emitter<{ change: void }> {
  readonly media: LocalMedia;
  readonly page: ConsultPage;
  readonly #api: ConsultApi;
  readonly #socket: CustomerSocket;
  #view: ConsultView | null = null;
  #problem: RequestFailed | null = null;
  #line: Line = "connecting";
  #peer: Standing | null = null;
  #call: LiveCall | null = null;
  #check: Check = WAITING;
  #toSurvey = false;
  #busy = false;
  #heard = 0;
  #opening: Promise<void> | null = null;

  constructor({ page, api, socket, media }: ConsultRoomOptions) {
    super();
    this.page = page;
    this.media = media;
    this.#api = api;
    this.#socket = socket;
  }

  get view(): ConsultView | null {
    return this.#view;
  }

  /** The last thing that went wrong and was not put right since. */
  get problem(): RequestFailed | null {
    return this.#problem;
  }

  get line(): Line {
    return this.#line;
  }

  get peer(): Standing | null {
    return this.#peer;
  }

  get call(): LiveCall | null {
    return this.#call;
  }

  get check(): Check {
    return this.#check;
  }

  /** A request is on its way: buttons rest. */
  get busy(): boolean {
    return this.#busy;
  }

  get screen(): Screen {
    return screenOf(this.#view, this.#problem, { toSurvey: this.#toSurvey });
  }

  start(): void {
    const socket = this.#socket;
    socket.on("line", (line) => this.#lineChanged(line));
    socket.on("snapshot", ({ consult }) => (consult?.id === this.page.consult ? this.#heardOf(consult) : void this.refresh()));
    socket.on("consult.changed", (consult) => void (consult.id === this.page.consult && this.#heardOf(consult)));
    socket.on("peer.media", (standing) => this.#set(() => (this.#peer = standing)));
    socket.on("media.moved", () => this.#call?.session.renew());
    socket.on("refused", ({ code }) => {
      reloadIfExpired(code);
      void this.refresh();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && socket.refresh());
    socket.connect();
    void this.refresh();
  }

  /** Asks the centre where the consult stands; what a socket said meanwhile is newer and wins. */
  async refresh(): Promise<void> {
    const heard = this.#heard;
    try {
      const view = await this.#api.consult();
      if (heard === this.#heard) this.#heardOf(view);
    } catch (error) {
      this.#set(() => (this.#problem = asRequestFailed(error)));
    }
  }

  /** The answer to the consent; camera and microphone are asked for in the same tap. */
  async consent(recording: boolean): Promise<void> {
    const opening = this.openMedia();
    await this.#tell(() => this.#api.consent(recording, this.page.consent.version));
    await opening;
  }

  /** Looks at camera, microphone and connection, again when asked again. */
  async runCheck(again = false): Promise<void> {
    this.#set(() => (this.#check = WAITING));
    const looks = { ask: () => this.#api.consult(), ...waysOf(this.page) };
    const connection = checkConnection(looks).then((finding) => this.#set(() => (this.#check = { ...this.#check, connection: finding })));
    await (again ? this.media.open() : this.openMedia());
    this.#set(() => (this.#check = { ...this.#check, ...checkDevices(this.media) }));
    await connection;
  }

  ready(): Promise<void> {
    return this.#tell(() => this.#api.ready());
  }

  cancel(): Promise<void> {
    return this.#tell(() => this.#api.cancel());
  }

  end(): Promise<void> {
    return this.#tell(() => this.#api.end());
  }

  survey(score: number, note: string): Promise<void> {
    return this.#tell(() => this.#api.survey(score, note));
  }

  /** Keeps a moment out of the recording, or lets it go on; the sign changes when the centre tells so. */
  async pauseRecording(paused: boolean): Promise<void> {
    try {
      await this.#api.pauseRecording(paused);
    } catch (error) {
      this.#set(() => (this.#problem = asRequestFailed(error)));
    }
  }

  toSurvey(): void {
    this.#set(() => (this.#toSurvey = true));
  }

  /** Calls a person of the branch to this kiosk; true when the call was taken. */
  async callPerson(): Promise<boolean> {
    try {
      await this.#api.callPerson(this.page.helpUrl);
      return true;
    } catch {
      return false;
    }
  }

  /** Goes back to the visit. On the kiosk the history must not grow, so that no later person can step back into it. */
  leave(): void {
    this.#call?.stop();
    this.media.close();
    if (this.page.at === "kiosk") location.replace(this.page.leaveUrl);
    else location.assign(this.page.leaveUrl);
  }

  /** Off to booking a time. On a phone the place in line stays until a time is booked; a kiosk's is given back. */
  async book(): Promise<void> {
    const { at, bookUrl } = this.page;
    if (at === "kiosk") await this.cancel();
    this.media.close();
    if (at === "kiosk") location.replace(bookUrl);
    else location.assign(bookUrl);
  }

  async cancelAndLeave(): Promise<void> {
    await this.cancel();
    this.leave();
  }

  /** Opens camera and microphone once, however many screens ask. */
  openMedia(): Promise<void> {
    this.#opening ??= this.media.open();
    return this.#opening;
  }

  #heardOf(view: ConsultView): void {
    this.#heard += 1;
    this.#set(() => {
      this.#view = view;
      this.#problem = null;
    });
    this.#makeRoom();
    void this.#keepInStep(view);
  }

  /** Whoever is invited finds a line in the offer. */
  #makeRoom(): void {
    this.#call?.makeRoom((this.#view?.guests ?? []).map((guest) => guest.seat));
  }

  async #keepInStep(view: ConsultView): Promise<void> {
    if (OVER_STATES.includes(view.state)) return this.#hangUp();
    if (view.state === "waiting" || CALL_STATES.includes(view.state)) await this.openMedia();
    const state = this.#view?.state;
    if (state && CALL_STATES.includes(state) && !this.#call) this.#join();
  }

  #join(): void {
    const tell = (standing: Standing) => this.#socket.mediaState(this.page.consult, standing);
    const call = new LiveCall({ consult: this.page.consult, side: "customer", seat: SEATS.customer, media: this.media, route: this.#api, iceServers: this.page.iceServers, tell });
    call.session.on("state", ({ to }) => void (to === "failed" && this.refresh()));
    this.#call = call;
    call.start();
    this.#makeRoom();
    this.#set(() => undefined);
  }

  #hangUp(): void {
    this.#call?.stop();
    this.#call = null;
    this.media.close();
    this.#opening = null;
    this.#set(() => undefined);
  }

  #lineChanged(line: Line): void {
    if (line === "open") this.#call?.tellAgain();
    this.#set(() => (this.#line = line));
  }

  /** Tells the centre something; a refusal may mean that the consult stands elsewhere by now. */
  async #tell(send: () => Promise<ConsultView>): Promise<void> {
    this.#set(() => (this.#busy = true));
    try {
      this.#heardOf(await send());
    } catch (error) {
      await this.refresh();
      this.#problem ??= asRequestFailed(error);
    } finally {
      this.#set(() => (this.#busy = false));
    }
  }

  #set(change: () => void): void {
    change();
    this.emit("change", undefined);
  }
}
