// Texts of the browser code in the visitor's language: the Korean sentence is its own key, as in the server's catalogues.

export type Messages = Readonly<Record<string, string>>;
export type Values = Readonly<Record<string, string | number>>;

let messages: Messages | undefined;

/** Replaces the catalogue, for code that runs without a page (tests, workers). */
export function useMessages(catalogue: Messages): void {
  messages = catalogue;
}

function catalogue(): Messages {
  messages ??= readCatalogue();
  return messages;
}

function readCatalogue(): Messages {
  const text = globalThis.document?.getElementById("messages")?.textContent;
  return text ? (JSON.parse(text) as Messages) : {};
}

/** Says a Korean sentence in the page's language; `{name}` takes the value of that name, an unknown name stays as it is. */
export function t(korean: string, values: Values = {}): string {
  const sentence = catalogue()[korean] || korean;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
