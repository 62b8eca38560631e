// Typed sockets to the centre: snapshots and hints come in, requests go out with an acknowledgement.
import { io, type Socket } from "socket.io-client";
import { Emitter } from "./emitter";
import { CentreUnreachable, isErrorBody, RequestFailed } from "./errors";
import type {
  Ack,
  AdvisorConsult,
  AdvisorSnapshot,
  Booking,
  ConsultView,
  CustomerSnapshot,
  ErrorBody,
  GuestSnapshot,
  Standing,
  TicketView,
  WaitingConsult,
} from "./types";

const ACK_TIMEOUT = 8_000; // ms
const REFUSED_PAUSE = 4_000; // ms; after a refusal socket.io itself does not try again

/** Where the line to the centre stands. */
export type Line = "connecting" | "open" | "broken";

interface LineEvents {
  line: Line;
  /** The centre refused the connection itself. */
  refused: ErrorBody;
  "peer.media": Standing;
  /** The media node changed: join again now. */
  "media.moved": object;
}

export interface CustomerEvents extends LineEvents {
  snapshot: CustomerSnapshot;
  "consult.changed": ConsultView;
  "ticket.changed": TicketView;
}

export interface StaffEvents extends LineEvents {
  snapshot: AdvisorSnapshot;
  "waiting.changed": readonly WaitingConsult[];
  "bookings.changed": readonly Booking[];
  "consult.changed": AdvisorConsult;
}

export interface GuestEvents extends LineEvents {
  snapshot: GuestSnapshot;
}

const LINE_EVENTS = ["peer.media", "media.moved"] as const;

/** One namespace of the centre; the centre pushes `snapshot` after every connect, so a missed hint is never lost. */
abstract class CentreSocket<Events extends LineEvents> extends Emitter<Events> {
  readonly #socket: Socket;

  constructor(namespace: string, csrf: string, events: readonly (keyof Events & string)[]) {
    super();
    // WebSocket first: with several centre processes behind a proxy long polling would need sticky sessions.
    this.#socket = io(namespace, {
      auth: { csrf },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 4_000,
      autoConnect: false,
    });
    for (const name of events) this.#hear(name);
    this.#watchLine();
  }

  connect(): void {
    this.#socket.connect();
  }

  close(): void {
    this.#socket.disconnect();
  }

  /** Asks for a fresh snapshot; it arrives as the `snapshot` event. */
  refresh(): void {
    if (this.#socket.connected) this.#socket.emit("snapshot", {});
  }

  /** Tells the centre how this side's media stands; dropped while the line is broken, said again after the next connect. */
  mediaState(consult: string, standing: Standing): void {
    if (this.#socket.connected) this.#socket.emit("media.state", { consult, ...standing });
  }

  /** As `mediaState`, for whoever has one seat and says nothing else. */
  guestState(standing: Standing): void {
    if (this.#socket.connected) this.#socket.emit("media.state", standing);
  }

  /** Sends a request and waits for its acknowledgement; raises RequestFailed. */
  protected async request<Fields extends object>(name: string, detail: object): Promise<Fields> {
    const answer = await this.#ask<Fields>(name, detail);
    if (answer.ok) return answer;
    throw new RequestFailed(answer.error.code, 0, answer.error.message);
  }

  async #ask<Fields extends object>(name: string, detail: object): Promise<Ack<Fields>> {
    try {
      return (await this.#socket.timeout(ACK_TIMEOUT).emitWithAck(name, detail)) as Ack<Fields>;
    } catch (error) {
      throw new CentreUnreachable(error);
    }
  }

  #refused(error: ErrorBody): void {
    this.emit("refused", error as Events["refused"]);
    if (error.code !== "access.denied") this.#connectLater();
  }

  #connectLater(): void {
    setTimeout(() => this.#socket.connect(), REFUSED_PAUSE);
  }

  #hear<Name extends keyof Events & string>(name: Name): void {
    this.#socket.on(name as string, (detail: Events[Name]) => this.emit(name, detail));
  }

  #watchLine(): void {
    const tell = (line: Line) => this.emit("line", line as Events["line"]);
    this.#socket.on("connect", () => tell("open"));
    this.#socket.on("disconnect", () => tell("broken"));
    this.#socket.on("connect_error", (error: Error & { data?: unknown }) => {
      tell("broken");
      if (isErrorBody(error.data)) this.#refused(error.data);
      else if (!this.#socket.active) this.#connectLater();
    });
  }
}

/** The customer's side: own consult and ticket. */
export class CustomerSocket extends CentreSocket<CustomerEvents> {
  constructor(csrf: string) {
    super("/customer", csrf, ["snapshot", "consult.changed", "ticket.changed", ...LINE_EVENTS]);
  }
}

/** The advisor's side: who waits, and the one consult that is mine. */
export class StaffSocket extends CentreSocket<StaffEvents> {
  constructor(csrf: string) {
    super("/staff", csrf, ["snapshot", "waiting.changed", "bookings.changed", "consult.changed", ...LINE_EVENTS]);
  }

  /** Claims a waiting consult; raises RequestFailed `consult.taken` when another advisor was faster. */
  async accept(consult: string): Promise<AdvisorConsult> {
    return (await this.request<{ consult: AdvisorConsult }>("consult.accept", { consult })).consult;
  }

  async end(consult: string): Promise<void> {
    await this.request("consult.end", { consult });
  }

  async closeConsult(consult: string, agreed: string): Promise<void> {
    await this.request("consult.close", { consult, agreed });
  }
}

/** One more person in a consult: everything they may see comes in the snapshot. */
export class GuestSocket extends CentreSocket<GuestEvents> {
  constructor(csrf: string) {
    super("/guest", csrf, ["snapshot", "media.moved"]);
  }
}
