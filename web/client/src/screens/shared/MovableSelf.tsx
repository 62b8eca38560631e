// The own picture during a call: dragged, or sent by arrow keys, to one of four corners so that it covers no face.
import { useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { cornerByKey, nearestCorner, type Corner } from "./corners";
import { Icon } from "./Icon";
import { SelfPicture } from "./SelfPicture";

interface Grip {
  readonly x: number;
  readonly y: number;
}

export function MovableSelf({ track }: { readonly track: MediaStreamTrack | null }) {
  const [corner, setCorner] = useState<Corner>({ vertical: "top", horizontal: "right" });
  const [grip, setGrip] = useState<Grip | null>(null);
  const frame = useRef<HTMLDivElement>(null);

  const follow = (event: PointerEvent) => {
    if (grip) frame.current?.style.setProperty("translate", `${event.clientX - grip.x}px ${event.clientY - grip.y}px`);
  };
  const take = (event: PointerEvent) => {
    frame.current?.setPointerCapture(event.pointerId);
    setGrip({ x: event.clientX, y: event.clientY });
  };
  const drop = (event: PointerEvent) => {
    const area = frame.current?.parentElement?.getBoundingClientRect();
    if (area && grip) setCorner(nearestCorner(event.clientX - area.left, event.clientY - area.top, area.width, area.height));
    frame.current?.style.removeProperty("translate");
    setGrip(null);
  };

  return (
    <div
      ref={frame}
      class="call-own"
      data-corner={`${corner.vertical}-${corner.horizontal}`}
      data-held={grip ? "" : undefined}
      role="group"
      tabIndex={0}
      aria-label={t("내 화면. 화살표 키로 옮길 수 있어요.")}
      onPointerDown={take}
      onPointerMove={follow}
      onPointerUp={drop}
      onPointerCancel={drop}
      onKeyDown={(event) => setCorner(cornerByKey(corner, event.key))}
    >
      <SelfPicture track={track} class="call-self" />
      {!track && (
        <p class="call-own-off">
          <Icon name="video-off" /> {t("카메라 꺼짐")}
        </p>
      )}
    </div>
  );
}
