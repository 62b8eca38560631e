// Going from page to page on a kiosk: always in place of the page before, so that the history holds one entry for ever.
import { isErrorBody } from "../../protocol/errors";
import { t } from "../../i18n";

const CUT_OFF = "연결이 잠시 끊겼어요. 다시 한번 눌러 주세요.";

export interface NavigationOptions {
  readonly csrf: string;
  /** Says why something did not work; the page stays as it is. */
  readonly trouble: (sentence: string) => void;
  /** Shown while an answer takes its time; null = over. */
  readonly patience: (sentence: string | null) => void;
  /** Where an answered form leads; the place of the page by default. */
  readonly go?: (to: string) => void;
}

interface Answer {
  readonly to: string;
}

/** Takes over every link and form of the page. A second tap while the first is on its way counts for nothing. */
export class Navigation {
  readonly #options: NavigationOptions;
  #busy = false;

  constructor(options: NavigationOptions) {
    this.#options = options;
    document.addEventListener("click", (event) => this.#follow(event));
    document.addEventListener("submit", (event) => void this.#submit(event));
  }

  /** Sends a form's fields; resolves when the answer has been acted upon. */
  async post(action: string, fields: FormData = new FormData(), words: string | null = null): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#options.patience(words);
    const to = await this.#ask(action, fields);
    if (to === null || this.#options.go) {
      this.#busy = false;
      this.#options.patience(null);
    }
    if (to !== null) (this.#options.go ?? replace)(to);
  }

  /** Goes where the server sends this page's reader, unless an answered form already leads on. */
  move(to: string): void {
    if (!this.#busy) replace(to);
  }

  #follow(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[href]");
    if (!link || link.target || this.#options.go) return;
    event.preventDefault();
    this.move(link.href);
  }

  async #submit(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || "plain" in form.dataset) return;
    event.preventDefault();
    await this.post(form.action, new FormData(form, event.submitter), form.dataset["patience"] ?? null);
  }

  async #ask(action: string, fields: FormData): Promise<string | null> {
    try {
      const headers = { Accept: "application/json", "X-CSRFToken": this.#options.csrf };
      const answer = await fetch(action, { method: "POST", body: fields, headers });
      const body: unknown = await answer.json();
      if (answer.ok) return (body as Answer).to;
      this.#options.trouble(isErrorBody(body) ? body.message : t(CUT_OFF));
    } catch {
      this.#options.trouble(t(CUT_OFF));
    }
    return null;
  }
}

/** Puts another page in the place of this one. */
export function replace(to: string): void {
  location.replace(to);
}
