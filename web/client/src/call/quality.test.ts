// Numbers of a call from rows as browsers report them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, isStrained, readSample } from "./quality";

function report(packets: number, lost: number, frames: number, roundTrip: number): Map<string, unknown> {
  const rows = [
    { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: roundTrip },
    { type: "candidate-pair", nominated: false, state: "succeeded", currentRoundTripTime: 9 },
    { type: "outbound-rtp", kind: "video", packetsSent: packets, bytesSent: packets * 1000 },
    { type: "inbound-rtp", kind: "audio", packetsReceived: 50, bytesReceived: 5000, totalSamplesDuration: 1.5, totalAudioEnergy: 0.2 },
    { type: "inbound-rtp", kind: "video", packetsReceived: packets, bytesReceived: packets * 1000, packetsLost: lost, framesDecoded: frames, freezeCount: 1, frameWidth: 1280, frameHeight: 720 },
  ];
  return new Map(rows.map((row, index) => [String(index), row]));
}

test("a sample reads each direction and the pair in use", () => {
  const sample = readSample(report(100, 3, 30, 0.05), 1000);
  assert.equal(sample.roundTrip, 50);
  assert.deepEqual(sample.received.video, { packets: 100, bytes: 100_000, lost: 3, framesDecoded: 30, freezes: 1, width: 1280, height: 720 });
  assert.equal(sample.received.audio.energy, 0.2);
  assert.equal(sample.sent.video.bytes, 100_000);
  assert.equal(sample.sent.audio.packets, 0);
});

test("two samples make rates", () => {
  const quality = compare(readSample(report(100, 0, 30, 0.05), 0), readSample(report(350, 0, 90, 0.05), 2000));
  assert.deepEqual([quality.bitrateIn, quality.bitrateOut, quality.framesPerSecond, quality.loss], [1_000_000, 1_000_000, 30, 0]);
  assert.equal(quality.grade, "good");
});

test("much loss or a long way makes a call weak", () => {
  const before = readSample(report(100, 0, 30, 0.05), 0);
  assert.equal(compare(before, readSample(report(190, 10, 60, 0.05), 2000)).grade, "weak");
  assert.equal(compare(before, readSample(report(200, 0, 60, 0.9), 2000)).grade, "weak");
});

test("what keeps a call from being good is named, the voice first", () => {
  const before = readSample(report(100, 0, 30, 0.05), 0);
  const after = (lost: number, roundTrip: number, reason = "none") => {
    const rows = [...report(200 - lost, lost, 60, roundTrip)];
    const sending = { type: "outbound-rtp", kind: "video", framesPerSecond: 5, qualityLimitationReason: reason };
    return compare(before, readSample(new Map(rows.map(([key, row]) => [key, key === "2" ? sending : row])), 2000));
  };
  const told = [after(0, 0.05), after(5, 0.4), after(0, 0.4), after(0, 0.05, "bandwidth"), after(0, 0.05, "cpu"), after(30, 0.4)];
  assert.deepEqual(
    told.map(({ grade, cause }) => [grade, cause]),
    [["good", null], ["fair", "loss"], ["fair", "delay"], ["fair", "line"], ["fair", "processor"], ["weak", "loss"]],
  );
});

test("nothing received is no loss", () => {
  const sample = readSample(new Map(), 0);
  assert.deepEqual([sample.roundTrip, compare(sample, sample).loss], [null, 0]);
});

test("a path on which we send and nothing comes is silent; one that is not counted is never said to be", () => {
  const counted = (packetsReceived: number, packetsSent: number) =>
    readSample(new Map<string, object>([["t", { type: "transport", packetsReceived }], ["a", { type: "outbound-rtp", kind: "audio", packetsSent }]]), 0);
  assert.equal(compare(counted(5, 1), counted(5, 2)).silent, true);
  assert.equal(compare(counted(5, 1), counted(6, 2)).silent, false);
  assert.equal(compare(counted(5, 1), counted(5, 1)).silent, false);
  const uncounted = readSample(new Map(), 0);
  assert.equal(compare(uncounted, uncounted).silent, false);
});

test("a picture held back to jerks is strained; a slow one that nobody holds back is not", () => {
  const sent = (framesPerSecond: number, qualityLimitationReason: string) =>
    readSample(new Map([["v", { type: "outbound-rtp", kind: "video", framesPerSecond, qualityLimitationReason }]]), 0);
  assert.deepEqual([isStrained(sent(5, "bandwidth")), isStrained(sent(24, "bandwidth")), isStrained(sent(2, "none"))], [true, false, false]);
});

test("a microphone that is off is told from a quiet room, and from sound that waits for a tap", () => {
  const heard = (packetsReceived: number, totalSamplesDuration: number, totalAudioEnergy: number) =>
    readSample(new Map([["a", { type: "inbound-rtp", kind: "audio", packetsReceived, totalSamplesDuration, totalAudioEnergy }]]), 0);
  const before = heard(100, 2, 0.2);
  const strayed = 0.200_000_001_872; // by one step, as Chromium plays Opus's silence more often than not
  const after = [heard(200, 4, 0.2), heard(200, 4.01, strayed), heard(200, 4, 0.200_002), heard(200, 2, 0.2), heard(100, 4, 0.2)];
  assert.deepEqual(after.map((now) => compare(before, now).hushed), [true, true, false, false, false]);
});
