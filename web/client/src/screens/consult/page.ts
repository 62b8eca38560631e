// What the server puts into the consult page.
import type { BackdropOffer } from "../../call/backdrop";
import type { Channel } from "../../protocol/types";
import type { IdleTimes } from "../kiosk/idle";

export interface ConsentText {
  readonly version: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** The main button: names the recording. */
  readonly agree: string;
  readonly without: string;
  /** The topic may not be talked about unrecorded. */
  readonly required: boolean;
}

export interface ConsultPage {
  readonly csrf: string;
  readonly consult: string;
  readonly at: Channel;
  readonly consent: ConsentText;
  readonly iceServers: RTCIceServer[];
  /** Seconds for which a consult is kept for somebody who is away. */
  readonly hold: number;
  /** Absent where the server has no model for it. */
  readonly backdrop?: BackdropOffer | null;
  readonly leaveUrl: string;
  /** Where a time for this topic is booked. */
  readonly bookUrl: string;
  /** Kiosk: where a person is called. */
  readonly helpUrl: string;
  /** Kiosk only. */
  readonly idle?: IdleTimes;
}
