// Pages that are older than they know: opened again instead of going on with what is no longer true.

const SETTLED = 15_000; // ms a page must have lived before it may open itself again

/** A page that outlived its token (the centre was set up anew) is opened again, but never in a circle. */
export function reloadIfExpired(code: string): void {
  if (code === "csrf.failed" && performance.now() > SETTLED) location.reload();
}

/** Going back may show a page from the browser's memory, with its sockets cut and its state of then. */
export function restartWhenRestored(): void {
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}
