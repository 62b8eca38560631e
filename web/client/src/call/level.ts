// How loud the microphone hears the person, 0 to 1, for a meter on screen.

const SILENCE = -60; // dBFS; beneath it a quiet room
const READINGS = 12; // a second; enough for the eye

/** Listens to a track and tells its level some times a second; returns the function that stops. */
export function followLevel(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(levelOf(samples));
  }, 1000 / READINGS);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Root mean square of samples (-1 to 1) on a scale from silence (0) to full (1). */
export function levelOf(samples: Float32Array): number {
  const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(samples.length, 1);
  const decibels = 10 * Math.log10(square + 1e-12);
  return Math.min(1, Math.max(0, 1 - decibels / SILENCE));
}
