// Two to six people: one fills the screen, the others stand in a strip, names beneath; a shared screen comes before faces.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveCall } from "../../call/live";
import { placeOf } from "../../call/places";
import { SCREEN_OVER } from "../../call/screen";
import { t } from "../../i18n";
import { Icon } from "./Icon";
import type { Face } from "./people";
import { playAloud } from "./remote";

export interface CallPeopleProps {
  readonly call: LiveCall;
  /** The picture of the one opposite, and who that is. */
  readonly first: ComponentChildren;
  readonly opposite: Face;
  readonly others: readonly Face[];
  /** Who fills the screen as long as nobody is chosen. */
  readonly front?: number | undefined;
  /** The one opposite is away: what they showed is no longer shown. */
  readonly away: boolean;
  /** Seats of those whose screen is shown, the newest last. */
  readonly screens: readonly number[];
  readonly onScreens: (change: (before: readonly number[]) => readonly number[]) => void;
}

/** A tile: somebody's face, or what they show. */
type Tile = `face ${number}` | `screen ${number}`;

export function CallPeople({ call, first, opposite, others, front, away, screens, onScreens }: CallPeopleProps) {
  const [chosen, choose] = useState<Tile | null>(null);
  const everyone = [opposite, ...others];
  const main = mainTile(chosen, everyone, screens, front ?? opposite.seat);
  const frame = (tile: Tile) => ({ main: tile === main, onChoose: () => choose(tile) });
  const shown = (seat: number, on: boolean) => onScreens((before) => [...before.filter((other) => other !== seat), ...(on ? [seat] : [])]);
  return (
    <div class="call-people" data-people={everyone.length}>
      {everyone.map((face) => (
        <PersonTile key={`face ${face.seat}`} face={face} voiceAlone={voiceAlone(call, face)} {...frame(`face ${face.seat}`)}>
          {face === opposite ? first : <Picture call={call} face={face} />}
          {face === opposite && !face.here && <span class="person-face">{face.name.slice(0, 1)}</span>}
        </PersonTile>
      ))}
      {everyone.map((face) => (
        <ScreenTile
          key={`screen ${face.seat}`}
          call={call}
          face={face}
          here={face.here && !(away && face === opposite)}
          on={screens.includes(face.seat)}
          {...frame(`screen ${face.seat}`)}
          onShown={(on) => shown(face.seat, on)}
        />
      ))}
    </div>
  );
}

/** Somebody's screen comes first, until a face is chosen over it; who has gone fills nothing. */
function mainTile(chosen: Tile | null, everyone: readonly Face[], screens: readonly number[], front: number): Tile {
  const there: Tile[] = [...everyone.map(({ seat }): Tile => `face ${seat}`), ...screens.map((seat): Tile => `screen ${seat}`)];
  if (chosen && there.includes(chosen)) return chosen;
  const screen = screens.at(-1);
  if (screen !== undefined) return `screen ${screen}`;
  return everyone.some(({ seat, here }) => seat === front && here) ? `face ${front}` : `face ${everyone[0]?.seat ?? front}`;
}

interface Frame {
  readonly face: Face;
  readonly main: boolean;
  readonly onChoose: () => void;
}

/** Who is opposite has this told in a sentence. */
function voiceAlone(call: LiveCall, { here, seat }: Face): boolean {
  const place = placeOf(seat, call.ownSeat);
  return here && place > 0 && call.voiceAlone(place);
}

function PersonTile({ face, voiceAlone, main, onChoose, children }: Frame & { readonly voiceAlone: boolean; readonly children: ComponentChildren }) {
  return (
    <div class="call-tile" data-seat={face.seat} data-main={main ? "" : undefined} data-pinned={face.pinned ? "" : undefined} data-here={face.here ? "" : undefined} data-voice={voiceAlone ? "" : undefined}>
      {children}
      {voiceAlone && <span class="person-face">{face.name.slice(0, 1)}</span>}
      <Caption name={face.name} note={voiceAlone ? t("지금은 목소리만") : face.note} main={main} onChoose={onChoose} />
    </div>
  );
}

/** The whole tile is the thing to tap, its name what it is called. */
function Caption({ name, note, main, onChoose }: { readonly name: string; readonly note: string; readonly main: boolean; readonly onChoose: () => void }) {
  return (
    <button type="button" class="call-name" data-action="front" disabled={main} onClick={onChoose} title={main ? undefined : t("크게 보기")}>
      <strong>{name}</strong> <small>{note}</small>
    </button>
  );
}

/** Somebody's camera and voice; one letter while there is no picture. */
function Picture({ call, face }: { readonly call: LiveCall; readonly face: Face }) {
  const video = useRef<HTMLVideoElement>(null);
  const [seen, setSeen] = useState(false);
  const stream = face.here ? (call.people[placeOf(face.seat, call.ownSeat)]?.stream ?? null) : null;
  useEffect(() => {
    if (!video.current || !stream) return setSeen(false);
    video.current.srcObject = stream;
    return playSoon(video.current);
  }, [stream]);
  return (
    <>
      {!seen && <span class="person-face">{face.name.slice(0, 1)}</span>}
      <video ref={video} class="call-picture" data-seen={seen ? "" : undefined} onResize={(event) => setSeen((event.currentTarget as HTMLVideoElement).videoWidth > 0)} autoplay playsInline />
    </>
  );
}

/** Plays with sound now, or with the next tap where the browser wants one. */
function playSoon(video: HTMLVideoElement): () => void {
  const again = () => void playAloud(video);
  void playAloud(video).then((aloud) => !aloud && window.addEventListener("pointerdown", again, { once: true }));
  return () => window.removeEventListener("pointerdown", again);
}

interface ScreenTileProps extends Frame {
  readonly call: LiveCall;
  readonly here: boolean;
  readonly on: boolean;
  readonly onShown: (on: boolean) => void;
}

/** What somebody shows; nothing is seen of it until it has a picture, nor after it was ended. */
function ScreenTile({ call, face, here, on, main, onChoose, onShown }: ScreenTileProps) {
  const video = useRef<HTMLVideoElement>(null);
  const track = here ? (call.people[placeOf(face.seat, call.ownSeat)]?.screen ?? null) : null;
  useEffect(() => {
    if (!video.current || !track) return onShown(false);
    video.current.srcObject = new MediaStream([track]);
    void video.current.play().catch(() => undefined);
    return undefined;
  }, [track]);
  return (
    <div class="call-tile call-screen" data-screen-of={face.seat} data-main={main && on ? "" : undefined} hidden={!on}>
      <video ref={video} onResize={(event) => onShown((event.currentTarget as HTMLVideoElement).videoWidth > SCREEN_OVER)} autoplay muted playsInline />
      <Caption name={face.name} note={t("보여 주는 화면")} main={main} onChoose={onChoose} />
    </div>
  );
}

export function RoomNotes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="call-notes" role="status">
      {notes.map((note) => (
        <li key={note}>
          <Icon name="people" /> {note}
        </li>
      ))}
    </ul>
  );
}
