// The other person's picture across connections: the last frame stays until the first frame of the next stream is there.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import type { LiveCall } from "../../call/live";

type PictureRef = RefObject<HTMLVideoElement | null>;

export interface RemotePictureState {
  readonly videos: readonly [PictureRef, PictureRef];
  /** Index of the video that shows; the other one waits for its first frame. */
  readonly front: 0 | 1;
  /** Holds the last frame while the connection is made anew: browsers blacken a video whose connection is closed. */
  readonly still: RefObject<HTMLCanvasElement | null>;
  readonly frozen: boolean;
  /** A first frame was shown. */
  readonly seen: boolean;
  /** The browser plays no sound until the person taps. */
  readonly silenced: boolean;
  /** Call in a tap: plays with sound. */
  readonly unsilence: () => void;
}

export function useRemotePicture(call: LiveCall): RemotePictureState {
  const stream = call.remote;
  const still = useRef<HTMLCanvasElement>(null);
  const [frozen, setFrozen] = useState(false);
  const videos = [useRef<HTMLVideoElement>(null), useRef<HTMLVideoElement>(null)] as const;
  const [front, setFront] = useState<0 | 1>(0);
  const [seen, setSeen] = useState(false);
  const [silenced, setSilenced] = useState(false);

  useEffect(() => {
    const next = seen ? ((1 - front) as 0 | 1) : front;
    const video = videos[next].current;
    if (!video || !stream || videos[front].current?.srcObject === stream) return;
    const stop = onFirstFrame(video, () => {
      setFront(next);
      setSeen(true);
      setFrozen(false);
      if (next !== front && videos[front].current) videos[front].current.srcObject = null;
    });
    video.srcObject = stream;
    void playAloud(video).then((aloud) => setSilenced(!aloud));
    return stop;
  }, [stream, front, seen]);

  useEffect(
    () =>
      call.session.on("state", ({ from, to }) => {
        const shown = videos[front].current;
        if (from === "live" && shown && still.current) setFrozen(freeze(shown, still.current));
        // The old connection healed: its picture runs on.
        if (to === "live" && shown?.srcObject === call.remote) setFrozen(false);
      }),
    [call, front],
  );

  const unsilence = useCallback(() => {
    for (const { current } of videos) if (current) void playAloud(current).then((aloud) => setSilenced(!aloud));
  }, []);
  useEffect(() => {
    // Phones pause what plays behind another app, and may not let it go on without a tap.
    const shown = () => document.visibilityState === "visible" && videos[front].current?.paused && unsilence();
    document.addEventListener("visibilitychange", shown);
    return () => document.removeEventListener("visibilitychange", shown);
  }, [front]);
  return { videos, still, frozen, front, seen, silenced, unsilence };
}

/** Copies what the video shows; true when there was something to copy. */
function freeze(video: HTMLVideoElement, still: HTMLCanvasElement): boolean {
  if (video.videoWidth === 0) return false;
  still.width = video.videoWidth;
  still.height = video.videoHeight;
  still.getContext("2d")?.drawImage(video, 0, 0);
  return true;
}

/** Sound alone also makes `loadeddata`; a picture has a width. */
function onFirstFrame(video: HTMLVideoElement, run: () => void): () => void {
  const stop = () => ["loadeddata", "resize"].forEach((name) => video.removeEventListener(name, look));
  const look = () => {
    if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    stop();
    run();
  };
  for (const name of ["loadeddata", "resize"]) video.addEventListener(name, look);
  return stop;
}

/** Plays with sound if the browser lets us, else without; tells which. */
export async function playAloud(video: HTMLVideoElement): Promise<boolean> {
  video.muted = false;
  try {
    await video.play();
    return true;
  } catch (error) {
    // A newer stream took this one's place: nothing was refused.
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return true;
    video.muted = true;
    await video.play().catch(() => undefined);
    return false;
  }
}
