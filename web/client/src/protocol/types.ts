// Shapes that travel between centre and browser; signaling/payloads.py holds the same field names (signaling/PROTOCOL.md).

/** preparing: consent or device check not done; waiting: in line; accepted: an advisor won the claim; live: both were
 * connected once; ended: the call is over and the advisor writes; closed: what was agreed is written. */
export type ConsultState = "preparing" | "waiting" | "accepted" | "live" | "ended" | "closed" | "cancelled";

/** States in which both people belong on the media node. */
export const CALL_STATES: readonly ConsultState[] = ["accepted", "live"];

/** States after which nothing more is said by video. */
export const OVER_STATES: readonly ConsultState[] = ["ended", "closed", "cancelled"];

/** Whose page this is; a browser signed in as both says so with every offer. */
export type Side = "customer" | "advisor";

export type Channel = "phone" | "kiosk";
export type TicketState = "on_the_way" | "waiting" | "called" | "parked" | "finished" | "cancelled" | "no_show" | "expired";
export type PeerState = "connected" | "reconnecting" | "left";

/** How somebody's media stands, and whether their microphone is off. */
export interface Standing {
  readonly state: PeerState;
  readonly muted: boolean;
}

/** Whole minutes, an honest range: from, to. */
export type WaitRange = readonly [number, number];

/** Why nobody who waits can be called in now: every media node is full, or none answers. */
export type Delay = "full" | "away";

export interface Topic {
  readonly slug: string;
  readonly name: string;
}

export interface AdvisorCard {
  readonly name: string;
  readonly title: string;
}

/** How the recording stands. starting: the node has not said; pausing: asked for and not confirmed; failed: not recorded,
 * and where it is required, nobody is seen or heard. */
export interface RecorderView {
  readonly state: "starting" | "live" | "pausing" | "paused" | "failed";
  readonly required: boolean;
  /** Who paused it. */
  readonly by: Side | null;
  /** ISO 8601. */
  readonly since: string;
}

export type GuestRole = "companion" | "interpreter" | "expert" | "supervisor";
export type GuestState = "invited" | "joined" | "left" | "removed" | "expired";

/** How far a supervisor takes part. */
export type Mode = "listen" | "whisper" | "barge" | "lead";

/** One more person in a consult. */
export interface GuestCard {
  readonly id: string;
  /** 2 to 5; says on which lines they are seen and heard (signaling/PROTOCOL.md). */
  readonly seat: number;
  readonly role: GuestRole;
  readonly name: string;
  readonly state: GuestState;
  readonly media: PeerState | null;
  /** Their microphone is off. */
  readonly muted: boolean;
  /** false = does not want to be recorded; null = not asked yet. */
  readonly recording: boolean | null;
  /** Supervisors only. */
  readonly mode: Mode | null;
}

/** A time that was booked. first: goes first now; early: will at the time; late: came too late for it. */
export interface BookedTime {
  /** ISO 8601. */
  readonly at: string;
  /** HH:MM on the branch's clock. */
  readonly time: string;
  readonly turn: "first" | "early" | "late";
}

/** A consult as its customer may see it. */
export interface ConsultView {
  readonly id: string;
  readonly state: ConsultState;
  readonly topic: Topic & { readonly prepare: string };
  /** 1 = next; only while waiting. */
  readonly place: number | null;
  readonly wait: WaitRange | null;
  readonly delay: Delay | null;
  readonly advisor: AdvisorCard | null;
  /** The customer's answer to the consent; null = not asked yet. */
  readonly recording: boolean | null;
  readonly recorder: RecorderView | null;
  readonly agreed: string | null;
  readonly surveyed: boolean;
  /** ISO 8601; when the call began. */
  readonly started_at?: string | null;
  readonly guests: readonly GuestCard[];
  readonly booked: BookedTime | null;
  /** Whether an advisor of the topic is there now. */
  readonly staffed: boolean;
}

export interface TicketView {
  readonly number: string;
  readonly service: string;
  readonly state: TicketState;
  readonly ahead: number;
  readonly wait: WaitRange | null;
  readonly desk: string | null;
  readonly called_at: string | null;
  /** How often the number was called again. */
  readonly recalls: number;
  /** Why this ticket goes first, in words. */
  readonly priority: string | null;
  /** Stepped aside of their own accord. */
  readonly out: boolean;
  /** ISO 8601; until when the place of somebody who is not here is kept, and after a missed call the way back is open. */
  readonly back_until: string | null;
  /** ISO 8601; until when giving the number back can be undone. */
  readonly undo_until: string | null;
  /** The topic whose expert goes on where the desk ended. */
  readonly expert: Topic | null;
  /** ISO 8601; when the branch last told this. */
  readonly as_of: string;
  /** false = the branch cannot be reached now and the numbers may be old. */
  readonly reachable: boolean;
}

export interface TypeCard {
  readonly slug: string;
  readonly name: string;
  readonly line: string;
}

export interface CustomerSnapshot {
  readonly visit: { readonly id: string; readonly language: string; readonly type: TypeCard | null };
  readonly ticket: TicketView | null;
  readonly consult: ConsultView | null;
}

export interface WaitingConsult {
  readonly id: string;
  readonly topic: Topic;
  /** ISO 8601. */
  readonly waiting_since: string;
  readonly language: string;
  /** Name of the financial type, for the conversation only. */
  readonly type: string | null;
  readonly channel: Channel;
  readonly reason: string | null;
  readonly delay: Delay | null;
}

/** An appointment of today. here: stands in line; kept: an advisor has taken the call. */
export interface Booking {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** HH:MM on the branch's clock. */
  readonly time: string;
  readonly topic: Topic;
  readonly language: string;
  /** Name of the financial type. */
  readonly type: string | null;
  readonly state: "booked" | "here" | "kept" | "missed";
}

export interface ThreadEntry {
  readonly at: string;
  readonly kind: string;
  /** A sentence in the advisor's language. */
  readonly text: string;
}

/** A consult as its advisor may see it. */
export interface AdvisorConsult {
  readonly id: string;
  readonly state: ConsultState;
  readonly topic: Topic;
  readonly language: string;
  readonly channel: Channel;
  readonly recording: boolean;
  readonly recorder: RecorderView | null;
  readonly type: (TypeCard & { readonly topic: string }) | null;
  readonly ticket: TicketView | null;
  readonly thread: readonly ThreadEntry[];
  readonly started_at: string | null;
  readonly agreed: string | null;
  readonly guests: readonly GuestCard[];
}

/** Customer or advisor, as one more person in the consult sees them. */
export interface HostCard {
  readonly side: Side;
  readonly media: PeerState | null;
  readonly muted: boolean;
  /** Seconds since they were lost or went; null = there. */
  readonly away: number | null;
}

/** A consult as one more person in it may see it. */
export interface GuestConsult {
  readonly id: string;
  readonly state: ConsultState;
  readonly topic: Topic;
  readonly advisor: AdvisorCard | null;
  readonly recording: boolean;
  readonly recorder: RecorderView | null;
  readonly started_at: string | null;
  readonly hosts: readonly HostCard[];
}

export interface GuestSnapshot {
  readonly me: GuestCard;
  readonly consult: GuestConsult;
  /** Everyone else beside customer and advisor. */
  readonly guests: readonly GuestCard[];
}

export interface AdvisorSnapshot {
  readonly advisor: { readonly name: string; readonly topics: readonly string[] };
  readonly waiting: readonly WaitingConsult[];
  readonly bookings: readonly Booking[];
  readonly mine: AdvisorConsult | null;
}

/** How the centre says no: a stable code and a sentence in the reader's language. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
}

export type Ack<Fields extends object = object> = ({ readonly ok: true } & Fields) | { readonly ok: false; readonly error: ErrorBody };
