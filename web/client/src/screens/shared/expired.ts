// A page that outlived its token (the centre was set up anew) is opened again, but never in a circle.

const SETTLED = 15_000; // ms a page must have lived before it may open itself again

export function reloadIfExpired(code: string): void {
  if (code === "csrf.failed" && performance.now() > SETTLED) location.reload();
}
