// The ticket's words on the phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useMessages } from "../../i18n";
import type { TicketView } from "../../protocol/types";
import { moodOf, ticketTexts, turnsAt } from "./ticket";

useMessages({});

const SEOUL = "Asia/Seoul";

const WAITING: TicketView = {
  number: "A-012",
  service: "입출금",
  state: "waiting",
  ahead: 3,
  wait: [5, 10],
  desk: null,
  called_at: null,
  recalls: 0,
  priority: null,
  out: false,
  back_until: null,
  undo_until: null,
  expert: null,
  as_of: "2026-11-21T10:00:00+09:00",
  reachable: true,
};

test("while waiting the line says how many are before and how long", () => {
  const texts = ticketTexts(WAITING, SEOUL);
  assert.deepEqual([texts.number, texts.line, texts.ahead, texts.as_of], ["A-012", "내 앞 3명 · 5~10분", "3명", ""]);
});

test("when called the line says where to go", () => {
  assert.equal(ticketTexts({ ...WAITING, state: "called", ahead: 0, desk: "2번 창구" }, SEOUL).line, "지금 2번 창구 앞으로 와 주세요.");
});

test("called again, set aside, missed and from another day each have their own words", () => {
  const line = (change: Partial<TicketView>) => ticketTexts({ ...WAITING, ...change }, SEOUL).line;
  assert.equal(line({ state: "called", desk: "2번 창구", recalls: 1 }), "번호를 한 번 더 불렀어요. 지금 2번 창구 앞으로 와 주세요.");
  assert.match(line({ state: "parked" }), /미뤄 두었어요/);
  assert.match(line({ state: "no_show", back_until: new Date(Date.now() + 60_000).toISOString() }), /\d{2}:\d{2}까지/);
  assert.match(line({ state: "no_show", back_until: "2026-01-01T00:00:00+09:00" }), /순서가 지나갔어요/);
  assert.match(line({ state: "expired" }), /지난 날/);
  assert.equal(line({ state: "finished" }), "업무가 끝났어요.");
  assert.equal(line({ state: "finished", expert: { slug: "tax", name: "세금" } }), "세금 전문가에게 이어 드렸어요.");
  assert.match(line({ priority: "70세 이상이신 분" }), /먼저 모실게요$/);
});

test("who is away is told until when the place is kept, and afterwards what is left", () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const over = "2026-01-01T00:00:00+09:00";
  const mood = (change: Partial<TicketView>) => moodOf({ ...WAITING, ...change });
  assert.equal(mood({ state: "on_the_way", back_until: soon }), "on_the_way");
  assert.equal(mood({ state: "on_the_way", back_until: over }), "late");
  assert.equal(mood({ state: "parked", out: true, back_until: soon }), "out");
  assert.equal(mood({ state: "parked", out: true, back_until: over }), "out_late");
  assert.equal(mood({ state: "parked" }), "parked");
  assert.equal(mood({ state: "no_show", back_until: over }), "over");
  assert.equal(mood({ state: "cancelled", undo_until: soon }), "given_back");
  assert.equal(turnsAt({ ...WAITING, state: "no_show", back_until: soon }), Date.parse(soon));
  assert.equal(turnsAt(WAITING), null);
});

test("numbers that may be old say from when they are, on the branch's clock wherever the phone is", () => {
  const old = { ...WAITING, as_of: "2026-11-21T00:05:00+09:00", reachable: false };
  assert.match(ticketTexts(old, SEOUL).as_of, /00:05의 소식/);
  assert.match(ticketTexts(old, "Asia/Tokyo").as_of, /00:05의 소식/);
  assert.match(ticketTexts(old, "Europe/Paris").as_of, /16:05의 소식/);
});
