// The texts of the browser code: found, filled in, and never lost.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { t, useMessages } from "./i18n";

beforeEach(() => useMessages({}));

test("a sentence without a translation is said in Korean", () => {
  assert.equal(t("잠시만 기다려 주세요"), "잠시만 기다려 주세요");
});

test("a translated sentence takes its values by name", () => {
  useMessages({ "앞에 {count}명이 계십니다.": "{count} people are ahead of you." });
  assert.equal(t("앞에 {count}명이 계십니다.", { count: 0 }), "0 people are ahead of you.");
});

test("a value nobody gave stays visible instead of vanishing", () => {
  assert.equal(t("{name}님, 안녕하세요."), "{name}님, 안녕하세요.");
});

test("an empty translation counts as none", () => {
  useMessages({ "다음": "" });
  assert.equal(t("다음"), "다음");
});
