let context: AudioContext | undefined;

const HERTZ = 1000;
const LOUDNESS = 0.5;
/** One frame at 25 a second, as the leader of a film has it. */
const SECONDS = 0.04;

/** The sound of a slate, at once. */
export function beep(): void {
  context ??= new AudioContext({ latencyHint: 'interactive' });
  void context.resume();
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = HERTZ;
  volume.gain.value = LOUDNESS;
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + SECONDS);
}
