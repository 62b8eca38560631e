// Candidates as an SDP fragment (RFC 8840, section 9).
import assert from "node:assert/strict";
import { test } from "node:test";
import { fragment } from "./trickle";

const OFFER = [
  "v=0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=ice-ufrag:EsAw",
  "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
  "a=mid:0",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "a=ice-ufrag:EsAw",
  "a=mid:1",
  "",
].join("\r\n");

test("candidates stand under the m-line of their mid, with the credentials of the offer", () => {
  const body = fragment(OFFER, [{ candidate: "candidate:1 1 udp 2122 192.0.2.1 5000 typ host", sdpMid: "0" }], false);
  assert.deepEqual(body.split("\r\n"), [
    "a=ice-ufrag:EsAw",
    "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=mid:0",
    "a=candidate:1 1 udp 2122 192.0.2.1 5000 typ host",
    "",
  ]);
});

test("the end of candidates is told even when none was left to tell", () => {
  const body = fragment(OFFER, [], true);
  assert.match(body, /a=mid:0\r\na=end-of-candidates\r\n$/);
  assert.doesNotMatch(body, /a=mid:1/);
});

test("an offer without credentials is no offer", () => {
  assert.throws(() => fragment("v=0\r\nm=audio 9 x 0\r\na=mid:0\r\n", [], true), /ice-ufrag/);
});
