// Second column: the call; before it one's own picture; after it the head over the paper.
import { useEffect, useState } from "preact/hooks";
import { followLevel } from "../../call/level";
import { t } from "../../i18n";
import { BackdropField } from "../shared/BackdropField";
import { CallView } from "../shared/CallView";
import { DeviceField } from "../shared/DeviceSheet";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { facesOf, hostFace, present, roomNotes } from "../shared/people";
import { SelfPicture } from "../shared/SelfPicture";
import { deviceSentence } from "../shared/sentences";
import { channelLabel, languageLabel } from "./labels";
import { QualityLamp } from "./QualityLamp";
import type { AdvisorRoom } from "./room";

export interface CallColumnProps {
  readonly room: AdvisorRoom;
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
}

export function CallColumn({ room, asking, onAsk }: CallColumnProps) {
  const { mine, call } = room;
  return (
    <section class="console-call" aria-label={t("상담")}>
      {mine && call && (
        <CallView
          call={call}
          media={room.media}
          name={mine.topic.name}
          title={`${languageLabel(mine.language)} · ${channelLabel(mine.channel)}`}
          who={t("손님을")}
          face={mine.topic.name.slice(0, 1)}
          recording={{ recorder: mine.recorder, side: "advisor", onPause: (paused) => void room.pauseRecording(paused) }}
          peer={room.peer}
          lamp={<QualityLamp call={call} />}
          hold={room.page.hold}
          opposite={hostFace("customer", t("손님"), "", true, present(room.peer))}
          others={facesOf(mine.guests, "advisor")}
          notes={roomNotes(mine.guests, "advisor", mine.recorder)}
          startedAt={mine.started_at ? Date.parse(mine.started_at) : call.liveSince}
          asking={asking}
          onAsk={onAsk}
          onEnd={() => {
            onAsk(false);
            void room.end();
          }}
        />
      )}
      {mine?.state === "ended" && <Over />}
      {!mine && <Ready room={room} />}
    </section>
  );
}

/** The head over the paper on which the advisor writes what was agreed. */
function Over() {
  return (
    <>
      <h1>{t("상담이 끝났어요")}</h1>
      <p class="mute">{t("함께 정한 내용을 적어 주세요. 손님 화면에 그대로 보여요.")}</p>
    </>
  );
}

/** Before a call: how one looks and sounds. */
function Ready({ room }: { readonly room: AdvisorRoom }) {
  const { media } = room;
  useChanges(media);
  const fault = media.fault("video") ?? media.fault("audio");
  return (
    <div class="console-ready">
      <h1>{t("받을 준비가 됐는지 볼까요?")}</h1>
      <figure class="room-self">
        <SelfPicture track={media.camera} />
        {!media.camera && (
          <p class="check-no-picture">
            <Icon name="video-off" />
            <span>{media.opened ? t("카메라 꺼짐") : t("카메라와 마이크를 허용해 주세요")}</span>
          </p>
        )}
      </figure>
      <OwnLevel track={media.microphone} />
      {fault && (
        <p class="notice notice-attention" role="alert">
          <Icon name="warn" /> <span>{deviceSentence(media.fault("video") ? "video" : "audio", fault)}</span>
        </p>
      )}
      <div class="columns">
        <DeviceField media={media} medium="video" label={t("카메라")} />
        <DeviceField media={media} medium="audio" label={t("마이크")} />
        <BackdropField media={media} />
      </div>
      {fault && (
        <button type="button" class="button button-quiet button-small" data-action="check-again" onClick={() => void media.open()}>
          <Icon name="refresh" /> {t("다시 확인하기")}
        </button>
      )}
      <a class="button button-quiet button-small" href="/selftest" data-action="selftest">
        <Icon name="search" /> {t("영상 상담 점검")}
      </a>
    </div>
  );
}

function OwnLevel({ track }: { readonly track: MediaStreamTrack | null }) {
  const [level, setLevel] = useState(0);
  useEffect(() => (track ? followLevel(track, setLevel) : setLevel(0)), [track]);
  return (
    <div class="console-level">
      <Icon name={track ? "mic" : "mic-off"} />
      <progress class="meter" max={1} value={level} aria-label={t("마이크 소리")} />
    </div>
  );
}
