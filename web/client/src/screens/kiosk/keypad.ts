// A number typed on the kiosk's glass, and the QR that changes every few minutes.

const RENEW = 240_000; // ms; the code in the picture is good for ten minutes and more

/** Puts the touched keys into the form's one field, spelled as on a ticket: A-012. */
export function useKeypad(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[name=number]");
  if (!field) return;
  form.addEventListener("click", (event) => {
    const key = (event.target as Element | null)?.closest<HTMLElement>("[data-key]")?.dataset["key"];
    if (key !== undefined) field.value = typed(field.value, key);
  });
}

/** What the field holds after one more key. */
export function typed(before: string, key: string): string {
  if (key === "delete") return before.replace(/-?.$/, "");
  const plain = before.replace("-", "");
  if (/[A-Z]/.test(key)) return key + (/^[A-Z]/.test(plain) ? plain.slice(1) : plain).replace(/^(?=.)/, "-");
  const digits = plain.replace(/\D/g, "") + key;
  const letter = /^[A-Z]/.exec(plain)?.[0];
  return letter ? `${letter}-${digits.slice(0, 3)}` : digits.slice(0, 6);
}

/** Fetches the pictures anew while the page stays open. */
export function renewCodes(): void {
  setInterval(() => {
    for (const picture of document.querySelectorAll<HTMLImageElement>("img[data-renew]")) picture.src = `/here.svg?${Date.now()}`;
  }, RENEW);
}
