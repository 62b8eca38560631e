// The check before a call: camera, microphone and connection, each pass, warn or fail. Warn may continue.
import { RequestFailed } from "../protocol/errors";
import type { DeviceFault, LocalMedia } from "./devices";

/** wait: still being looked at. */
export type Result = "wait" | "pass" | "warn" | "fail";

/** slow: the centre's answers take long; unreachable: it does not answer; no-node: no media node does; full: none has a place
 * left; no-udp: only a relay carries media; some-relays, no-relay: of the relays some or none answer; no-route: nothing
 * carries media. */
export type LineFault = "slow" | "unreachable" | "no-node" | "full" | "no-udp" | "some-relays" | "no-relay" | "no-route";

export type Finding =
  | { readonly result: "wait" }
  | { readonly result: "pass" }
  | { readonly result: "warn" | "fail"; readonly cause: DeviceFault | LineFault };

export interface Check {
  readonly camera: Finding;
  readonly microphone: Finding;
  readonly connection: Finding;
}

/** Ways to look at a connection; each raises RequestFailed where the centre refuses or is away. */
export interface Looks {
  /** Asks the centre anything. */
  ask(): Promise<unknown>;
  /** Joins a media node directly; false when no media gets through. */
  direct(): Promise<boolean>;
  /** The same by way of the relays alone; false without any. */
  relayed(): Promise<boolean>;
}

export const WAITING: Check = { camera: { result: "wait" }, microphone: { result: "wait" }, connection: { result: "wait" } };

const PASS: Finding = { result: "pass" };
const SLOW = 800; // ms for a question to the centre and back

/** The call may begin: nothing failed, nothing is still being looked at. */
export function mayContinue(check: Check): boolean {
  return Object.values(check).every((finding: Finding) => finding.result === "pass" || finding.result === "warn");
}

/** A consult needs a voice; without a picture it can go on. */
export function checkDevices(media: LocalMedia): Pick<Check, "camera" | "microphone"> {
  const camera = media.fault("video");
  const microphone = media.fault("audio");
  const insecure = camera === "insecure";
  return {
    camera: camera ? { result: insecure ? "fail" : "warn", cause: camera } : PASS,
    microphone: microphone ? { result: "fail", cause: microphone } : PASS,
  };
}

/** Asks the centre once, then proves by joining that media passes. */
export async function checkConnection(looks: Looks): Promise<Finding> {
  const centre = await checkCentre(looks.ask);
  if (centre.result === "fail") return centre;
  const media = await checkMedia(looks);
  return media.result === "pass" ? centre : media;
}

async function checkCentre(ask: () => Promise<unknown>): Promise<Finding> {
  const began = performance.now();
  try {
    await ask();
  } catch {
    return { result: "fail", cause: "unreachable" };
  }
  return performance.now() - began > SLOW ? { result: "warn", cause: "slow" } : PASS;
}

async function checkMedia({ direct, relayed }: Looks): Promise<Finding> {
  try {
    if (await direct()) return PASS;
    return (await relayed()) ? { result: "warn", cause: "no-udp" } : { result: "fail", cause: "no-route" };
  } catch (error) {
    // Until the person's turn a place may be free again: warn, and let them stand in line.
    return { result: "warn", cause: nodeFault(error) };
  }
}

/** What a refusal to join a media node means. */
export function nodeFault(error: unknown): LineFault {
  return error instanceof RequestFailed && error.code === "media.full" ? "full" : "no-node";
}
