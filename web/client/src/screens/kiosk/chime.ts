// One wooden chime, made on the spot: two struck boards, the second lower.

const STRIKES = [
  { after: 0, pitch: 784 },
  { after: 0.28, pitch: 587 },
] as const; // seconds, Hz

let context: AudioContext | undefined;

/** Sounds the chime; where the browser allows no sound without a touch, it stays silent. */
export function chime(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  for (const strike of STRIKES) knock(context, context.currentTime + strike.after, strike.pitch);
}

/** A struck board: a short tone with a fourth above it that dies at once. */
function knock(audio: AudioContext, at: number, pitch: number): void {
  for (const [ratio, loudness, seconds] of [[1, 0.5, 0.9], [3.9, 0.16, 0.12]] as const) {
    const [tone, gain] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch * ratio;
    gain.gain.setValueAtTime(loudness, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
}
