// What the server put into the page for its script: language, CSRF token, and the page's own data.

export type Language = "ko" | "en" | "zh" | "ja" | "vi" | "th" | "fil" | "ne";

export interface PageData {
  readonly language: Language;
  readonly csrf: string;
}

/** A page was rendered without its `page-data` block, or with one that is not an object. */
export class PageDataMissing extends Error {
  readonly code = "page.no_data";
}

/** Reads `<script type="application/json" id="page-data">`; raises PageDataMissing when the template forgot it. */
export function readPage<Specific extends object = object>(): PageData & Specific {
  const text = document.getElementById("page-data")?.textContent;
  if (!text) throw new PageDataMissing("the page has no #page-data");
  return parsePage<Specific>(text);
}

/** Parses the text of a page-data block. */
export function parsePage<Specific extends object>(text: string): PageData & Specific {
  const data: unknown = JSON.parse(text);
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new PageDataMissing("#page-data holds no object");
  }
  return data as PageData & Specific;
}
