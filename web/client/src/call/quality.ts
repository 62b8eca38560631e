// How well a call goes, sampled from getStats (W3C webrtc-stats), in plain numbers.

/** One direction of one medium, counted since the connection began. */
export interface Flow {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
}

export interface SentVideo extends Flow {
  readonly framesPerSecond: number;
  /** The browser sends less than it has: line or processor is too thin (W3C qualityLimitationReason). */
  readonly limited: boolean;
  /** It is the processor that is too thin. */
  readonly busy: boolean;
}

export interface ReceivedVideo extends Flow {
  readonly framesDecoded: number;
  readonly freezes: number;
  readonly width: number;
  readonly height: number;
}

export interface ReceivedAudio extends Flow {
  /** Seconds of sound played, and their energy (W3C totalAudioEnergy: 0 = silence). */
  readonly seconds: number;
  readonly energy: number;
}

export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Round trip to the media node in milliseconds; null until measured. */
  readonly roundTrip: number | null;
  /** Packets of any kind that came over the path to the media node; null where a browser does not count them. */
  readonly arrived: number | null;
  readonly sent: { readonly audio: Flow; readonly video: SentVideo };
  readonly received: { readonly audio: ReceivedAudio; readonly video: ReceivedVideo };
}

/** What happened between two samples. */
export interface Quality {
  readonly sample: Sample;
  /** Bits per second, all media. */
  readonly bitrateIn: number;
  readonly bitrateOut: number;
  /** Share of received packets that were lost, 0 to 1. */
  readonly loss: number;
  readonly framesPerSecond: number;
  /** Nothing at all came, not even the node's reports on what we sent: the path is dead. */
  readonly silent: boolean;
  /** Something of the other person's picture or sound came. */
  readonly hearing: boolean;
  /** Their sound comes and holds nothing at all, as from a microphone that is off; no room is that quiet. */
  readonly hushed: boolean;
  readonly grade: "good" | "fair" | "weak";
  /** What keeps the call from being good, most harmful to the voice first; null where nothing does. */
  readonly cause: Cause | null;
}

/** loss: words and pictures are missing; delay: they come late; line: the own line is too thin to send all; processor: so is the machine. */
export type Cause = "loss" | "delay" | "line" | "processor";

type Row = Record<string, unknown>;

const WEAK_LOSS = 0.08;
const WEAK_ROUND_TRIP = 600; // ms; above it two people talk over each other
// From here on a listener begins to notice (ITU-T G.107: about half a point of the opinion score).
const FAIR_LOSS = 0.02;
const FAIR_ROUND_TRIP = 300; // ms

export function readSample(report: Iterable<readonly [string, unknown]>, at: number): Sample {
  const rows = [...report].map(([, row]) => row as Row);
  const pick = (type: string, kind: string): Row => rows.find((row) => row["type"] === type && row["kind"] === kind) ?? {};
  return {
    at,
    roundTrip: roundTrip(rows),
    arrived: arrivedOn(rows),
    sent: { audio: sentFlow(pick("outbound-rtp", "audio")), video: sentVideo(pick("outbound-rtp", "video")) },
    received: { audio: receivedAudio(pick("inbound-rtp", "audio")), video: receivedVideo(pick("inbound-rtp", "video")) },
  };
}

/** A picture this jerky helps nobody to read a face; below it a smaller and smoother one is better. */
const JERKY = 12; // frames a second

/** The line carries the full size only in jerks. */
export function isStrained({ sent }: Sample): boolean {
  return sent.video.limited && sent.video.framesPerSecond < JERKY;
}

export function compare(before: Sample, now: Sample): Quality {
  const seconds = Math.max((now.at - before.at) / 1000, 0.001);
  const packets = received(now, "packets") - received(before, "packets");
  const lost = received(now, "lost") - received(before, "lost");
  const loss = packets + lost > 0 ? Math.max(0, lost / (packets + lost)) : 0;
  return {
    sample: now,
    bitrateIn: ((received(now, "bytes") - received(before, "bytes")) * 8) / seconds,
    bitrateOut: ((sentBytes(now) - sentBytes(before)) * 8) / seconds,
    loss,
    framesPerSecond: (now.received.video.framesDecoded - before.received.video.framesDecoded) / seconds,
    silent: now.arrived !== null && now.arrived === before.arrived && sentPackets(now) > sentPackets(before),
    hearing: packets > 0,
    hushed: isHushed(before.received.audio, now.received.audio),
    ...judge(loss, now),
  };
}

/** The power of sound that strays by one step of 16 bits, all that Opus makes of silence; a quiet room gives a thousand times as much. */
const NOTHING = (1 / 32_768) ** 2;

const SPARE = 1.1; // energy and seconds are not read in the very same moment

/** Sound that is not played, for want of a tap, is not measured either. */
function isHushed(before: ReceivedAudio, now: ReceivedAudio): boolean {
  const seconds = now.seconds - before.seconds;
  return now.packets > before.packets && seconds > 0 && now.energy - before.energy <= NOTHING * seconds * SPARE;
}

function judge(loss: number, now: Sample): Pick<Quality, "grade" | "cause"> {
  const late = now.roundTrip ?? 0;
  const held = isStrained(now) ? (now.sent.video.busy ? "processor" : "line") : null;
  const cause = loss > FAIR_LOSS ? "loss" : late > FAIR_ROUND_TRIP ? "delay" : held;
  return { cause, grade: loss > WEAK_LOSS || late > WEAK_ROUND_TRIP ? "weak" : cause ? "fair" : "good" };
}

function number(row: Row, field: string): number {
  const value = row[field];
  return typeof value === "number" ? value : 0;
}

function roundTrip(rows: readonly Row[]): number | null {
  const pair = rows.find((row) => row["type"] === "candidate-pair" && row["nominated"] === true && row["state"] === "succeeded");
  const seconds = pair?.["currentRoundTripTime"];
  return typeof seconds === "number" ? seconds * 1000 : null;
}

function sentFlow(row: Row): Flow {
  return { packets: number(row, "packetsSent"), bytes: number(row, "bytesSent"), lost: 0 };
}

function sentVideo(row: Row): SentVideo {
  const limited = row["qualityLimitationReason"] === "bandwidth" || row["qualityLimitationReason"] === "cpu";
  return { ...sentFlow(row), framesPerSecond: number(row, "framesPerSecond"), limited, busy: row["qualityLimitationReason"] === "cpu" };
}

/** All media share one transport (max-bundle). */
function arrivedOn(rows: readonly Row[]): number | null {
  const transport = rows.find((row) => row["type"] === "transport");
  return typeof transport?.["packetsReceived"] === "number" ? transport["packetsReceived"] : null;
}

function receivedFlow(row: Row): Flow {
  return { packets: number(row, "packetsReceived"), bytes: number(row, "bytesReceived"), lost: number(row, "packetsLost") };
}

function receivedAudio(row: Row): ReceivedAudio {
  return { ...receivedFlow(row), seconds: number(row, "totalSamplesDuration"), energy: number(row, "totalAudioEnergy") };
}

function receivedVideo(row: Row): ReceivedVideo {
  return {
    ...receivedFlow(row),
    framesDecoded: number(row, "framesDecoded"),
    freezes: number(row, "freezeCount"),
    width: number(row, "frameWidth"),
    height: number(row, "frameHeight"),
  };
}

function received(sample: Sample, field: keyof Flow): number {
  return sample.received.audio[field] + sample.received.video[field];
}

function sentPackets(sample: Sample): number {
  return sample.sent.audio.packets + sample.sent.video.packets;
}

function sentBytes(sample: Sample): number {
  return sample.sent.audio.bytes + sample.sent.video.bytes;
}
