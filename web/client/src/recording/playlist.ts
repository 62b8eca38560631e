// A recording on one time line: who is seen and heard when, and what is missing. Times are seconds from the beginning.

export interface Clip {
  readonly node: number;
  readonly part: string;
  readonly file: string;
  /** screen: what this person showed beside the camera, once for each time. */
  readonly kind: "audio" | "video" | "screen";
  readonly begin: number;
  readonly end: number;
  /** The file's own time is that of the line less this. */
  readonly shift: number;
}

export interface Lane {
  readonly participant: string;
  readonly role: string;
  readonly clips: readonly Clip[];
}

export interface Hole {
  readonly begin: number;
  readonly end: number;
  readonly reason: string;
  /** null = of everybody. */
  readonly participant: string | null;
  /** Of what this person showed, not of themselves. */
  readonly screen: boolean;
}

export interface Playlist {
  readonly started_at: string;
  readonly seconds: number;
  readonly lanes: readonly Lane[];
  readonly gaps: readonly Hole[];
  readonly ticket: string;
}

/** The file that has this moment, if any. */
export function clipAt(lane: Lane, kind: Clip["kind"], at: number): Clip | null {
  return lane.clips.find((clip) => clip.kind === kind && clip.begin <= at && at < clip.end) ?? null;
}

const BETWEEN = 1; // seconds; two files of one person that follow each other leave less than this

/** Whether this person was in the room at this moment; at the very end whoever was there stays. */
export function isThere(lane: Lane, at: number): boolean {
  return lane.clips.some(({ begin, end }) => begin - BETWEEN <= at && at < end + BETWEEN);
}

/** What is missing at this moment: of everybody, else of one person, or of the screen they show. */
export function holeAt(playlist: Playlist, at: number, participant: string, screen = false): Hole | null {
  const here = playlist.gaps.filter((gap) => gap.begin <= at && at < gap.end);
  return here.find((gap) => gap.participant === null) ?? here.find((gap) => gap.participant === participant && gap.screen === screen) ?? null;
}

/** A screen that was shown from here to there. */
export interface Showing {
  readonly lane: Lane;
  readonly begin: number;
  readonly end: number;
}

const SAME_SHOWING = 1; // seconds; a connection that was made anew cuts a file, not what was shown

/** Every time a screen was shown, in order. */
export function showings(playlist: Playlist): Showing[] {
  const found: Showing[] = [];
  for (const lane of playlist.lanes) {
    for (const { kind, begin, end } of lane.clips) {
      if (kind !== "screen") continue;
      const before = found.at(-1);
      if (before?.lane === lane && begin - before.end < SAME_SHOWING) found.splice(-1, 1, { ...before, end });
      else found.push({ lane, begin, end });
    }
  }
  return found.sort((one, other) => one.begin - other.begin);
}
