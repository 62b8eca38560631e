// Reading a page's own data.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PageDataMissing, parsePage } from "./page";

test("page data carries the page's own fields beside language and token", () => {
  const page = parsePage<{ consult: string }>('{"language": "ko", "csrf": "token", "consult": "c1"}');
  assert.deepEqual([page.language, page.csrf, page.consult], ["ko", "token", "c1"]);
});

test("a block that holds no object is named as such", () => {
  assert.throws(() => parsePage("[]"), PageDataMissing);
});
