// What the screens before a call need to know of whoever is about to join it: the customer, or a guest.
import type { Check } from "../../call/check";
import type { LocalMedia } from "../../call/devices";
import type { RequestFailed } from "../../protocol/errors";
import type { Line } from "../../protocol/sockets";
import type { Topic } from "../../protocol/types";

export interface Entrant {
  readonly media: LocalMedia;
  readonly check: Check;
  readonly page: { readonly at: string };
  readonly view: { readonly topic: Topic } | null;
  readonly problem: RequestFailed | null;
  readonly line: Line;
  readonly busy: boolean;
  /** What the way on from the device check is called; the waiting room unless said otherwise. */
  readonly onward?: string;
  runCheck(again?: boolean): Promise<void>;
  ready(): Promise<void>;
  cancelAndLeave(): Promise<void>;
  callPerson(): Promise<boolean>;
}
