// What all findings of a self-test come to.
import type { PieceFinding } from "../../call/self-test";

export type Verdict = "wait" | "pass" | "warn" | "fail";

/** The worst of all; while one is still looked at, nothing is said. */
export function verdict(findings: readonly PieceFinding[]): Verdict {
  const results = findings.map(({ result }) => result);
  return (["wait", "fail", "warn"] as const).find((result) => results.includes(result)) ?? "pass";
}
