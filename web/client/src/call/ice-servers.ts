// The ways for media that a page was told: their credentials expire, and a page may stay open for longer.

const RENEW_EVERY = 60 * 60_000; // ms; they last half a day unless set otherwise

/** Asks the centre for relays with fresh credentials. */
export async function askForRelays(): Promise<RTCIceServer[]> {
  const answer = await fetch("/api/ice-servers", { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`no relays: ${answer.status}`);
  return ((await answer.json()) as { iceServers: RTCIceServer[] }).iceServers;
}

/** Fills `servers`, the one list that every new connection of the page reads, anew each hour; returns what ends that. */
export function keepFresh(servers: RTCIceServer[], ask = askForRelays, every = RENEW_EVERY): () => void {
  if (servers.length === 0) return () => undefined;
  const timer = setInterval(() => void renew(servers, ask), every);
  return () => clearInterval(timer);
}

/** Without an answer the old ones stay: they may still do. */
async function renew(servers: RTCIceServer[], ask: () => Promise<RTCIceServer[]>): Promise<void> {
  const fresh = await ask().catch(() => null);
  if (fresh) servers.splice(0, servers.length, ...fresh);
}
