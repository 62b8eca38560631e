// One time line for everybody: where one is, what is missing, and when a screen was shown.
import type { ComponentChildren } from "preact";
import { t } from "../../i18n";
import type { Player } from "../../recording/player";
import { showings, type Playlist } from "../../recording/playlist";
import { duration } from "../shared/format";
import { personName, reason, whose } from "./words";

export function TimeLine({ player, playlist }: { readonly player: Player; readonly playlist: Playlist }) {
  const { seconds } = player;
  const shown = showings(playlist);
  const go = (to: number) => player.seek(to);
  return (
    <div class="recording-line">
      <button type="button" class="button button-main button-small" data-action="play" onClick={() => (player.playing ? player.pause() : player.play())}>
        {player.playing ? t("멈추기") : t("재생")}
      </button>
      <div class="recording-track">
        <svg class="recording-gaps" viewBox={`0 0 ${seconds} 1`} preserveAspectRatio="none" aria-hidden="true">
          {playlist.gaps.map((gap) => (
            <rect key={`${gap.begin} ${gap.participant} ${gap.screen}`} x={gap.begin} width={gap.end - gap.begin} y={0} height={1} data-whose={gap.participant ?? "all"} />
          ))}
          {shown.map(({ lane, begin, end }) => (
            <rect key={`${begin} ${lane.participant} shown`} class="recording-shown" x={begin} width={end - begin} y={0.7} height={0.3} />
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
      {shown.length > 0 && (
        <Moments title={t("보여 준 화면 {count}번", { count: shown.length })}>
          {shown.map(({ lane, begin, end }) => (
            <Moment key={`${begin} ${lane.participant}`} kind="shown" begin={begin} end={end} onGo={() => go(begin)}>
              {personName(lane.role)}
            </Moment>
          ))}
        </Moments>
      )}
      {playlist.gaps.length > 0 && (
        <Moments title={t("빈 곳 {count}군데", { count: playlist.gaps.length })}>
          {playlist.gaps.map((gap) => (
            <Moment key={`${gap.begin} ${gap.participant} ${gap.screen}`} kind={gap.reason} begin={gap.begin} end={gap.end} onGo={() => go(Math.max(0, gap.begin - 1))}>
              {whose(gap, playlist.lanes)} · {reason(gap)}
            </Moment>
          ))}
        </Moments>
      )}
    </div>
  );
}

/** In words, too: colour on a line says it to nobody who does not see it. */
function Moments({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <details class="recording-moments">
      <summary class="link">{title}</summary>
      <ul>{children}</ul>
    </details>
  );
}

interface MomentProps {
  readonly kind: string;
  readonly begin: number;
  readonly end: number;
  readonly onGo: () => void;
  readonly children: ComponentChildren;
}

function Moment({ kind, begin, end, onGo, children }: MomentProps) {
  return (
    <li data-gap={kind === "shown" ? undefined : kind} data-shown={kind === "shown" ? "" : undefined}>
      <button type="button" class="link number" onClick={onGo}>
        {duration(begin * 1000)} ~ {duration(end * 1000)}
      </button>{" "}
      {children}
    </li>
  );
}
