// Which screen a consult shows: decided by the snapshot, and where a snapshot allows two, by what the person chose.
import type { RequestFailed } from "../../protocol/errors";
import type { ConsultView } from "../../protocol/types";

export type Screen =
  | "loading"
  | "problem"
  | "consent"
  | "check"
  | "waiting"
  | "call"
  | "ended"
  | "agreed"
  | "survey"
  | "thanks"
  | "cancelled";

/** What the person chose on this page; a reload forgets it and loses nothing. */
export interface Choices {
  /** Went on to the question although the advisor still writes, or after reading. */
  readonly toSurvey: boolean;
}

export function screenOf(view: ConsultView | null, problem: RequestFailed | null, choices: Choices): Screen {
  if (view) return SCREENS[view.state](view, choices);
  return problem ? "problem" : "loading";
}

type Chooser = (view: ConsultView, choices: Choices) => Screen;

const SCREENS: Readonly<Record<ConsultView["state"], Chooser>> = {
  preparing: (view) => (view.recording === null ? "consent" : "check"),
  waiting: () => "waiting",
  accepted: () => "call",
  live: () => "call",
  ended: (view, choices) => (choices.toSurvey && !view.surveyed ? "survey" : "ended"),
  closed: (view, choices) => (view.surveyed ? "thanks" : choices.toSurvey ? "survey" : "agreed"),
  cancelled: () => "cancelled",
};
