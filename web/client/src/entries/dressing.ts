// Hiding a room in the browser itself: a bundle of its own, fetched when somebody first wishes it.
// The person is found by MediaPipe's image segmenter (https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter).
import { ImageSegmenter } from "@mediapipe/tasks-vision";
import type { BackdropOffer, Dress } from "../call/backdrop";
import { DressedPicture } from "../call/dressed";

export async function openWardrobe(offer: BackdropOffer): Promise<Dress> {
  const [segmenter, picture] = await Promise.all([openSegmenter(offer), loadPicture(offer.picture)]);
  return (camera, backdrop) => DressedPicture.open(segmenter, camera, backdrop === "bank" ? picture : null, offer.patience);
}

function openSegmenter(offer: BackdropOffer): Promise<ImageSegmenter> {
  return ImageSegmenter.createFromOptions(
    { wasmLoaderPath: offer.loader, wasmBinaryPath: offer.binary },
    {
      baseOptions: { modelAssetPath: offer.model, delegate: "CPU" },
      runningMode: "VIDEO",
      outputConfidenceMasks: true,
      outputCategoryMask: false,
    },
  );
}

async function loadPicture(address: string): Promise<HTMLImageElement> {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return picture;
}
