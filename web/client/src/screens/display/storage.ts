// What a display keeps over a reload of its page, and forgets with its window.
import type { Memory } from "./announcer";
import type { Attempts } from "./recovery";

export function kept(name: string): Memory {
  return {
    load: () => {
      const written = sessionStorage.getItem(name);
      return written === null ? undefined : (JSON.parse(written) as string[]);
    },
    save: (heard) => sessionStorage.setItem(name, JSON.stringify(heard)),
  };
}

export function keptNumber(name: string): Attempts {
  return {
    load: () => Number(sessionStorage.getItem(name) ?? 0),
    save: (count) => sessionStorage.setItem(name, String(count)),
  };
}
