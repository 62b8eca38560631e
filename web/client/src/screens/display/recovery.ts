// A display has nobody who would reload it: after an error it loads itself anew, later each time, and only when the hub answers.

const FIRST = 1_000; // ms
const LONGEST = 60_000;
const HEALTHY = 120_000; // ms without an error, and everything is forgiven

export interface Attempts {
  load(): number;
  save(count: number): void;
}

/** How long to wait before the next reload, after so many in a row; milliseconds. */
export function backOff(attempts: number): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.min(attempts, 16));
}

export interface RecoveryOptions {
  readonly attempts: Attempts;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Whether the hub answers; a reload without it would end on the browser's own error page, for good. */
  readonly answers: () => Promise<boolean>;
  readonly reload: () => void;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  #under = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    void options.wait(HEALTHY).then(() => this.#under || options.attempts.save(0));
  }

  /** Something broke, or the hub has a newer page: load anew, once, when it is time. */
  async reloadSoon(): Promise<void> {
    if (this.#under) return;
    this.#under = true;
    const { attempts, wait, answers, reload } = this.#options;
    const before = attempts.load();
    attempts.save(before + 1);
    await wait(backOff(before));
    while (!(await answers())) await wait(backOff(before));
    reload();
  }
}
