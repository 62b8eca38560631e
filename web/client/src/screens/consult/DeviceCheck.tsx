// Before the line: own picture, own voice, and three findings with what to do about them.
import { useEffect, useState } from "preact/hooks";
import type { LocalMedia } from "../../call/devices";
import { mayContinue, type Finding } from "../../call/check";
import { followLevel } from "../../call/level";
import { t } from "../../i18n";
import { DeviceSheet } from "../shared/DeviceSheet";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { SelfPicture } from "../shared/SelfPicture";
import { isLineFault, lineSentence } from "../shared/findings";
import { deviceSentence, kioskDeviceSentence } from "../shared/sentences";
import { BackAndTest } from "./Back";
import type { Entrant } from "./entrant";
import { Shell } from "./Shell";

const HEARD = 0.35; // level above which someone speaks, not the room

export function DeviceCheck({ room }: { readonly room: Entrant }) {
  const { media, check } = room;
  const kiosk = room.page.at === "kiosk";
  useChanges(media);
  const [heard, setHeard] = useState(false);
  const [devices, setDevices] = useState(false);
  useEffect(() => void room.runCheck(), [room]);

  const unsettled = Object.values(check).some((finding: Finding) => finding.result === "warn" || finding.result === "fail");
  const ways = (
    <>
      <button type="button" class="button button-main button-wide" data-action="ready" disabled={room.busy || !mayContinue(check)} onClick={() => void room.ready()}>
        {media.microphone && !media.camera ? t("목소리로 들어가기") : (room.onward ?? t("상담 기다리기"))}
      </button>
      <div class="row-centre check-ways">
        {unsettled && (
          <button type="button" class="button button-quiet button-small" data-action="check-again" onClick={() => void room.runCheck(true)}>
            <Icon name="refresh" /> {t("다시 확인하기")}
          </button>
        )}
        <button type="button" class="button button-quiet button-small" data-action="devices" onClick={() => setDevices(true)}>
          <Icon name="settings" /> {t("장치 바꾸기")}
        </button>
      </div>
    </>
  );
  return (
    <Shell room={room} ways={ways} back={<BackAndTest room={room} />}>
      <h1>{t("화면과 소리를 확인할게요")}</h1>
      <div class="check-room">
        <figure class="room-self check-self">
          <SelfPicture track={media.camera} />
          {!media.camera && <NoPicture media={media} />}
          <figcaption>
            <Level track={media.microphone} onHeard={() => setHeard(true)} />
          </figcaption>
        </figure>
        <ul class="checks" aria-live="polite">
          <CheckLine name={t("카메라")} check="camera" finding={check.camera} kiosk={kiosk} fine={t("잘 보여요.")} />
          <CheckLine name={t("마이크")} check="microphone" finding={check.microphone} kiosk={kiosk} fine={heard ? t("잘 들려요.") : t("한마디 해 보세요. 막대가 움직이면 잘 들리는 거예요.")} />
          <CheckLine name={t("연결")} check="connection" finding={check.connection} kiosk={kiosk} fine={t("좋아요.")} />
        </ul>
        {!kiosk && unsettled && (
          <a class="button button-quiet button-small" data-action="selftest" href="/selftest">
            <Icon name="search" /> {t("자세히 점검하기")}
          </a>
        )}
      </div>
      {devices && <DeviceSheet media={media} onClose={() => setDevices(false)} />}
    </Shell>
  );
}

function NoPicture({ media }: { readonly media: LocalMedia }) {
  const sentence = media.microphone ? t("목소리만 전해져요") : media.opened ? t("카메라와 마이크를 쓸 수 없어요") : t("카메라와 마이크를 허용해 주세요");
  return (
    <p class="check-no-picture">
      <Icon name="video-off" />
      <span>{sentence}</span>
    </p>
  );
}

interface CheckLineProps {
  readonly name: string;
  readonly check: "camera" | "microphone" | "connection";
  readonly finding: Finding;
  readonly fine: string;
  readonly kiosk: boolean;
}

function CheckLine(line: CheckLineProps) {
  const { name, check, finding } = line;
  return (
    <li class="check" data-check={check} data-result={finding.result}>
      <strong>{name}</strong>
      <span>{sentence(line)}</span>
    </li>
  );
}

function sentence({ check, finding, fine, kiosk }: CheckLineProps): string {
  if (finding.result === "wait") return t("확인하고 있어요.");
  if (finding.result === "pass") return fine;
  if (isLineFault(finding.cause)) return lineSentence(finding.cause);
  const medium = check === "camera" ? "video" : "audio";
  return kiosk ? kioskDeviceSentence(medium) : deviceSentence(medium, finding.cause);
}

const BOARDS = 12;

/** The voice as floor boards that light up. */
function Level({ track, onHeard }: { readonly track: MediaStreamTrack | null; readonly onHeard: () => void }) {
  const [level, setLevel] = useState(0);
  useEffect(() => (track ? followLevel(track, setLevel) : setLevel(0)), [track]);
  useEffect(() => {
    if (level > HEARD) onHeard();
  }, [level > HEARD]);
  const lit = Math.round(level * BOARDS);
  return (
    <div class="voice" role="meter" aria-label={t("마이크 소리")} aria-valuemin={0} aria-valuemax={BOARDS} aria-valuenow={lit} data-level={lit}>
      <Icon name={track ? "mic" : "mic-off"} />
      {Array.from({ length: BOARDS }, (_, board) => (
        <span key={board} data-lit={board < lit ? "" : undefined} />
      ))}
    </div>
  );
}
