// Hiding a room: nothing of it is ever shown between the wish and the picture, and a slow machine stays as it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Dresser, TooSlow, type Dress, type Dressing } from "./backdrop";

type Track = MediaStreamTrack;
const camera = (name: string) => ({ name }) as unknown as Track;

/** Dresses when told to. */
class Wardrobe {
  readonly asked: { of: Track; give: () => void; refuse: (error: Error) => void }[] = [];
  readonly stopped: Track[] = [];

  readonly dress: Dress = (of) =>
    new Promise<Dressing>((resolve, reject) => {
      const give = () => resolve({ camera: of, track: camera(`dressed ${(of as unknown as { name: string }).name}`), stop: () => this.stopped.push(of) });
      this.asked.push({ of, give, refuse: reject });
    });
}

function nameOf(track: Track | null): string | null {
  return track && (track as unknown as { name: string }).name;
}

test("the room stays as it is until the other picture is there", async () => {
  const wardrobe = new Wardrobe();
  const dresser = new Dresser(wardrobe.dress);
  const desk = camera("desk");
  const changing = dresser.change(desk, "blur");
  assert.equal(nameOf(dresser.shown(desk)), "desk");
  wardrobe.asked[0]?.give();
  await changing;
  assert.deepEqual([dresser.wish, nameOf(dresser.shown(desk))], ["blur", "dressed desk"]);
});

test("a camera taken anew is not shown before its room is hidden again", async () => {
  const wardrobe = new Wardrobe();
  const dresser = new Dresser(wardrobe.dress);
  const [first, second] = [camera("first"), camera("second")];
  const changing = dresser.change(first, "bank");
  wardrobe.asked[0]?.give();
  await changing;
  const following = dresser.follow(second);
  assert.equal(dresser.shown(second), null);
  wardrobe.asked[1]?.refuse(new Error("the line is away"));
  await following;
  assert.deepEqual([dresser.shown(second), dresser.fault], [null, "failed"]);
});

test("a machine that is too slow leaves everything as it was and says so", async () => {
  const wardrobe = new Wardrobe();
  const dresser = new Dresser(wardrobe.dress);
  const desk = camera("desk");
  const changing = dresser.change(desk, "blur");
  wardrobe.asked[0]?.refuse(new TooSlow("90 ms a frame"));
  await changing;
  assert.deepEqual([dresser.wish, dresser.fault, nameOf(dresser.shown(desk))], ["none", "slow", "desk"]);
});

test("of two wishes in a row the last one holds, and the other's picture is let go", async () => {
  const wardrobe = new Wardrobe();
  const dresser = new Dresser(wardrobe.dress);
  const desk = camera("desk");
  const [slowly, quickly] = [dresser.change(desk, "blur"), dresser.change(desk, "bank")];
  wardrobe.asked[1]?.give();
  await quickly;
  wardrobe.asked[0]?.give();
  await slowly;
  assert.equal(dresser.wish, "bank");
  assert.deepEqual(wardrobe.stopped.map(nameOf), ["desk"]);
});

test("as it is takes the other picture away at once", async () => {
  const wardrobe = new Wardrobe();
  const dresser = new Dresser(wardrobe.dress);
  const desk = camera("desk");
  const changing = dresser.change(desk, "blur");
  wardrobe.asked[0]?.give();
  await changing;
  await dresser.change(desk, "none");
  assert.deepEqual([nameOf(dresser.shown(desk)), wardrobe.stopped.map(nameOf)], ["desk", ["desk"]]);
});
