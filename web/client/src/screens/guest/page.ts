// What the server puts into the page of one more person in a consult.
import type { GuestSnapshot } from "../../protocol/types";
import type { ConsentText } from "../consult/page";

export interface GuestPage {
  readonly guest: string;
  /** phone: invited by a link; console: a manager who supervises. */
  readonly at: "phone" | "console";
  /** The seat is this browser's already. */
  readonly joined: boolean;
  readonly snapshot: GuestSnapshot;
  readonly iceServers: RTCIceServer[];
  /** Seconds for which the consult is kept for somebody who is away. */
  readonly hold: number;
  /** Invited only: the link's secret, the question about the recording, and whether there is one. */
  readonly token?: string;
  readonly consent?: ConsentText;
  readonly recorded?: boolean;
  /** Supervisors only. */
  readonly modeUrl?: string;
  readonly leaveUrl?: string;
}
