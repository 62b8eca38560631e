// The page's sign of life: which screen it is, whether camera and microphone are there, and the version it came with.
import { replace } from "./navigation";

export type DeviceKind = "kiosk" | "display" | "desk";
export type Sense = "ok" | "missing" | "denied" | "unknown";

const EVERY = 20_000; // ms

export interface PulsePage {
  readonly csrf: string;
  readonly version: string;
}

/** Tells the hub at once and every 20 seconds that this page is there; where its device was revoked, the page leaves. */
export function keepPulse(kind: DeviceKind, page: PulsePage): void {
  const beat = () => void tell(kind, page).catch(() => undefined); // the line is cut: the hub sees for itself
  beat();
  setInterval(beat, EVERY);
}

async function tell(kind: DeviceKind, page: PulsePage): Promise<void> {
  const senses = kind === "kiosk" ? await feelSenses() : {};
  const answer = await fetch("/pulse", {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": page.csrf },
    body: JSON.stringify({ kind, version: page.version, ...senses }),
  });
  if (!answer.ok) return;
  const { to } = (await answer.json()) as { readonly to: string | null };
  if (to !== null) replace(to);
}

/** Whether there is a camera and a microphone that may be used; neither is switched on to find out. */
async function feelSenses(): Promise<Record<"camera" | "microphone", Sense>> {
  const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
  const one = async (name: "camera" | "microphone", kind: MediaDeviceKind): Promise<Sense> => {
    if (!devices) return "unknown";
    if (!devices.some((device) => device.kind === kind)) return "missing";
    const asked = await navigator.permissions?.query({ name: name as PermissionName }).catch(() => null);
    return senseOf(asked?.state);
  };
  return { camera: await one("camera", "videoinput"), microphone: await one("microphone", "audioinput") };
}

/** What a permission means for a device that is there; one that would still be asked for can be had with a tap. */
export function senseOf(permission: PermissionState | undefined): Sense {
  return permission === "denied" ? "denied" : "ok";
}
