// The person's own picture, mirrored, from the camera track that is also sent.
import { useEffect, useRef } from "preact/hooks";

export interface SelfPictureProps {
  readonly track: MediaStreamTrack | null;
  readonly class?: string;
}

export function SelfPicture({ track, class: name = "self-picture" }: SelfPictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  return <video ref={video} class={name} data-video="self" data-mirrored data-off={track ? undefined : ""} autoplay muted playsInline />;
}
