// Everybody side by side; a screen that is shown stands large, with the people beside it.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import type { Player } from "../../recording/player";
import { clipAt, holeAt, isThere, type Hole, type Lane, type Playlist } from "../../recording/playlist";
import { personName, reason } from "./words";

export function Pictures({ player, playlist }: { readonly player: Player; readonly playlist: Playlist }) {
  const { lanes } = playlist;
  const showing = lanes.filter((lane) => lane.clips.some(({ kind }) => kind === "screen"));
  const shown = showing.filter((lane) => clipAt(lane, "screen", player.at));
  return (
    <div class="recording-stage" data-people={lanes.length} data-shows={showing.length > 0 ? "" : undefined} data-showing={shown.length > 0 ? "" : undefined}>
      <div class="recording-screens" hidden={shown.length === 0}>
        {showing.map((lane) => (
          <Screen key={lane.participant} player={player} lane={lane} shown={shown.includes(lane)} hole={holeAt(playlist, player.at, lane.participant, true)} />
        ))}
      </div>
      <div class="recording-people">
        {lanes.map((lane) => (
          <Person key={lane.participant} player={player} lane={lane} hole={holeAt(playlist, player.at, lane.participant)} />
        ))}
      </div>
    </div>
  );
}

interface PictureProps {
  readonly player: Player;
  readonly lane: Lane;
  readonly hole: Hole | null;
}

function Person({ player, lane, hole }: PictureProps) {
  const picture = useRef<HTMLVideoElement>(null);
  const voice = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (picture.current) player.attach(lane, "video", picture.current);
    if (voice.current) player.attach(lane, "audio", voice.current);
  }, [player, lane]);
  return (
    <figure class="recording-person" data-participant={lane.participant}>
      <video ref={picture} muted playsInline preload="auto" />
      <audio ref={voice} preload="auto" />
      <figcaption>{personName(lane.role)}</figcaption>
      {hole ? <p class="recording-hole">{reason(hole)}</p> : !isThere(lane, player.at) && <p class="recording-hole">{t("함께 있지 않은 동안이에요")}</p>}
    </figure>
  );
}

function Screen({ player, lane, hole, shown }: PictureProps & { readonly shown: boolean }) {
  const picture = useRef<HTMLVideoElement>(null);
  useEffect(() => void (picture.current && player.attach(lane, "screen", picture.current)), [player, lane]);
  return (
    <figure class="recording-person recording-screen" data-screen-of={lane.participant} hidden={!shown}>
      <video ref={picture} muted playsInline preload="auto" />
      <figcaption>{t("{name}의 화면", { name: personName(lane.role) })}</figcaption>
      {hole && <p class="recording-hole">{reason(hole)}</p>}
    </figure>
  );
}
