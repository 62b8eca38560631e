// The picture sent while the camera is off: a quiet card, so that the other side and the recording see that it is meant.

const WIDTH = 640;
const HEIGHT = 360;
const GROUND = "#27406B"; // indigo, as --indigo: a canvas knows no custom properties of the page
const LINE = "#FBF7EF"; // paper
const SIGN = 0.45; // of the sign as it is drawn: the picture may fill a whole screen

/** A video track that shows a crossed camera; stop() it when the camera is back. */
export function placeholderTrack(): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d");
  const track = canvas.captureStream(2).getVideoTracks()[0];
  if (!context || !track) throw new Error("this browser cannot capture a canvas");
  draw(context);
  redrawWhileLive(context, track);
  return track;
}

/** A canvas emits a frame only when drawn on, and the other side's picture request needs one to answer. */
function redrawWhileLive(context: CanvasRenderingContext2D, track: MediaStreamTrack): void {
  const timer = setInterval(() => {
    if (track.readyState === "ended") clearInterval(timer);
    else draw(context);
  }, 500);
}

function draw(context: CanvasRenderingContext2D): void {
  context.fillStyle = GROUND;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.save();
  context.translate(WIDTH / 2, HEIGHT / 2);
  context.scale(SIGN, SIGN);
  context.strokeStyle = LINE;
  context.lineWidth = 10;
  context.lineJoin = context.lineCap = "round";
  context.beginPath();
  context.roundRect(-85, -50, 120, 100, 18);
  context.moveTo(35, -10);
  context.lineTo(85, -40);
  context.lineTo(85, 40);
  context.lineTo(35, 10);
  context.moveTo(-105, -80);
  context.lineTo(105, 80);
  context.stroke();
  context.restore();
}
