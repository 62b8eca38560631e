// A live call: the other person large, oneself small, what happens in one sentence, and the controls.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { LocalMedia } from "../../call/devices";
import type { LiveCall } from "../../call/live";
import type { RequestFailed } from "../../protocol/errors";
import type { PeerState, Side, Standing } from "../../protocol/types";
import { t } from "../../i18n";
import { CallBar } from "./CallBar";
import { CallPeople, RoomNotes } from "./CallPeople";
import { duration } from "./format";
import { useChanges, useNow, useSince } from "./hooks";
import { Icon } from "./Icon";
import { callMessage, type CallMessage } from "./message";
import { MovableSelf } from "./MovableSelf";
import type { Face } from "./people";
import { isHeld, RecordingHold, RecordingSign, type RecordingProps } from "./RecordingSign";
import { useRemotePicture, type RemotePictureState } from "./remote";

export interface CallViewProps {
  readonly call: LiveCall;
  readonly media: LocalMedia;
  /** The other person, as the head of the call names them. */
  readonly name: string;
  readonly title: string;
  /** One letter for the face area while the picture is not there. */
  readonly face: string;
  /** The same person as the object of a sentence: "김마루 세무사님을". */
  readonly who: string;
  readonly recording: RecordingProps;
  readonly peer: Standing | null;
  /** Instead of `peer`, where there are two who may be away: who is, and since when. */
  readonly absence?: { readonly side: Side; readonly state: PeerState; readonly since: number } | null;
  /** Seconds for which the consult is kept for somebody who is away. */
  readonly hold: number;
  /** The one opposite when there are more than two, and the others; seat of who fills the screen at first. */
  readonly opposite: Face;
  readonly others: readonly Face[];
  readonly front?: number | undefined;
  readonly notes: readonly string[];
  /** A guest goes out, and the consult goes on without them. */
  readonly leaves?: boolean;
  /** One's own screen may be shown; a kiosk's is everybody's. */
  readonly shares?: boolean;
  /** What was asked for last and not done; told as a line over the picture. */
  readonly problem?: RequestFailed | null;
  /** Milliseconds since the epoch; null = not begun. */
  readonly startedAt: number | null;
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
  readonly onEnd: () => void;
  /** How well the call goes, where somebody is there to do something about it. */
  readonly lamp?: ComponentChildren;
  /** One more control, where the surface has one. */
  readonly extra?: ComponentChildren;
}

export function CallView(props: CallViewProps) {
  const { call, media, who, problem = null, absence = null } = props;
  // The centre cannot know of somebody who went while it was away itself.
  const peer = absence?.state ?? (call.missed && props.peer?.state === "connected" ? "reconnecting" : (props.peer?.state ?? null));
  useChanges(call);
  useChanges(media);
  const now = useNow();
  const noticed = useSince(peer === "reconnecting" || peer === "left");
  const away = absence?.since ?? noticed;
  const kept = props.hold * 1000 - (away === null ? 0 : now - away);
  const picture = useRemotePicture(call);
  const { state, error, attempts, retry } = call.session;
  const needsTap = picture.silenced || media.interrupted;
  const { silent = false, hearing = false, grade } = call.quality ?? {};
  const condition = { state, error, attempts, retry, peer, kept, seen: picture.seen, needsTap, silent, hearing: hearing && !absence, problem, now, who, absent: absence?.side ?? null };
  const message = callMessage({ ...condition, weak: grade === "weak", pictureOff: call.picture === "off", voiceOnly: call.voiceAlone(0), muted: props.peer?.muted ?? false, hushed: call.hushed });
  const held = (call.held = isHeld(props.recording));
  const [screens, setScreens] = useState<readonly number[]>([]);

  const comeBack = () => {
    picture.unsilence();
    void media.resume();
  };
  const saying = message && !held && <Message message={message} face={props.face} onRetry={() => call.rejoin()} onReturn={comeBack} />;
  const strip = message?.place === "strip" && message.action !== "return";
  return (
    <section class="call" data-call={state} data-seen={picture.seen ? "" : undefined} aria-label={t("영상 상담")}>
      <CallPeople call={call} first={<RemotePicture picture={picture} />} opposite={props.opposite} others={props.others} front={props.front} away={away !== null} screens={screens} onScreens={setScreens} />
      <CallHead {...props} now={now} />
      {/* Of somebody who is away nothing comes that could be judged. */}
      {props.lamp && state === "live" && <div class="call-lamp" data-idle={away === null ? undefined : ""}>{props.lamp}</div>}
      <div class="call-foot">
        <RoomNotes notes={[...props.notes, ...screens.flatMap((seat) => screenNote(seat, [props.opposite, ...props.others]))]} />
        {strip && saying}
        {/* Nothing can be recorded of a connection that is not there. */}
        {state === "live" && !held && <RecordingSign {...props.recording} />}
      </div>
      {held && <RecordingHold recording={props.recording} onEnd={() => props.onAsk(true)} />}
      {!strip && saying}
      <MovableSelf track={media.camera} />
      <CallBar media={media} asking={props.asking} onAsk={props.onAsk} onEnd={props.onEnd} extra={props.extra} leaves={props.leaves ?? false} screen={props.shares === false ? null : call.screen} />
    </section>
  );
}

function screenNote(seat: number, faces: readonly Face[]): string[] {
  return faces.filter((face) => face.seat === seat).map(({ name }) => `${name} · ${t("보여 주는 화면")}`);
}

function RemotePicture({ picture }: { readonly picture: RemotePictureState }) {
  return (
    <>
      {picture.videos.map((video, index) => {
        const front = index === picture.front;
        return (
          <video
            key={index}
            ref={video}
            class="call-remote"
            data-video={front ? "remote" : undefined}
            data-behind={front ? undefined : ""}
            onResize={(event) => markShape(event.currentTarget as HTMLVideoElement)}
            autoplay
            playsInline
          />
        );
      })}
      <canvas ref={picture.still} class="call-remote" data-frozen={picture.frozen ? "" : undefined} aria-hidden="true" />
    </>
  );
}

/** A phone held upright sends a tall picture; a wide screen must not cut it. */
function markShape(video: HTMLVideoElement): void {
  video.dataset["shape"] = video.videoHeight > video.videoWidth ? "tall" : "wide";
}

function CallHead({ name, title, startedAt, now }: CallViewProps & { readonly now: number }) {
  return (
    <div class="call-state">
      <span class="call-who">
        <strong>{name}</strong> <small>{title}</small>
      </span>
      <time class="number call-time">{duration(startedAt ? now - startedAt : 0)}</time>
    </div>
  );
}

interface MessageProps {
  readonly message: CallMessage;
  readonly face: string;
  readonly onRetry: () => void;
  readonly onReturn: () => void;
}

function Message({ message, face, onRetry, onReturn }: MessageProps) {
  const inside = (
    <>
      {message.place === "cover" && <span class="person-face">{face}</span>}
      <p class="call-message-sentence">{message.sentence}</p>
      {message.detail && <p class="call-message-detail number">{message.detail}</p>}
      {message.action === "retry" && (
        <button type="button" class="button button-small call-message-act" data-action="retry" onClick={onRetry}>
          <Icon name="refresh" /> {t("다시 잇기")}
        </button>
      )}
    </>
  );
  if (message.action === "return") {
    return (
      <button type="button" class="call-return" data-action="return" onClick={onReturn}>
        <Icon name="sound" />
        <span>{message.sentence}</span>
      </button>
    );
  }
  return (
    <div class={message.place === "cover" ? "call-waiting" : "call-message"} role="status" data-message={message.place}>
      {inside}
    </div>
  );
}
