// Who else is in a call: what their tiles say, and what everyone is to know of them.
import { SEATS } from "../../call/places";
import type { GuestCard, GuestRole, Mode, RecorderView, Standing } from "../../protocol/types";
import { t } from "../../i18n";

/** One more person on the screen. */
export interface Face {
  readonly seat: number;
  readonly name: string;
  /** Why they are there, or what happens with them now. */
  readonly note: string;
  /** Always in sight and never cut: hands that speak. */
  readonly pinned: boolean;
  /** Picture and voice can be there. */
  readonly here: boolean;
}

/** Who looks: decides on what a supervisor shows. */
export type Viewer = "customer" | "advisor" | "guest" | "supervisor";

const ROLES: Readonly<Record<GuestRole, () => string>> = {
  companion: () => t("동행"),
  interpreter: () => t("통역"),
  expert: () => t("전문가"),
  supervisor: () => t("책임자"),
};

export function roleLabel(role: GuestRole): string {
  return ROLES[role]();
}

/** The tiles beside the one opposite. */
export function facesOf(guests: readonly GuestCard[], viewer: Viewer): Face[] {
  return guests.filter((guest) => isSeen(guest, viewer)).map(faceOf);
}

/** Customer and advisor, as somebody else in the room sees them. */
export function hostFace(seat: keyof typeof SEATS, name: string, title: string, here = true, standing: Standing | null = null): Face {
  const { state = "connected", muted = false } = standing ?? {};
  const note = state !== "connected" ? absenceNote(state) : !here ? t("듣고 있어요") : muted ? t("마이크 꺼짐") : title;
  return { seat: SEATS[seat], name, note, pinned: false, here };
}

/** As far as a tile tells it: that the one opposite is away is told in a sentence. */
export function present(standing: Standing | null): Standing | null {
  return standing && { ...standing, state: "connected" };
}

function absenceNote(state: "reconnecting" | "left"): string {
  return state === "left" ? t("잠시 나갔어요") : t("다시 잇고 있어요");
}

function isSeen({ role, mode }: GuestCard, viewer: Viewer): boolean {
  if (role !== "supervisor") return true;
  return mode === "barge" || mode === "lead" || (mode === "whisper" && viewer === "advisor");
}

function faceOf(guest: GuestCard): Face {
  const { seat, name, role } = guest;
  return { seat, name, note: noteOf(guest), pinned: role === "interpreter", here: guest.state === "joined" && guest.media === "connected" };
}

function noteOf({ role, state, media, muted }: GuestCard): string {
  if (state === "invited") return t("기다리고 있어요");
  if (state === "left") return absenceNote(state);
  if (media === "reconnecting" || media === "left") return absenceNote(media);
  return muted ? t("마이크 꺼짐") : roleLabel(role);
}

/** The supervisor who has taken the advisor's place. */
export function leaderOf(guests: readonly GuestCard[]): GuestCard | null {
  return guests.find((guest) => guest.mode === "lead" && guest.state === "joined") ?? null;
}

/** Sentences that everyone in the call is to read for as long as they hold; `recorder` null is a call that nobody records. */
export function roomNotes(guests: readonly GuestCard[], viewer: Viewer, recorder: RecorderView | null): string[] {
  const joined = guests.filter((guest) => guest.state === "joined");
  // Whoever is away no longer keeps the recording stopped, and whoever is on the way in does not yet.
  const unrecorded = recorder && recorder.state !== "live" ? joined.find((guest) => guest.recording === false && guest.media !== "left") : undefined;
  const supervised = joined.flatMap((guest) => (guest.mode ? [supervision(guest.mode, viewer)] : []));
  const pause = unrecorded ? [t("{name}님이 녹화를 원하지 않아, 함께 계신 동안 녹화하지 않아요.", { name: unrecorded.name })] : [];
  return [...pause, ...supervised].filter((note) => note !== "");
}

function supervision(mode: Mode, viewer: Viewer): string {
  if (mode === "listen") return t("책임자가 함께 듣고 있어요.");
  if (mode === "whisper") return viewer === "advisor" ? t("책임자의 말은 상담사님께만 들려요.") : t("책임자가 함께 듣고 있어요.");
  if (mode === "lead") return viewer === "advisor" ? t("책임자가 상담을 이어받았어요. 손님께는 책임자만 들려요.") : t("책임자가 상담을 이어받았어요.");
  return "";
}
