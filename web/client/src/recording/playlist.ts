// A recording on one time line: who is seen and heard when, and what is missing. Times are seconds from the beginning.

export interface Clip {
  readonly node: number;
  readonly part: number;
  readonly file: string;
  readonly kind: "audio" | "video";
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

/** What is missing at this moment: of everybody, else of one person. */
export function holeAt(playlist: Playlist, at: number, participant: string): Hole | null {
  const here = playlist.gaps.filter((gap) => gap.begin <= at && at < gap.end);
  return here.find((gap) => gap.participant === null) ?? here.find((gap) => gap.participant === participant) ?? null;
}
