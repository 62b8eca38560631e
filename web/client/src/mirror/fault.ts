// Why there is no mirror: one class, stable reasons.

/** `reason` is one of camera.denied, camera.missing, camera.busy, camera.unsupported, camera.lost, agent.gone,
 *  vision.no_model, vision.failed; the page says it in its own words, or simply goes on without a mirror. */
export class MirrorFault extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}
