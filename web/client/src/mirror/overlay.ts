// The overlay on the mirror: glides to where the face is, and is away when there is none.
import { easing, onTheWay, type Placement, type Wear } from "./geometry";

const HALF_WAY_MS = 35; // frames come every 80 ms; the eye wants sixty positions a second

/** Moves one element over the video by CSSOM, so that it works without inline styles in the page. */
export class Overlay {
  #target: Placement | null = null;
  #now: Placement | null = null;
  #drawnAt = 0;
  #frame = 0;

  constructor(
    private readonly element: SVGElement | HTMLElement,
    private readonly video: HTMLElement,
  ) {
    const fixed = { position: "absolute", left: "0", top: "0", "max-width": "none", "pointer-events": "none" };
    for (const [name, value] of Object.entries(fixed)) element.style.setProperty(name, value);
    element.style.setProperty("transform-origin", this.wear === "crown" ? "50% 100%" : "50% 50%");
    this.hide();
  }

  /** `data-wear="frame"` on the element makes it a frame around the face; otherwise it is a crown. */
  get wear(): Wear {
    return this.element.dataset["wear"] === "frame" ? "frame" : "crown";
  }

  /** Glide to a placement; the first after being hidden is taken at once. */
  follow(placement: Placement): void {
    this.#target = placement;
    if (this.#now !== null) return;
    this.#now = placement;
    this.#drawnAt = performance.now();
    this.#draw(placement);
    this.element.style.setProperty("visibility", "visible");
    this.#frame = requestAnimationFrame((at) => this.#glide(at));
  }

  hide(): void {
    cancelAnimationFrame(this.#frame);
    this.#now = this.#target = null;
    this.element.style.setProperty("visibility", "hidden");
  }

  #glide(at: number): void {
    if (this.#now === null || this.#target === null) return;
    const share = easing(Math.max(0, at - this.#drawnAt), HALF_WAY_MS);
    this.#drawnAt = at;
    this.#now = onTheWay(this.#now, this.#target, share);
    this.#draw(this.#now);
    this.#frame = requestAnimationFrame((next) => this.#glide(next));
  }

  #draw({ x, y, width, turn }: Placement): void {
    const down = this.wear === "crown" ? "-100%" : "-50%";
    const [left, top] = [x + this.video.offsetLeft, y + this.video.offsetTop];
    const move = `translate(${left.toFixed(1)}px, ${top.toFixed(1)}px) translate(-50%, ${down})`;
    this.element.style.setProperty("width", `${width.toFixed(1)}px`);
    this.element.style.setProperty("transform", `${move} rotate(${turn.toFixed(2)}deg)`);
  }
}
