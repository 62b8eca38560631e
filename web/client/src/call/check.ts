// The check before a call: camera, microphone and connection, each pass, warn or fail. Warn may continue.
import type { DeviceFault, LocalMedia } from "./devices";

/** wait: still being looked at. */
export type Result = "wait" | "pass" | "warn" | "fail";

export type Finding =
  | { readonly result: "wait" }
  | { readonly result: "pass" }
  | { readonly result: "warn" | "fail"; readonly cause: DeviceFault | "slow" | "unreachable" | "no-route" };

export interface Check {
  readonly camera: Finding;
  readonly microphone: Finding;
  readonly connection: Finding;
}

export const WAITING: Check = { camera: { result: "wait" }, microphone: { result: "wait" }, connection: { result: "wait" } };

const SLOW = 800; // ms for a question to the centre and back
const GATHERING_LIMIT = 4_000; // ms until no address of our own counts as none

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
    camera: camera ? { result: insecure ? "fail" : "warn", cause: camera } : { result: "pass" },
    microphone: microphone ? { result: "fail", cause: microphone } : { result: "pass" },
  };
}

/** Asks the centre once and looks for a way out for media. */
export async function checkConnection(ask: () => Promise<unknown>, gather: () => Promise<boolean>): Promise<Finding> {
  const began = performance.now();
  try {
    await ask();
  } catch {
    return { result: "fail", cause: "unreachable" };
  }
  const took = performance.now() - began;
  // Only joining proves that media passes, so this warns and does not forbid.
  if (!(await gather())) return { result: "warn", cause: "no-route" };
  return took > SLOW ? { result: "warn", cause: "slow" } : { result: "pass" };
}

/** True when this browser finds at least one address of its own that media can use. */
export function canGather(iceServers: RTCIceServer[]): Promise<boolean> {
  const connection = new RTCPeerConnection({ iceServers });
  connection.addTransceiver("audio");
  const found = new Promise<boolean>((resolve) => {
    connection.onicecandidate = (event) => event.candidate?.candidate && resolve(true);
    setTimeout(() => resolve(false), GATHERING_LIMIT);
    void connection.setLocalDescription();
  });
  return found.finally(() => connection.close());
}
