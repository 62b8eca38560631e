import assert from "node:assert/strict";
import { test } from "node:test";
import { Announcer, type Call, type Memory, type Played, type Player, type SpokenLine, type Stage } from "./announcer";

const CHIME = "/chime";

function call(id: string, change: Partial<Call> = {}): Call {
  const lines = ["ko", "en"].map((language): SpokenLine => ({ language, caption: `${language} ${id}`, clips: [`/${language}/${id}/1`, `/${language}/${id}/2`] }));
  return { id, number: id, desk: "1", again: false, age: 0, lines, ...change };
}

const standing = (...calls: Call[]) => ({ volume: 0.8, within: 120, calls });

/** A loudspeaker whose sounds end when the test says so. */
class Speaker implements Player {
  readonly begun: string[] = [];
  playing = 0;
  overlapped = false;
  answer: Played = "played";
  #end: (() => void) | undefined;

  async play(address: string): Promise<Played> {
    this.begun.push(address);
    this.playing += 1;
    this.overlapped ||= this.playing > 1;
    await new Promise<void>((end) => (this.#end = end));
    this.playing -= 1;
    return this.answer;
  }

  /** Lets the sound that plays come to its end, and everything that follows from it happen. */
  async ends(): Promise<void> {
    this.#end?.();
    await settle();
  }

  async endsAll(): Promise<void> {
    for (let count = -1; count !== this.begun.length; await this.ends()) count = this.begun.length;
  }
}

class Screen implements Stage {
  readonly shown: string[] = [];
  refusals = 0;
  show = ({ id }: Call) => void this.shown.push(id);
  caption = ({ caption }: SpokenLine) => void this.shown.push(caption);
  rest = () => void this.shown.push("rest");
  refused = () => void (this.refusals += 1);
}

class Notebook implements Memory {
  constructor(public heard?: readonly string[]) {}
  load = () => this.heard;
  save = (heard: readonly string[]) => void (this.heard = heard);
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function branch({ heard }: { readonly heard: readonly string[] | undefined } = { heard: [] }) {
  const [speaker, screen, notebook] = [new Speaker(), new Screen(), new Notebook(heard)];
  const waited: number[] = [];
  const wait = async (milliseconds: number) => void waited.push(milliseconds);
  const announcer = new Announcer({ player: speaker, stage: screen, memory: notebook, wait, chime: CHIME });
  return { announcer, speaker, screen, notebook, waited };
}

test("a call is a chime, then Korean, then the ticket's language, half by half", async () => {
  const { announcer, speaker, screen } = branch();
  announcer.look(standing(call("a")));
  await speaker.endsAll();
  assert.deepEqual(speaker.begun, [CHIME, "/ko/a/1", "/ko/a/2", "/en/a/1", "/en/a/2"]);
  assert.deepEqual(screen.shown, ["a", "ko a", "en a", "rest"]);
});

test("two quick calls are called one after the other and never overlap", async () => {
  const { announcer, speaker, screen } = branch();
  announcer.look(standing(call("a")));
  await settle();
  announcer.look(standing(call("a"), call("b")));
  announcer.look(standing(call("a"), call("b"), call("c")));
  assert.deepEqual(announcer.waiting, ["a", "b", "c"]);
  await speaker.endsAll();
  assert.equal(speaker.overlapped, false);
  assert.deepEqual(screen.shown.filter((shown) => shown.length === 1), ["a", "b", "c"]);
  assert.equal(screen.shown.filter((shown) => shown === "rest").length, 1);
});

test("a call that stands no more leaves the queue, and a call under way ends with its sound", async () => {
  const { announcer, speaker, screen } = branch();
  announcer.look(standing(call("a"), call("b"), call("c")));
  await speaker.ends(); // the chime
  announcer.look(standing(call("c")));
  await speaker.endsAll();
  assert.deepEqual(speaker.begun.slice(0, 3), [CHIME, "/ko/a/1", CHIME]);
  assert.ok(!screen.shown.includes("b"));
  assert.ok(screen.shown.includes("en c"));
});

test("a recall is a call of its own and takes the place of the one that was not called yet", async () => {
  const { announcer, speaker, screen } = branch();
  announcer.look(standing(call("a"), call("b.1")));
  announcer.look(standing(call("a"), call("b.2", { again: true })));
  await speaker.endsAll();
  assert.deepEqual(screen.shown.filter((shown) => !shown.includes(" ")), ["a", "b.2", "rest"]);
  announcer.look(standing(call("a.2", { again: true }), call("b.2")));
  await speaker.endsAll();
  assert.ok(screen.shown.includes("a.2"));
});

test("what was called is not called again after a reconnect, and what was missed is", async () => {
  const { announcer, speaker, screen } = branch();
  announcer.look(standing(call("a")));
  await speaker.endsAll();
  announcer.look(standing(call("a", { age: 40 }), call("b", { age: 30 }), call("old", { age: 500 })));
  await speaker.endsAll();
  assert.deepEqual(screen.shown.filter((shown) => !shown.includes(" ")), ["a", "rest", "b", "rest"]);
});

test("a display that begins calls nobody of before, and one that loads itself anew goes on", async () => {
  const first = branch({ heard: undefined });
  first.announcer.look(standing(call("a"), call("b")));
  await first.speaker.endsAll();
  assert.deepEqual(first.speaker.begun, []);
  const again = branch({ heard: first.notebook.heard });
  again.announcer.look(standing(call("a"), call("b"), call("c")));
  await again.speaker.endsAll();
  assert.deepEqual(again.screen.shown.filter((shown) => shown.length === 1), ["c"]);
});

test("a reload in the middle of a queue loses only the call under way", async () => {
  const { announcer, notebook } = branch();
  announcer.look(standing(call("a"), call("b")));
  await settle();
  const again = branch({ heard: notebook.heard });
  again.announcer.look(standing(call("a"), call("b")));
  await again.speaker.endsAll();
  assert.deepEqual(again.screen.shown.filter((shown) => shown.length === 1), ["b"]);
});

test("without sound every line is shown long enough to be read", async () => {
  const { announcer, speaker, screen, waited } = branch();
  announcer.look({ ...standing(call("a")), volume: 0 });
  await settle();
  assert.deepEqual(speaker.begun, []);
  assert.deepEqual(screen.shown, ["a", "ko a", "en a", "rest"]);
  assert.deepEqual(waited.filter((milliseconds) => milliseconds >= 4_000).length, 2);
});

test("a refusing browser is noticed, and the queue goes on in silence", async () => {
  const { announcer, speaker, screen, waited } = branch();
  speaker.answer = "refused";
  announcer.look(standing(call("a"), call("b")));
  await speaker.endsAll();
  assert.deepEqual(speaker.begun, [CHIME, CHIME]);
  assert.equal(screen.refusals, 2);
  assert.equal(waited.filter((milliseconds) => milliseconds >= 4_000).length, 4);
});

test("a line nobody can say is a caption after the chime", async () => {
  const { announcer, speaker, waited } = branch();
  const silent = call("a", { lines: [{ language: "ko", caption: "ko a", clips: [] }] });
  announcer.look(standing(silent));
  await speaker.endsAll();
  assert.deepEqual(speaker.begun, [CHIME]);
  assert.equal(waited.filter((milliseconds) => milliseconds >= 4_000).length, 1);
});
