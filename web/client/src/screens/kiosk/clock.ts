// The wall clock of a page, and times that grow while one looks at them.

const LOOK_EVERY = 1000; // ms

/** Keeps `[data-clock]` at the branch's own time and `[data-since]` at minutes and seconds since a moment; the answer shows them at once. */
export function keepTime(timezone: string): () => void {
  const wall = new Intl.DateTimeFormat("ko-KR", { timeZone: timezone, hour: "2-digit", minute: "2-digit", hour12: false });
  const tick = () => {
    const now = new Date();
    for (const clock of document.querySelectorAll("[data-clock]")) write(clock, wall.format(now));
    for (const span of document.querySelectorAll<HTMLElement>("[data-since]")) {
      write(span, elapsed(now.getTime() - Date.parse(span.dataset["since"] ?? "")));
    }
  };
  tick();
  setInterval(tick, LOOK_EVERY);
  return tick;
}

/** Milliseconds as 4:05, or 1:02:09 from an hour on; never below zero. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
