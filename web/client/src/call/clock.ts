// Time as something passed in, so that what waits can be tested without waiting.

export interface Clock {
  now(): number;
  /** Runs once after so many milliseconds; returns the function that calls it off. */
  after(milliseconds: number, run: () => void): () => void;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
