// Camera and microphone: faults, fallbacks and switching, against a device source that behaves as browsers do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDevices, mayContinue } from "./check";
import type { Dress, Dressing } from "./backdrop";
import { LocalMedia, type DeviceSource } from "./devices";
import type { Medium } from "./peer";

class Track extends EventTarget {
  readyState: MediaStreamTrackState = "live";
  enabled = true;
  muted = false;

  constructor(
    readonly kind: string,
    private readonly id: string,
  ) {
    super();
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.id };
  }

  stop(): void {
    this.readyState = "ended";
  }
}

class Source {
  readonly refused = new Map<Medium, string>();
  readonly asked: MediaStreamConstraints[] = [];
  readonly tracks: Track[] = [];

  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(constraints);
    const wanted = (["audio", "video"] as const).filter((medium) => constraints[medium]);
    const fault = wanted.map((medium) => this.refused.get(medium)).find(Boolean);
    if (fault) return Promise.reject(new DOMException("no", fault));
    const tracks = wanted.map((medium) => new Track(medium, `${medium}-1`));
    this.tracks.push(...tracks);
    return Promise.resolve({ getTracks: () => tracks } as unknown as MediaStream);
  }

  enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const device = (kind: string, deviceId: string) => ({ kind, deviceId, label: deviceId }) as MediaDeviceInfo;
    return Promise.resolve([device("videoinput", "video-1"), device("videoinput", "video-2"), device("audioinput", "audio-1"), device("audioinput", "")]);
  }
}

function media(source: Source | undefined = new Source()): LocalMedia {
  return new LocalMedia(source as DeviceSource | undefined, () => new Track("video", "placeholder") as unknown as MediaStreamTrack);
}

test("camera and microphone are asked for in one question", async () => {
  const source = new Source();
  const local = media(source);
  await local.open();
  assert.equal(source.asked.length, 1);
  assert.deepEqual(checkDevices(local), { camera: { result: "pass" }, microphone: { result: "pass" } });
});

test("a blocked camera leaves the voice: warned, and may continue", async () => {
  const source = new Source();
  source.refused.set("video", "NotAllowedError");
  const local = media(source);
  await local.open();
  const found = checkDevices(local);
  assert.deepEqual(found, { camera: { result: "warn", cause: "blocked" }, microphone: { result: "pass" } });
  assert.equal(mayContinue({ ...found, connection: { result: "pass" } }), true);
  assert.equal(local.tracks.video?.getSettings().deviceId, "placeholder");
});

test("without a microphone nobody can be heard: that fails", async () => {
  const source = new Source();
  source.refused.set("audio", "NotFoundError");
  const local = media(source);
  await local.open();
  assert.deepEqual(checkDevices(local).microphone, { result: "fail", cause: "missing" });
});

test("an address without https is named as the reason", async () => {
  const local = new LocalMedia(undefined, () => new Track("video", "placeholder") as unknown as MediaStreamTrack);
  await local.open();
  assert.deepEqual([local.fault("audio"), local.fault("video")], ["insecure", "insecure"]);
  assert.equal(checkDevices(local).camera.result, "fail");
});

test("camera off stops the device and sends the placeholder; on takes it again", async () => {
  const source = new Source();
  const local = media(source);
  await local.open();
  const sent: (string | undefined)[] = [];
  local.on("track", ({ track }) => sent.push(track?.getSettings().deviceId));
  const camera = local.camera;
  await local.setCamera(false);
  assert.deepEqual([camera?.readyState, local.cameraOn, sent], ["ended", false, ["placeholder"]]);
  await local.setCamera(true);
  assert.deepEqual([local.cameraOn, sent.at(-1)], [true, "video-1"]);
});

test("a muted microphone stays muted on another device", async () => {
  const local = media();
  await local.open();
  local.setMicrophone(false);
  await local.useDevice("audio", "audio-2");
  assert.deepEqual([local.microphone?.enabled, local.microphoneOn], [false, false]);
});

test("a chosen device that was pulled out gives way to another", async () => {
  const source = new Source();
  const local = media(source);
  await local.open();
  await local.useDevice("audio", "audio-2");
  const ask = source.getUserMedia.bind(source);
  source.getUserMedia = (constraints) => (typeof constraints.audio === "object" && constraints.audio.deviceId ? Promise.reject(new DOMException("gone", "OverconstrainedError")) : ask(constraints));
  local.microphone?.stop();
  assert.equal(local.interrupted, true);
  await local.resume();
  assert.deepEqual([local.interrupted, local.fault("audio"), local.microphone?.readyState], [false, null, "live"]);
});

test("the chosen device is asked for exactly", async () => {
  const source = new Source();
  const local = media(source);
  await local.open();
  await local.useDevice("video", "video-2");
  assert.deepEqual((source.asked.at(-1)?.video as MediaTrackConstraints).deviceId, { exact: "video-2" });
});

test("choices are the named devices of one medium, the present one marked", async () => {
  const local = media();
  await local.open();
  assert.deepEqual(await local.choices("video"), [
    { id: "video-1", label: "video-1", chosen: true },
    { id: "video-2", label: "video-2", chosen: false },
  ]);
  assert.equal((await local.choices("audio")).length, 1);
});

test("a device that falls silent interrupts, and coming back takes it anew", async () => {
  const source = new Source();
  const local = media(source);
  await local.open();
  const microphone = source.tracks.find((track) => track.kind === "audio") ?? assert.fail("no microphone");
  let told = 0;
  local.on("change", () => (told += 1));
  microphone.muted = true;
  microphone.dispatchEvent(new Event("mute"));
  assert.deepEqual([local.interrupted, told], [true, 1]);
  await local.resume();
  assert.deepEqual([local.interrupted, source.asked.at(-1)?.video], [false, undefined]);
});

test("while a hidden room waits for its picture, the placeholder is sent and not the room", async () => {
  const source = new Source();
  const given: ((dressing: Dressing) => void)[] = [];
  const dress: Dress = () => new Promise((resolve) => given.push(resolve));
  const dressed = (name: string) => new Track("video", name) as unknown as MediaStreamTrack;
  const local = new LocalMedia(source as DeviceSource, () => dressed("placeholder"), dress);
  await local.open();
  const wearing = local.setBackdrop("blur");
  given[0]?.({ camera: source.tracks[1] as unknown as MediaStreamTrack, track: dressed("hidden"), stop: () => undefined });
  await wearing;
  const sent: (string | undefined)[] = [];
  local.on("track", ({ track }) => sent.push(track?.getSettings().deviceId));
  assert.equal(local.camera?.getSettings().deviceId, "hidden");
  await local.useDevice("video", "video-2");
  assert.equal(local.tracks.video?.getSettings().deviceId, "placeholder");
  given[1]?.({ camera: source.tracks[2] as unknown as MediaStreamTrack, track: dressed("hidden again"), stop: () => undefined });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(sent, ["placeholder", "hidden again"]);
});

test("a device that cannot be taken back yet stays interrupted until a later tap takes it", async () => {
  const source = new Source();
  const local = media(source);
  await local.open();
  const microphone = source.tracks.find((track) => track.kind === "audio") ?? assert.fail("no microphone");
  microphone.readyState = "ended";
  source.refused.set("audio", "NotReadableError");
  await local.resume();
  assert.deepEqual([local.interrupted, local.microphone], [true, null]);
  source.refused.clear();
  await local.resume();
  assert.deepEqual([local.interrupted, local.microphoneOn], [false, true]);
});
