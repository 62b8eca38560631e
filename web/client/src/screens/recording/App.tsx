// The manager's player: both people side by side on one time line, with what is missing; and the one file to keep.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Player } from "../../recording/player";
import { holeAt, type Hole, type Lane, type Playlist } from "../../recording/playlist";
import { duration } from "../shared/format";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { Download } from "./Download";
import type { RecordingApi } from "./api";

export function App({ api }: { readonly api: RecordingApi }) {
  const [playlist, setPlaylist] = useState<Playlist | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const open = () => {
    setTrouble(null);
    api.play().then(setPlaylist, (error: Error) => setTrouble(error.message));
  };
  return (
    <>
      {playlist ? (
        <Stage api={api} playlist={playlist} onExpired={open} />
      ) : (
        <div class="recording-closed">
          <button type="button" class="button button-main" data-action="open-recording" onClick={open}>
            <Icon name="video" /> {t("녹화 보기")}
          </button>
          <p class="small">{t("보신 분과 시각이 남아요.")}</p>
        </div>
      )}
      {trouble && (
        <p class="notice notice-attention" role="alert" data-trouble>
          <Icon name="warn" /> <span>{trouble}</span>
        </p>
      )}
      <Download api={api} />
    </>
  );
}

interface StageProps {
  readonly api: RecordingApi;
  readonly playlist: Playlist;
  readonly onExpired: () => void;
}

function Stage({ api, playlist, onExpired }: StageProps) {
  const [player] = useState(() => new Player({ playlist, address: (clip) => api.track(clip, playlist.ticket) }));
  const [broken, setBroken] = useState(false);
  useChanges(player);
  useEffect(() => player.on("failed", () => setBroken(true)), [player]);
  useEffect(() => () => player.pause(), [player]);
  return (
    <section class="recording-player" aria-label={t("녹화 재생")} data-at={player.at.toFixed(1)} data-playing={player.playing || undefined}>
      <div class="recording-people">
        {playlist.lanes.map((lane) => (
          <Person key={lane.participant} player={player} lane={lane} hole={holeAt(playlist, player.at, lane.participant)} />
        ))}
      </div>
      <Line player={player} playlist={playlist} />
      {broken && (
        <p class="notice notice-attention" role="alert">
          <Icon name="warn" /> <span>{t("파일 하나를 열지 못했어요. 다시 열어 보시고, 계속되면 전산 담당자에게 알려 주세요.")}</span>
          <button type="button" class="button button-small" onClick={onExpired}>
            {t("다시 열기")}
          </button>
        </p>
      )}
    </section>
  );
}

function Person({ player, lane, hole }: { readonly player: Player; readonly lane: Lane; readonly hole: Hole | null }) {
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
      {hole && <p class="recording-hole">{reason(hole)}</p>}
    </figure>
  );
}

function Line({ player, playlist }: { readonly player: Player; readonly playlist: Playlist }) {
  const { seconds } = player;
  return (
    <div class="recording-line">
      <button type="button" class="button button-main button-small" data-action="play" onClick={() => (player.playing ? player.pause() : player.play())}>
        {player.playing ? t("멈추기") : t("재생")}
      </button>
      <div class="recording-track">
        <svg class="recording-gaps" viewBox={`0 0 ${seconds} 1`} preserveAspectRatio="none" aria-hidden="true">
          {playlist.gaps.map((gap) => (
            <rect key={`${gap.begin} ${gap.participant}`} x={gap.begin} width={gap.end - gap.begin} y={0} height={1} data-whose={gap.participant ?? "all"} />
          ))}
        </svg>
        <input
          type="range"
          min={0}
          max={seconds}
          step={0.1}
          value={player.at}
          data-seek
          aria-label={t("시간")}
          aria-valuetext={duration(player.at * 1000)}
          onInput={(event) => player.seek(Number(event.currentTarget.value))}
        />
      </div>
      <span class="number" role="timer">
        {duration(player.at * 1000)} / {duration(seconds * 1000)}
      </span>
      {playlist.gaps.length > 0 && <Gaps gaps={playlist.gaps} onGo={(to) => player.seek(to)} />}
    </div>
  );
}

/** What is missing, in words: colour on a line says it to nobody who does not see it. */
function Gaps({ gaps, onGo }: { readonly gaps: readonly Hole[]; readonly onGo: (to: number) => void }) {
  return (
    <details class="recording-gap-list">
      <summary class="link">{t("빈 곳 {count}군데", { count: gaps.length })}</summary>
      <ul>
        {gaps.map((gap) => (
          <li key={`${gap.begin} ${gap.participant}`} data-gap={gap.reason}>
            <button type="button" class="link number" onClick={() => onGo(Math.max(0, gap.begin - 1))}>
              {duration(gap.begin * 1000)} ~ {duration(gap.end * 1000)}
            </button>{" "}
            {gap.participant ? personName(gap.participant) : t("모두")} · {reason(gap)}
          </li>
        ))}
      </ul>
    </details>
  );
}

const NAMES: Readonly<Record<string, () => string>> = { customer: () => t("손님"), advisor: () => t("상담사") };

function personName(role: string): string {
  return NAMES[role]?.() ?? t("함께한 분");
}

const REASONS: Readonly<Record<string, () => string>> = {
  paused: () => t("녹화를 멈춘 동안이에요"),
  lost: () => t("연결이 약해 빠졌어요"),
  reconnect: () => t("연결을 다시 잇는 동안이에요"),
  nothing_sent: () => t("카메라나 마이크가 꺼져 있었어요"),
  no_keyframe: () => t("첫 화면을 기다리는 동안이에요"),
  restart: () => t("장치를 바꾸는 동안이에요"),
  overload: () => t("저장이 밀려 빠졌어요"),
  failed: () => t("저장하지 못했어요"),
  not_closed: () => t("녹화하던 곳이 멈춰 다른 곳에서 이어졌어요"),
  stopped: () => t("녹화하지 않은 동안이에요"),
};

function reason(gap: Hole): string {
  return REASONS[gap.reason]?.() ?? t("녹화되지 않았어요");
}
