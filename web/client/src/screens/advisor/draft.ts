// What the advisor has written so far about a consult; a reload of the page does not lose it.

const KEY = "maru.draft";

type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

interface Draft {
  readonly consult: string;
  readonly text: string;
}

/** The draft of this consult; another consult's draft is not shown. */
export function readDraft(consult: string, shelf: Shelf = sessionStorage): string {
  const draft = JSON.parse(shelf.getItem(KEY) ?? "null") as Draft | null;
  return draft?.consult === consult ? draft.text : "";
}

export function keepDraft(consult: string, text: string, shelf: Shelf = sessionStorage): void {
  shelf.setItem(KEY, JSON.stringify({ consult, text } satisfies Draft));
}

export function dropDraft(shelf: Shelf = sessionStorage): void {
  shelf.removeItem(KEY);
}
