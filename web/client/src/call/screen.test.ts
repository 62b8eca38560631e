// Showing a screen and ending it: a scripted browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ScreenShare, type ScreenSource } from "./screen";

class ScriptedTrack extends EventTarget {
  readyState = "live";
  contentHint = "";
  stop(): void {
    this.readyState = "ended";
  }
}

const asTrack = (track: ScriptedTrack) => track as unknown as MediaStreamTrack;
class Memory {
  readonly #kept = new Map<string, string>();
  getItem = (name: string) => this.#kept.get(name) ?? null;
  setItem = (name: string, value: string) => void this.#kept.set(name, value);
  removeItem = (name: string) => void this.#kept.delete(name);
}

const offering = (track: ScriptedTrack | null) =>
  ({
    getDisplayMedia: async () => {
      if (!track) throw new Error("thought better of it");
      return { getVideoTracks: () => [asTrack(track)] } as unknown as MediaStream;
    },
  }) as ScreenSource;

test("a screen is shown until the browser's own button ends it, then the sign of the end is sent", async () => {
  const [screen, over] = [new ScriptedTrack(), new ScriptedTrack()];
  const share = new ScreenShare(offering(screen), () => asTrack(over), new Memory());
  const sent: unknown[] = [];
  share.on("track", (track) => sent.push(track));
  await share.start();
  assert.deepEqual([share.sharing, screen.contentHint, sent], [true, "detail", [screen]]);
  screen.dispatchEvent(new Event("ended"));
  assert.deepEqual([share.sharing, sent], [false, [screen, over]]);
});

test("who thinks better of it shows nothing, and a phone cannot", async () => {
  const share = new ScreenShare(offering(null), () => asTrack(new ScriptedTrack()), new Memory());
  await share.start();
  assert.deepEqual([share.sharing, share.possible], [false, true]);
  assert.equal(new ScreenShare(undefined, () => asTrack(new ScriptedTrack()), new Memory()).possible, false);
});

test("a page that comes back after a reload ends what the one before was showing, once", async () => {
  const memory = new Memory();
  const pages = [0, 1, 2].map(() => new ScreenShare(offering(new ScriptedTrack()), () => asTrack(new ScriptedTrack()), memory));
  const sent = pages.map((page) => {
    const tracks: unknown[] = [];
    page.on("track", (track) => tracks.push(track));
    return tracks;
  });
  await pages[0]?.start();
  for (const page of pages) page.endForgotten();
  assert.deepEqual(sent.map((tracks) => tracks.length), [1, 1, 0]);
});
