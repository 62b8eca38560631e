// The manager's player: everybody and what they showed on one time line, with what is missing; and the one file to keep.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Player } from "../../recording/player";
import type { Playlist } from "../../recording/playlist";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import type { RecordingApi } from "./api";
import { Download } from "./Download";
import { Pictures } from "./Pictures";
import { TimeLine } from "./TimeLine";

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
      <Pictures player={player} playlist={playlist} />
      <TimeLine player={player} playlist={playlist} />
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
