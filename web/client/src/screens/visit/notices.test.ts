// Saying once that a turn is near.
import assert from "node:assert/strict";
import { test } from "node:test";
import { useMessages } from "../../i18n";
import type { TicketView } from "../../protocol/types";
import { Caller, noticeOf } from "./notices";

useMessages({});

const TICKET: TicketView = {
  number: "A-012", service: "입출금", state: "waiting", ahead: 5, wait: [10, 20], desk: null, called_at: null, recalls: 0,
  priority: null, out: false, back_until: null, undo_until: null, expert: null, as_of: "2026-11-21T10:00:00+09:00", reachable: true,
};

test("two ahead is near, wherever one is; after a missed call it is not", () => {
  assert.equal(noticeOf(TICKET), null);
  assert.equal(noticeOf({ ...TICKET, ahead: 2 }), "near");
  assert.equal(noticeOf({ ...TICKET, state: "on_the_way", ahead: 1 }), "near");
  assert.equal(noticeOf({ ...TICKET, state: "parked", out: true, ahead: 0 }), "near");
  assert.equal(noticeOf({ ...TICKET, state: "parked", ahead: 0 }), null);
  assert.equal(noticeOf({ ...TICKET, state: "no_show", ahead: 0 }), null);
});

test("each is said once, also over a reload, and not on the first look", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const said: string[] = [];
  const page = () => new Caller(storage, (words) => said.push(words));
  const first = page();
  for (const ahead of [5, 3, 2, 1, 0]) first.see({ ...TICKET, ahead });
  page().see({ ...TICKET, ahead: 0 });
  page().see({ ...TICKET, state: "called", ahead: 0, desk: "1번 창구" });
  page().see({ ...TICKET, state: "called", ahead: 0, desk: "1번 창구" });
  assert.deepEqual(said, ["앞에 2명 남았어요. 지점으로 와 주세요.", "지금 1번 창구 앞으로 와 주세요."]);
  kept.clear();
  page().see({ ...TICKET, ahead: 0 });
  assert.equal(said.length, 2);
});
