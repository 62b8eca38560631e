// Joining and coming back: scripted peer connections, a clock moved by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../protocol/emitter";
import { RequestFailed } from "../protocol/errors";
import type { Gathering, LocalTracks, Medium, PeerEvents, PeerLink } from "./peer";
import type { RemotePeople } from "./places";
import { CallSession } from "./session";
import { HandClock } from "./testing";

class ScriptedPeer extends Emitter<PeerEvents> implements PeerLink {
  closed = false;
  calm = false;
  readonly replaced: [Medium, MediaStreamTrack | null][] = [];
  readonly screens: (MediaStreamTrack | null)[] = [];
  answer: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;
  readonly #joined = new Promise<void>((resolve, reject) => {
    this.answer = resolve;
    this.#fail = reject;
  });

  constructor(
    readonly tracks: LocalTracks,
    readonly gathering: Gathering,
    readonly places: number,
  ) {
    super();
  }

  join(): Promise<void> {
    return this.#joined;
  }

  async replaceTrack(medium: Medium, track: MediaStreamTrack | null): Promise<void> {
    this.replaced.push([medium, track]);
  }

  async shareScreen(track: MediaStreamTrack | null): Promise<void> {
    this.screens.push(track);
  }

  async favourMotion(): Promise<void> {
    this.calm = true;
  }

  async limitVideo(): Promise<void> {}

  async stats(places: readonly number[]): Promise<RTCStatsReport[]> {
    return places.map(() => new Map() as unknown as RTCStatsReport);
  }

  close(): void {
    this.closed = true;
  }

  becomes(state: RTCPeerConnectionState): void {
    this.emit("connection", state);
  }

  async refuse(error: Error): Promise<void> {
    this.#fail(error);
    await settled();
  }

  finds(people: RemotePeople): void {
    this.emit("people", people);
  }

  refuseCandidates(): void {
    this.emit("trickleFailed", new Error("no"));
  }
}

const NO_TRACKS: LocalTracks = { audio: null, video: null };
const unreachable = () => new RequestFailed("media.unreachable", 503, "");

/** Lets promise callbacks that are due run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function started(): { session: CallSession; peers: ScriptedPeer[]; clock: HandClock; last: () => ScriptedPeer } {
  const peers: ScriptedPeer[] = [];
  const clock = new HandClock();
  const connect = (tracks: LocalTracks, gathering: Gathering, places: number) => {
    const peer = new ScriptedPeer(tracks, gathering, places);
    peers.push(peer);
    return peer;
  };
  const session = new CallSession({ connect, tracks: NO_TRACKS, clock });
  session.start();
  const last = () => peers.at(-1) ?? assert.fail("no peer connection was made");
  return { session, peers, clock, last };
}

test("connected makes a joining session live", () => {
  const { session, last } = started();
  assert.equal(session.state, "joining");
  last().becomes("connected");
  assert.equal(session.state, "live");
});

test("asked for motion, the present connection gives size away", async () => {
  const { session, last } = started();
  await session.favourMotion();
  assert.equal(last().calm, true);
});

test("a short disconnect heals without a new connection", () => {
  const { session, peers, clock, last } = started();
  last().becomes("connected");
  last().becomes("disconnected");
  clock.pass(1_900);
  last().becomes("connected");
  clock.pass(60_000);
  assert.deepEqual([session.state, peers.length], ["live", 1]);
});

test("a long disconnect is answered by a new connection for the same place", () => {
  const { session, peers, clock, last } = started();
  last().becomes("connected");
  last().becomes("disconnected");
  clock.pass(2_000 + 300);
  assert.deepEqual([session.state, peers.length, peers[0]?.closed], ["reconnecting", 2, true]);
  last().becomes("connected");
  assert.equal(session.state, "live");
});

test("failed attempts wait longer each time, up to four seconds, and start over after success", async () => {
  const { session, peers, clock, last } = started();
  for (const wait of [300, 1_000, 2_000, 4_000, 4_000]) {
    await last().refuse(unreachable());
    assert.equal((session.retry?.at ?? 0) - clock.now(), wait);
    clock.pass(wait - 1);
    const before = peers.length;
    clock.pass(1);
    assert.equal(peers.length, before + 1);
  }
  last().becomes("connected");
  assert.deepEqual([session.attempts, session.error], [0, null]);
});

test("a refusal for good ends the trying, until a person asks again", async () => {
  const { session, peers, clock, last } = started();
  await last().refuse(new RequestFailed("consult.taken", 409, ""));
  clock.pass(60_000);
  assert.deepEqual([session.state, session.error?.code, peers.length], ["failed", "consult.taken", 1]);
  session.rejoin();
  assert.deepEqual([session.state, peers.length], ["joining", 2]);
});

test("an answer that never carries media is given up after ten seconds", () => {
  const { session, peers, clock, last } = started();
  last().answer();
  clock.pass(10_000 + 300);
  assert.deepEqual([session.error?.code, peers.length], ["media.lost", 2]);
});

test("an old connection's late news changes nothing", () => {
  const { session, peers, last } = started();
  last().becomes("connected");
  session.rejoin();
  last().becomes("connected");
  peers[0]?.becomes("failed");
  assert.equal(session.state, "live");
});

test("a node that takes no candidates gets all of them with the next offer", () => {
  const { peers, last } = started();
  last().refuseCandidates();
  assert.deepEqual(
    peers.map((peer) => peer.gathering),
    ["trickle", "full"],
  );
});

test("candidates refused after media flows are forgotten", () => {
  const { session, peers, last } = started();
  last().becomes("connected");
  last().refuseCandidates();
  assert.deepEqual([session.state, peers.length], ["live", 1]);
});

test("a replaced track is sent now and by every later connection", async () => {
  const { session, peers, last } = started();
  const track = { kind: "video" } as MediaStreamTrack;
  await session.replaceTrack("video", track);
  session.rejoin();
  assert.deepEqual([peers[0]?.replaced, last().tracks.video], [[["video", track]], track]);
});

test("who gives way to another page does not fight for the place, and may take it back", () => {
  const { session, peers, clock, last } = started();
  last().becomes("connected");
  session.giveWay();
  clock.pass(60_000);
  session.renew();
  assert.deepEqual([session.state, session.error?.code, peers.length], ["failed", "consult.elsewhere", 1]);
  session.rejoin();
  last().becomes("connected");
  assert.equal(session.state, "live");
});

test("a session that left stays away", async () => {
  const { session, peers, clock, last } = started();
  const refused = last().refuse(unreachable());
  session.stop();
  await refused;
  session.rejoin();
  clock.pass(60_000);
  assert.deepEqual([session.state, peers.length, peers[0]?.closed], ["closed", 1, true]);
});

test("room for more is made by a second connection that takes over once it stands", () => {
  const { session, peers, clock, last } = started();
  last().becomes("connected");
  const first = last();
  const moves: string[] = [];
  session.on("state", ({ to }) => moves.push(to));
  session.widen(3);
  assert.deepEqual([peers.length, last().places, first.closed], [2, 3, false]);
  const seen: number[] = [];
  session.on("people", (people) => seen.push(people.length));
  last().finds([]);
  assert.deepEqual(seen, []);
  first.becomes("failed");
  last().becomes("connected");
  assert.deepEqual(seen, [0]);
  clock.pass(2_000);
  assert.deepEqual([first.closed, last().closed, moves], [true, false, []]);
  session.widen(1);
  assert.equal(peers.length, 2);
});

test("room for more that cannot be made beside the old is made in its place", async () => {
  const { session, peers, last } = started();
  last().becomes("connected");
  session.widen(3);
  await last().refuse(unreachable());
  assert.deepEqual([peers.length, last().places, peers[0]?.closed], [3, 3, true]);
});

test("a screen goes on over connections", async () => {
  const { session, last } = started();
  last().becomes("connected");
  const screen = {} as MediaStreamTrack;
  await session.shareScreen(screen);
  session.rejoin();
  assert.deepEqual(last().screens, [screen]);
});
