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
const offering = (track: ScriptedTrack | null) =>
  ({
    getDisplayMedia: async () => {
      if (!track) throw new Error("thought better of it");
      return { getVideoTracks: () => [asTrack(track)] } as unknown as MediaStream;
    },
  }) as ScreenSource;

test("a screen is shown until the browser's own button ends it, then the sign of the end is sent", async () => {
  const [screen, over] = [new ScriptedTrack(), new ScriptedTrack()];
  const share = new ScreenShare(offering(screen), () => asTrack(over));
  const sent: unknown[] = [];
  share.on("track", (track) => sent.push(track));
  await share.start();
  assert.deepEqual([share.sharing, screen.contentHint, sent], [true, "detail", [screen]]);
  screen.dispatchEvent(new Event("ended"));
  assert.deepEqual([share.sharing, sent], [false, [screen, over]]);
});

test("who thinks better of it shows nothing, and a phone cannot", async () => {
  const share = new ScreenShare(offering(null), () => asTrack(new ScriptedTrack()));
  await share.start();
  assert.deepEqual([share.sharing, share.possible], [false, true]);
  assert.equal(new ScreenShare(undefined, () => asTrack(new ScriptedTrack())).possible, false);
});
