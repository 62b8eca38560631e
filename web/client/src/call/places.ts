// Which lines of a connection show whom: everyone's seat has a voice, a camera and a screen (signaling/PROTOCOL.md).

/** What comes from one other person. */
export interface RemotePerson {
  /** Voice and camera. */
  readonly stream: MediaStream;
  readonly screen: MediaStreamTrack;
}

/** Everyone else by place; a place without anybody carries nothing. */
export type RemotePeople = readonly RemotePerson[];

export const SEATS = { customer: 0, advisor: 1 } as const;

/** Offers grow in these steps, so that a room that fills up is not joined anew for each person. */
const STEPS = [1, 3, 5] as const;

/** Where somebody's seat is among the others, seen from one's own seat. */
export function placeOf(seat: number, own: number): number {
  return seat < own ? seat : seat - 1;
}

/** So many places an offer needs to show everyone up to this seat. */
export function placesFor(seats: readonly number[], own: number): number {
  const needed = Math.max(1, ...seats.filter((seat) => seat !== own).map((seat) => placeOf(seat, own) + 1));
  return STEPS.find((step) => step >= needed) ?? needed;
}

/** The lines beyond one's own voice and camera, in order: the own screen with the first person's, then the others'. */
export function addPlaces(connection: RTCPeerConnection, places: number): RTCRtpSender {
  const screen = connection.addTransceiver("video", { direction: "sendrecv", sendEncodings: [{ maxBitrate: SCREEN_BITRATE }] }).sender;
  for (let place = 1; place < places; place += 1) {
    connection.addTransceiver("audio", { direction: "recvonly" });
    for (let line = 0; line < 2; line += 1) leanly(connection.addTransceiver("video", { direction: "recvonly" }));
  }
  return screen;
}

const SCREEN_BITRATE = 1_500_000; // bits per second; text stays sharp, frames give way

const NODE_SPEAKS = ["video/vp8", "video/h264", "video/rtx"];

/** Names only codecs that the node knows: an offer for six would else be longer than it takes. */
function leanly(line: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const known = codecs.filter((codec) => NODE_SPEAKS.includes(codec.mimeType.toLowerCase()));
  if (known.length > 0) line.setCodecPreferences(known);
}

/** Sorts what was received by place, in the order of the lines. */
export function remotePeople(connection: RTCPeerConnection): RemotePeople {
  const tracks = connection.getReceivers().map((receiver) => receiver.track);
  const voices = tracks.filter((track) => track.kind === "audio");
  const pictures = tracks.filter((track) => track.kind === "video");
  return voices.flatMap((voice, place) => {
    const [camera, screen] = [pictures[2 * place], pictures[2 * place + 1]];
    return camera && screen ? [{ stream: new MediaStream([voice, camera]), screen }] : [];
  });
}

/** The rows that are about one place's voice and camera, and what they need to be understood. */
export function reportOf(connection: RTCPeerConnection, report: RTCStatsReport, place: number): RTCStatsReport {
  const lines = connection.getTransceivers();
  const audio = lines.filter((line) => line.receiver.track.kind === "audio")[place];
  const video = lines.filter((line) => line.receiver.track.kind === "video")[2 * place];
  const wanted = new Set([audio?.mid, video?.mid]);
  const about = (row: { type?: string; mid?: string }) => !row.type?.endsWith("bound-rtp") || row.mid === undefined || wanted.has(row.mid);
  return new Map([...report].filter(([, row]) => about(row as { type?: string; mid?: string }))) as unknown as RTCStatsReport;
}
