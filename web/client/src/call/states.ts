// What a call can be in, and what its session tells and needs.
import { RequestFailed } from "../protocol/errors";
import type { Clock } from "./clock";
import type { Gathering, LocalTracks, PeerLink } from "./peer";
import type { RemotePeople } from "./places";

/** new: not started; joining: never connected yet; live: media can flow; reconnecting: was live, comes back by itself;
 * failed: the centre said no for good; closed: left. */
export type CallState = "new" | "joining" | "live" | "reconnecting" | "failed" | "closed";

/** States in which the session works on being connected. */
export const STRIVING_STATES: readonly CallState[] = ["joining", "reconnecting"];

/** The next attempt to join: `at` in milliseconds since the epoch. */
export interface Retry {
  readonly attempt: number;
  readonly at: number;
  readonly error: RequestFailed;
}

export interface CallEvents {
  state: { readonly from: CallState; readonly to: CallState };
  people: RemotePeople;
  /** null = the attempt is being made. */
  retry: Retry | null;
}

export interface CallOptions {
  readonly connect: (tracks: LocalTracks, gathering: Gathering, places: number) => PeerLink;
  readonly tracks: LocalTracks;
  readonly clock: Clock;
}

/** The connection was made or answered, but did not carry. */
export class MediaLost extends RequestFailed {
  override readonly name = "MediaLost";

  constructor(reason: string) {
    super("media.lost", 0, reason);
  }
}
