import assert from "node:assert/strict";
import { test } from "node:test";
import { readTable } from "./charts";

/** As much of a table as is read: rows with a head and cells that may have a value. */
function table(heads: Record<string, string>, rows: readonly (readonly [string, Record<string, string | undefined>])[]): ParentNode {
  const cell = (value: string | undefined) => ({ dataset: value === undefined ? {} : { value } });
  const column = (selector: string) => /data-column="(.*)"/.exec(selector)?.[1] ?? "";
  return {
    querySelectorAll: () =>
      rows.map(([label, values]) => ({
        querySelector: (selector: string) => (selector === "th" ? { textContent: ` ${label}\n` } : cell(values[column(selector)])),
      })),
    querySelector: (selector: string) => ({ textContent: heads[column(selector)] }),
  } as unknown as ParentNode;
}

test("a chart shows the columns it is told, with gaps where nothing was measured", () => {
  const heads = { issued: "발급", wait: "기다림", calls: "호출" };
  const drawn = readTable(table(heads, [["09:00", { issued: "3", wait: "7.5" }], ["10:00", { issued: "0" }]]), ["issued", "wait"]);
  assert.deepEqual(drawn.labels, ["09:00", "10:00"]);
  assert.deepEqual(drawn.series, [
    { label: "발급", values: [3, 0] },
    { label: "기다림", values: [7.5, null] },
  ]);
});

test("a table without lines draws nothing", () => {
  assert.deepEqual(readTable(table({ issued: "발급" }, []), ["issued"]).series, [{ label: "발급", values: [] }]);
});
