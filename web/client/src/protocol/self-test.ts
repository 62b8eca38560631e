// Trying the way to the media node before anybody waits for it.
import { asRequestFailed, CentreUnreachable, isErrorBody, RequestFailed } from "./errors";

const URL = "/api/selftest/media";
const TIMEOUT = 8_000; // ms

/** Sends a whole SDP offer, returns the SDP answer of a room in which nobody else is. Raises RequestFailed. */
export async function offerForTest(sdp: string, csrf: string): Promise<string> {
  const headers = { Accept: "application/json", "Content-Type": "application/sdp", "X-CSRFToken": csrf };
  const sending = { method: "POST", headers, body: sdp, credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT) } as const;
  const answer = await fetch(URL, sending).catch((error: unknown) => {
    throw asRequestFailed(error);
  });
  if (answer.ok) return answer.text();
  const body: unknown = await answer.json().catch(() => null);
  throw isErrorBody(body) ? new RequestFailed(body.code, answer.status, body.message) : new CentreUnreachable(answer.status);
}

/** Asks the centre anything; raises when it does not answer. */
export async function askCentre(): Promise<void> {
  const answer = await fetch("/healthz", { signal: AbortSignal.timeout(TIMEOUT), cache: "no-store" });
  if (!answer.ok) throw new CentreUnreachable(answer.status);
}
