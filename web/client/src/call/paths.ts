// Trying the ways that media can take, each for some seconds and with nothing of the person's own in it.

/** How a relay is reached: turn: over UDP or TCP, turns: over TLS (RFC 7065). */
export type Way = "udp" | "tcp" | "tls";

const GATHERING_LIMIT = 1_500; // ms; addresses found until then must do
const RELAY_LIMIT = 4_000; // ms until a relay that says nothing counts as closed
const CONNECT_LIMIT = 5_000; // ms; a way that is open connects within a tenth of that

/** Joins the node as `offer` reaches it, by the ways that `configuration` leaves; true when media could flow.
 *
 * Raises what `offer` raises. */
export async function reachesNode(offer: (sdp: string) => Promise<string>, configuration: RTCConfiguration): Promise<boolean> {
  const connection = connectionFor(configuration);
  try {
    await connection.setLocalDescription();
    await settles(connection, "icegatheringstatechange", () => connection.iceGatheringState === "complete", GATHERING_LIMIT);
    const sdp = await offer(connection.localDescription?.sdp ?? "");
    await connection.setRemoteDescription({ type: "answer", sdp });
    return await settles(connection, "connectionstatechange", () => connection.connectionState === "connected", CONNECT_LIMIT);
  } finally {
    connection.close();
  }
}

/** True when this relay gives an address of its own. */
export async function reachesRelay(server: RTCIceServer): Promise<boolean> {
  const connection = connectionFor({ iceServers: [server], iceTransportPolicy: "relay" });
  let found = false;
  connection.addEventListener("icecandidate", ({ candidate }) => (found ||= Boolean(candidate?.candidate)));
  const over = () => found || connection.iceGatheringState === "complete";
  try {
    await connection.setLocalDescription();
    await Promise.race([
      settles(connection, "icecandidate", over, RELAY_LIMIT),
      settles(connection, "icegatheringstatechange", over, RELAY_LIMIT),
    ]);
    return found;
  } finally {
    connection.close();
  }
}

/** The relays among `servers`, one for each way. */
export function relaysByWay(servers: readonly RTCIceServer[]): ReadonlyMap<Way, RTCIceServer> {
  const ways = new Map<Way, RTCIceServer>();
  for (const server of servers) {
    for (const url of [server.urls].flat()) {
      const way = wayOf(url);
      if (way && !ways.has(way)) ways.set(way, { ...server, urls: url });
    }
  }
  return ways;
}

function wayOf(url: string): Way | null {
  if (url.startsWith("turns:")) return "tls";
  if (!url.startsWith("turn:")) return null;
  return url.endsWith("?transport=tcp") ? "tcp" : "udp";
}

function connectionFor(configuration: RTCConfiguration): RTCPeerConnection {
  const connection = new RTCPeerConnection({ ...configuration, bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
  for (const medium of ["audio", "video"]) connection.addTransceiver(medium);
  return connection;
}

/** True once `reached` says so after one of these events, false after `limit` milliseconds without. */
function settles(connection: RTCPeerConnection, event: string, reached: () => boolean, limit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => reached() && resolve(true);
    connection.addEventListener(event, look);
    setTimeout(() => resolve(reached()), limit);
    look();
  });
}
