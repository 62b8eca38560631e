// A camera's picture with the person cut out and another room behind: drawn on a canvas, frame by frame.
import type { ImageSegmenter, MPMask } from "@mediapipe/tasks-vision";
import { TooSlow, type Dressing } from "./backdrop";

const [MASK_WIDTH, MASK_HEIGHT] = [256, 144]; // what the model was made for; asking with more only costs time
const SOFTEST = 40; // px across: the room shrunk to this and stretched again is a room out of focus
const SOFTER = 160;
const STEADY = 0.4; // share of the mask before, against an edge that flickers
const FRAMES = 30; // a second, at most
const TRIAL = 6; // frames after the first, which also warms up

type Source = HTMLCanvasElement | HTMLVideoElement | HTMLImageElement;

export class DressedPicture implements Dressing {
  readonly track: MediaStreamTrack;
  readonly #video: HTMLVideoElement;
  readonly #picture = layer(0, 0);
  readonly #small = layer(MASK_WIDTH, MASK_HEIGHT);
  readonly #mask = layer(MASK_WIDTH, MASK_HEIGHT);
  readonly #softest = layer(SOFTEST, (SOFTEST * 9) / 16);
  readonly #softer = layer(SOFTER, (SOFTER * 9) / 16);
  readonly #alpha = new ImageData(MASK_WIDTH, MASK_HEIGHT);
  #pending: { cancel: () => void } | null = null;
  #over = false;

  /** Draws a few frames to see whether this machine keeps up. Rejects with TooSlow, in milliseconds a frame. */
  static async open(segmenter: ImageSegmenter, camera: MediaStreamTrack, room: HTMLImageElement | null, patience: number): Promise<DressedPicture> {
    const video = document.createElement("video");
    video.muted = video.playsInline = true;
    video.srcObject = new MediaStream([camera]);
    await video.play();
    const dressed = new DressedPicture(segmenter, camera, room, video);
    const took = dressed.#trial();
    if (took <= patience) return dressed;
    dressed.stop();
    throw new TooSlow(`${took.toFixed(0)} ms a frame`);
  }

  private constructor(
    private readonly segmenter: ImageSegmenter,
    readonly camera: MediaStreamTrack,
    private readonly room: HTMLImageElement | null,
    video: HTMLVideoElement,
  ) {
    this.#video = video;
    this.track = this.#picture.canvas.captureStream(FRAMES).getVideoTracks()[0] as MediaStreamTrack;
  }

  stop(): void {
    this.#over = true;
    this.#pending?.cancel();
    this.#video.srcObject = null;
    this.track.stop();
  }

  #trial(): number {
    this.#draw();
    const begun = performance.now();
    for (let frame = 0; frame < TRIAL; frame += 1) this.#draw();
    this.#next();
    return (performance.now() - begun) / TRIAL;
  }

  /** With each new frame of the camera; a hidden page is given none and goes on by the clock. */
  #next(): void {
    if (this.#over) return;
    const again = () => {
      this.#draw();
      this.#next();
    };
    if (document.hidden) {
      const timer = setTimeout(again, 1000 / FRAMES);
      this.#pending = { cancel: () => clearTimeout(timer) };
    } else {
      this.#pending = firstOf(this.#video, again);
    }
  }

  #draw(): void {
    const { videoWidth: width, videoHeight: height } = this.#video;
    if (width === 0 || this.#over) return;
    this.#small.drawImage(this.#video, 0, 0, MASK_WIDTH, MASK_HEIGHT);
    this.segmenter.segmentForVideo(this.#small.canvas, performance.now(), ({ confidenceMasks }) => {
      if (confidenceMasks?.[0]) this.#take(confidenceMasks[0]);
    });
    const { canvas } = this.#picture;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const picture = this.#picture;
    picture.globalCompositeOperation = "copy";
    picture.drawImage(this.#mask.canvas, 0, 0, width, height);
    picture.globalCompositeOperation = "source-in";
    picture.drawImage(this.#video, 0, 0, width, height);
    picture.globalCompositeOperation = "destination-over";
    this.#drawRoom(picture, width, height);
  }

  #take(mask: MPMask): void {
    const person = mask.getAsFloat32Array();
    const { data } = this.#alpha;
    for (let at = 0; at < person.length; at += 1) {
      const before = data[at * 4 + 3] ?? 0;
      data[at * 4 + 3] = STEADY * before + (1 - STEADY) * 255 * (person[at] ?? 0);
    }
    this.#mask.putImageData(this.#alpha, 0, 0);
  }

  #drawRoom(picture: CanvasRenderingContext2D, width: number, height: number): void {
    if (this.room) return cover(picture, this.room, width, height);
    fill(this.#softest, this.#video);
    fill(this.#softer, this.#softest.canvas);
    picture.drawImage(this.#softer.canvas, 0, 0, width, height);
  }
}

function layer(width: number, height: number): CanvasRenderingContext2D {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: width > 0 });
  if (!context) throw new Error("this browser draws no canvas");
  context.imageSmoothingQuality = "high";
  return context;
}

function fill(onto: CanvasRenderingContext2D, source: Source): void {
  onto.drawImage(source, 0, 0, onto.canvas.width, onto.canvas.height);
}

/** As CSS `object-fit: cover`. */
function cover(onto: CanvasRenderingContext2D, source: HTMLImageElement, width: number, height: number): void {
  const scale = Math.max(width / source.naturalWidth, height / source.naturalHeight);
  const [across, down] = [source.naturalWidth * scale, source.naturalHeight * scale];
  onto.drawImage(source, (width - across) / 2, (height - down) / 2, across, down);
}

/** The next frame of the video, or the clock where the browser does not tell of frames or the page is hidden meanwhile. */
function firstOf(video: HTMLVideoElement, then: () => void): { cancel: () => void } {
  const cancel = () => {
    video.cancelVideoFrameCallback(frame);
    clearTimeout(timer);
  };
  const once = () => {
    cancel();
    then();
  };
  const frame = video.requestVideoFrameCallback(once);
  const timer = setTimeout(once, 500);
  return { cancel };
}
