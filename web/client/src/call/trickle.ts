// ICE candidates as the body of a PATCH: an SDP fragment (RFC 8840, section 9) of one bundled transport.

/** The fields of an RTCIceCandidate that a fragment needs. */
export interface FoundCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
}

/** Writes candidates as application/trickle-ice-sdpfrag.
 *
 * offer: the SDP they belong to, for its ICE credentials and m-lines; ended: no more candidates will come. */
export function fragment(offer: string, candidates: readonly FoundCandidate[], ended: boolean): string {
  const lines = [sessionLine(offer, "a=ice-ufrag:"), sessionLine(offer, "a=ice-pwd:")];
  for (const [mid, media] of mediaLines(offer)) {
    const found = candidates.filter((candidate) => candidate.sdpMid === mid);
    if (found.length === 0 && !(ended && mid === firstMid(offer))) continue;
    lines.push(media, `a=mid:${mid}`, ...found.map((candidate) => `a=${candidate.candidate}`));
    if (ended) lines.push("a=end-of-candidates");
  }
  return lines.join("\r\n") + "\r\n";
}

function sessionLine(sdp: string, start: string): string {
  const line = splitLines(sdp).find((candidate) => candidate.startsWith(start));
  if (line === undefined) throw new Error(`the offer has no ${start}`);
  return line;
}

function mediaLines(sdp: string): [string, string][] {
  const sections = sdp.split(/\r?\n(?=m=)/).slice(1);
  return sections.map((section) => [/^a=mid:(.+?)\r?$/m.exec(section)?.[1] ?? "", splitLines(section)[0] ?? ""]);
}

function firstMid(sdp: string): string {
  return mediaLines(sdp)[0]?.[0] ?? "";
}

function splitLines(sdp: string): string[] {
  return sdp.split(/\r?\n/);
}
