// What the live screens decide without a browser: sentences, numbers, corners.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestFailed } from "../../protocol/errors";
import type { GuestCard, RecorderView } from "../../protocol/types";
import { useMessages } from "../../i18n";
import { duration, waitRange } from "./format";
import { callMessage, type CallCondition } from "./message";
import { facesOf, hostFace, present, roomNotes } from "./people";
import { cornerByKey, nearestCorner } from "./corners";

useMessages({});

const FINE: CallCondition = {
  state: "live",
  error: null,
  attempts: 0,
  retry: null,
  peer: "connected",
  kept: 118_000,
  seen: true,
  needsTap: false,
  weak: false,
  pictureOff: false,
  voiceOnly: false,
  muted: false,
  hushed: false,
  silent: false,
  hearing: true,
  problem: null,
  now: 0,
  who: "김서연님을",
  absent: null,
};
const unreachable = new RequestFailed("media.unreachable", 503, "");

test("a call that goes well says nothing", () => {
  assert.equal(callMessage(FINE), null);
});

test("a blip of the own connection keeps the picture", () => {
  assert.equal(callMessage({ ...FINE, state: "reconnecting" })?.place, "strip");
});

test("who is still seen and heard is not said to be away, whatever the line to the centre does", () => {
  assert.equal(callMessage({ ...FINE, peer: "reconnecting" }), null);
  assert.equal(callMessage({ ...FINE, peer: "reconnecting", hearing: false })?.sentence, "상대방 연결을 다시 잇고 있어요.");
});

test("who waits for somebody sees how long the place is kept, and then that the choice is theirs", () => {
  const away: CallCondition = { ...FINE, peer: "reconnecting", hearing: false };
  assert.equal(callMessage(away)?.detail, "1:58 동안 상담을 그대로 두고 기다려요.");
  assert.match(callMessage({ ...away, kept: 0 })?.detail ?? "", /더 기다리셔도 되고/);
  assert.equal(callMessage({ ...FINE, peer: "left", kept: 61_000 })?.detail, "1:01 동안 상담을 그대로 두고 기다려요.");
});

test("who sees two others reads which of them is away, with the same time", () => {
  const away: CallCondition = { ...FINE, peer: "reconnecting", hearing: false, absent: "customer" };
  const { sentence, detail } = callMessage(away) ?? {};
  assert.deepEqual([sentence, detail], ["손님 연결을 다시 잇고 있어요.", "1:58 동안 상담을 그대로 두고 기다려요."]);
});

const COMPANION: GuestCard = { id: "g", seat: 2, role: "companion", name: "박서연", state: "joined", media: "connected", muted: false, recording: false, mode: null };
const RECORDER: RecorderView = { state: "starting", required: false, by: null, since: "2026-11-22T09:00:00+09:00" };

test("who does not want to be recorded is named only as long as nothing is recorded for it", () => {
  assert.equal(roomNotes([COMPANION], "customer", RECORDER).length, 1);
  assert.deepEqual(roomNotes([{ ...COMPANION, media: "left" }], "customer", RECORDER), []);
  assert.deepEqual(roomNotes([{ ...COMPANION, media: "reconnecting" }], "customer", { ...RECORDER, state: "live" }), []);
  assert.deepEqual(roomNotes([COMPANION], "customer", null), []);
});

test("a tile says whose microphone is off, unless there is more to say", () => {
  const note = (guest: Partial<GuestCard>) => facesOf([{ ...COMPANION, ...guest }], "customer")[0]?.note;
  assert.deepEqual([note({}), note({ muted: true }), note({ muted: true, media: "left" })], ["동행", "마이크 꺼짐", "잠시 나갔어요"]);
  assert.equal(hostFace("customer", "손님", "", true, { state: "connected", muted: true }).note, "마이크 꺼짐");
  assert.equal(hostFace("advisor", "김마루", "세무사", true, present({ state: "reconnecting", muted: false })).note, "세무사");
});

test("a picture that had to go is told, and that the voice stays", () => {
  const message = callMessage({ ...FINE, pictureOff: true, weak: true });
  assert.deepEqual(message, { place: "strip", sentence: "연결이 느려 내 영상을 잠시 껐어요. 목소리는 그대로 들려요. 나아지면 저절로 켜져요." });
  assert.equal(callMessage({ ...FINE, voiceOnly: true })?.place, "strip");
  assert.equal(callMessage({ ...FINE, hushed: true, muted: true })?.sentence, "상대방 마이크가 꺼져 있어요.");
  assert.equal(callMessage({ ...FINE, hushed: true })?.sentence, "상대방 소리가 들어오지 않아요. 마이크가 꺼져 있을 수 있어요.");
});

test("a dead path is told before the browser notices it", () => {
  assert.equal(callMessage({ ...FINE, silent: true, hearing: false })?.sentence, "연결을 다시 잇고 있어요. 잠시만 기다려 주세요.");
});

test("what was asked for and not done is told over the picture", () => {
  const problem = new RequestFailed("centre.unreachable", 0, "");
  assert.deepEqual(callMessage({ ...FINE, problem }), { place: "strip", sentence: "인터넷 연결을 확인해 주세요." });
});

test("before the first picture the sentence names who is awaited", () => {
  const message = callMessage({ ...FINE, state: "joining", seen: false });
  assert.deepEqual(message, { place: "cover", sentence: "김서연님을 연결하고 있어요." });
});

test("an unreachable media node gets a sentence, a countdown and a way to retry", () => {
  const retry = { attempt: 3, at: 4_000, error: unreachable };
  const message = callMessage({ ...FINE, state: "joining", seen: false, error: unreachable, attempts: 3, retry, now: 1_500 });
  assert.deepEqual(message, {
    place: "cover",
    sentence: "영상을 잇는 곳에 연결하지 못했어요.",
    detail: "3초 뒤에 다시 이어 볼게요.",
    action: "retry",
  });
});

test("when every node is full, the page says so at once and that it goes on by itself", () => {
  const full = new RequestFailed("media.full", 503, "");
  const message = callMessage({ ...FINE, state: "joining", seen: false, error: full, attempts: 1 });
  assert.deepEqual(message, {
    place: "cover",
    sentence: "지금은 영상 상담 자리가 모두 찼어요.",
    detail: "이대로 기다리시면 자리가 나는 대로 저절로 이어져요.",
  });
});

test("one quick failed attempt troubles nobody", () => {
  assert.equal(callMessage({ ...FINE, state: "joining", seen: false, error: unreachable, attempts: 1 })?.action, undefined);
});

test("what needs a tap comes before what heals by itself, and a refusal before both", () => {
  assert.equal(callMessage({ ...FINE, needsTap: true, peer: "reconnecting" })?.action, "return");
  const refused = new RequestFailed("consult.over", 410, "");
  assert.equal(callMessage({ ...FINE, state: "failed", error: refused, needsTap: true })?.sentence, "이미 끝난 상담이에요.");
});

test("durations count up in tabular words and never below nothing", () => {
  assert.deepEqual([duration(-5_000), duration(67_000), duration(3_845_000)], ["0:00", "1:07", "1:04:05"]);
});

test("a wait is a range, one number where both ends meet, soon where it is short", () => {
  assert.deepEqual([waitRange([5, 10]), waitRange([5, 5]), waitRange([0, 1])], ["5~10분", "약 5분", "곧"]);
  assert.equal(waitRange([0, 10]), "대개 10분 안에");
});

test("the own picture goes to the nearest corner, or where an arrow key points", () => {
  assert.deepEqual(nearestCorner(10, 700, 390, 844), { vertical: "bottom", horizontal: "left" });
  assert.deepEqual(cornerByKey({ vertical: "top", horizontal: "left" }, "ArrowRight"), { vertical: "top", horizontal: "right" });
  assert.deepEqual(cornerByKey({ vertical: "top", horizontal: "left" }, "a"), { vertical: "top", horizontal: "left" });
});
