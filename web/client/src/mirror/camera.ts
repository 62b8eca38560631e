// The camera: opened by the page, shown in its video element, and cut into small frames.
import { MirrorFault } from "./fault";
import { frameSize, visibleRegion } from "./geometry";

const QUALITY = 0.7;

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: "camera.denied",
  SecurityError: "camera.denied",
  NotFoundError: "camera.missing",
  OverconstrainedError: "camera.missing",
};

/** Ask for the camera that looks at the person. Throws MirrorFault. */
export async function openCamera(): Promise<MediaStream> {
  // Missing where the page is not secure, whatever the type says.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) throw new MirrorFault("camera.unsupported");
  try {
    return await devices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } },
    });
  } catch (error) {
    throw new MirrorFault(REASONS[(error as DOMException).name] ?? "camera.busy");
  }
}

/** Show a stream as in a mirror. */
export async function show(stream: MediaStream, video: HTMLVideoElement): Promise<void> {
  video.muted = true;
  video.playsInline = true;
  video.style.setProperty("object-fit", "cover");
  video.style.setProperty("transform", "scaleX(-1)");
  video.srcObject = stream;
  await video.play().catch(() => undefined); // a page that is leaving interrupts it; the loop looks at readyState
}

/** Takes JPEG frames of what the mirror shows, and nothing beside it. */
export class FrameTaker {
  readonly #canvas = document.createElement("canvas");

  constructor(private readonly video: HTMLVideoElement) {}

  /** One frame; null while the video has no picture or no size. */
  async take(): Promise<Blob | null> {
    const camera = { width: this.video.videoWidth, height: this.video.videoHeight };
    const mirror = { width: this.video.clientWidth, height: this.video.clientHeight };
    if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !camera.width || !mirror.width) return null;
    const region = visibleRegion(camera, mirror);
    const { width, height } = frameSize(region);
    Object.assign(this.#canvas, { width, height });
    const pen = this.#canvas.getContext("2d", { alpha: false });
    pen?.drawImage(this.video, region.x, region.y, region.width, region.height, 0, 0, width, height);
    return new Promise((resolve) => this.#canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }
}
