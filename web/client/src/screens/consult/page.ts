// What the server puts into the consult page.
import type { Channel } from "../../protocol/types";

export interface ConsentText {
  readonly version: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** The main button: names the recording. */
  readonly agree: string;
  readonly without: string;
}

export interface ConsultPage {
  readonly consult: string;
  readonly at: Channel;
  readonly consent: ConsentText;
  readonly iceServers: RTCIceServer[];
  readonly leaveUrl: string;
  readonly helpUrl: string;
}
