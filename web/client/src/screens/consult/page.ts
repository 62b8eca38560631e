// What the server puts into the consult page.
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
  readonly consult: string;
  readonly at: Channel;
  readonly consent: ConsentText;
  readonly iceServers: RTCIceServer[];
  readonly leaveUrl: string;
  /** Kiosk: where a person is called. */
  readonly helpUrl: string;
  /** Kiosk only. */
  readonly idle?: IdleTimes;
}
