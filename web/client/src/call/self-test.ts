// The whole way of a call looked at piece by piece, so that whoever helps knows which one is in the way.
import { asRequestFailed, type RequestFailed } from "../protocol/errors";
import { offerForTest } from "../protocol/self-test";
import { nodeFault, type Finding, type Looks } from "./check";
import { reachesNode, reachesRelay, relaysByWay, type Way } from "./paths";

/** What was seen of the ways; undefined = not looked at yet. */
export interface WaysSeen {
  readonly centre?: boolean;
  /** null: a media node answered. */
  readonly node?: RequestFailed | null;
  readonly direct?: boolean;
  /** Each way that is set up. */
  readonly relays?: ReadonlyMap<Way, boolean>;
}

/** none: not set up here, and not needed where the direct way is open. */
export type PieceFinding = Finding | { readonly result: "none" };
export type Piece = "centre" | "node" | "direct" | "relay";

/** What a page is told of the ways that media can take. */
export interface PageWays {
  readonly csrf: string;
  readonly iceServers: RTCIceServer[];
}

/** The two ways to a media node: directly, and by the relays alone. */
export function waysOf({ csrf, iceServers }: PageWays): Pick<Looks, "direct" | "relayed"> {
  const offer = (sdp: string) => offerForTest(sdp, csrf);
  return {
    direct: () => reachesNode(offer, {}),
    relayed: async () => iceServers.length > 0 && reachesNode(offer, { iceServers, iceTransportPolicy: "relay" }),
  };
}

const WAIT: Finding = { result: "wait" };
const PASS: Finding = { result: "pass" };

/** Says of each piece how it stands. */
export function judge(seen: WaysSeen): Readonly<Record<Piece, PieceFinding>> {
  if (seen.centre === false) {
    const lost: Finding = { result: "fail", cause: "unreachable" };
    return { centre: lost, node: lost, direct: lost, relay: lost };
  }
  return { centre: seen.centre ? PASS : WAIT, node: judgeNode(seen), direct: judgeDirect(seen), relay: judgeRelay(seen) };
}

function judgeNode({ node }: WaysSeen): Finding {
  if (node === undefined) return WAIT;
  return node ? { result: "fail", cause: nodeFault(node) } : PASS;
}

function judgeDirect({ node, direct, relays }: WaysSeen): Finding {
  if (node) return { result: "fail", cause: nodeFault(node) };
  if (direct === undefined) return WAIT;
  if (direct) return PASS;
  if (relays === undefined) return WAIT;
  const relayed = [...relays.values()].includes(true);
  return relayed ? { result: "warn", cause: "no-udp" } : { result: "fail", cause: "no-route" };
}

function judgeRelay({ direct, relays }: WaysSeen): PieceFinding {
  if (relays === undefined) return WAIT;
  if (relays.size === 0) return { result: "none" };
  if (![...relays.values()].includes(false)) return PASS;
  const some = [...relays.values()].includes(true);
  return { result: some || direct ? "warn" : "fail", cause: some ? "some-relays" : "no-relay" };
}

/** Looks at one piece after another and tells each time what is known by then. */
export async function lookAtWays(
  ask: () => Promise<unknown>,
  page: PageWays,
  tell: (seen: WaysSeen) => void,
): Promise<void> {
  let seen: WaysSeen = {};
  const learn = (more: WaysSeen) => tell((seen = { ...seen, ...more }));
  const centre = await ask().then(() => true, () => false);
  learn({ centre });
  if (!centre) return;
  learn(await lookAtNode(waysOf(page).direct));
  learn({ relays: await lookAtRelays(page.iceServers) });
}

async function lookAtNode(direct: Looks["direct"]): Promise<WaysSeen> {
  try {
    return { direct: await direct(), node: null };
  } catch (error) {
    return { node: asRequestFailed(error), direct: false };
  }
}

async function lookAtRelays(servers: readonly RTCIceServer[]): Promise<ReadonlyMap<Way, boolean>> {
  const ways = [...relaysByWay(servers)];
  const found = await Promise.all(ways.map(async ([way, server]) => [way, await reachesRelay(server)] as const));
  return new Map(found);
}
