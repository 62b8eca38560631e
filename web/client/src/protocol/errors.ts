// What can go wrong between browser and centre, as one tree with stable codes.
//
// RequestFailed            the centre answered with an error body, or not at all
// └── CentreUnreachable    no answer: line cut, time out, proxy page
import type { ErrorBody } from "./types";

/** Codes after which asking again with the same request cannot help. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  "consult.taken",
  "consult.elsewhere",
  "consult.over",
  "consult.not_found",
  "access.denied",
  "media.bad_offer",
]);

export class RequestFailed extends Error {
  override readonly name: string = "RequestFailed";

  constructor(
    readonly code: string,
    /** HTTP status; 0 when the answer came over a socket or not at all. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** True when only another request, or a person, can help. */
  get final(): boolean {
    return FINAL_CODES.has(this.code);
  }
}

export class CentreUnreachable extends RequestFailed {
  override readonly name = "CentreUnreachable";

  constructor(cause: unknown) {
    super("centre.unreachable", 0, cause instanceof Error ? cause.message : String(cause));
  }
}

export function isErrorBody(body: unknown): body is ErrorBody {
  const fields = body as Partial<ErrorBody> | null;
  return typeof fields?.code === "string" && typeof fields.message === "string";
}

/** Turns whatever was thrown into one of ours. */
export function asRequestFailed(error: unknown): RequestFailed {
  return error instanceof RequestFailed ? error : new CentreUnreachable(error);
}
