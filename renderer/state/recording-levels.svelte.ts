import type { CaptureLevels, CaptureStatus } from '../capture/capture-link.ts';
import { SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { LiveWaveform } from './live-waveform.ts';
import { Meter } from './recording-meter.ts';
import { SoundCheck, type Verdict } from './sound-check.ts';

/** What stands in words is renewed this often: nobody reads faster. */
const WORDS_MILLIS = 500;

/** A clock that has stopped is not made to run on for longer. */
const MOST_AHEAD_MILLIS = 1000;

/** How loud the inputs are: meters and waveforms of each track, and what the sound check makes of it. */
export class RecordingLevels {
  verdicts = $state.raw<readonly Verdict[]>([]);
  peakDbs = $state.raw<readonly number[]>([]);
  clips = $state.raw<readonly boolean[]>([]);
  /** Meters and waveforms are drawn as levels come, past the compiler's bookkeeping. */
  meters: Meter[] = [];
  waveforms: LiveWaveform[] = [];
  #drawers: readonly ((moved: boolean) => void)[] = [];
  #checks: SoundCheck[] = [];
  #latest: CaptureLevels | undefined;
  #wordsMillis = 0;
  #waveSession: string | null = null;

  /** Begins the sound check anew. */
  listenAnew(): void {
    this.#checks = [];
    this.verdicts = [];
  }

  /** Called whenever meters have moved, and told whether a waveform has a new column. @returns ends it. */
  onDraw(draw: (moved: boolean) => void): () => void {
    this.#drawers = [...this.#drawers, draw];
    return () => {
      this.#drawers = this.#drawers.filter((other) => other !== draw);
    };
  }

  /** Session time at a moment by the capture clock, in samples; undefined where it records nothing. */
  positionAt(nowMillis: number): number | undefined {
    const { positionSamples = null, atMillis = 0 } = this.#latest ?? {};
    if (positionSamples === null) return undefined;
    const sinceMillis = Math.min(MOST_AHEAD_MILLIS, Math.max(0, nowMillis - atMillis));
    return positionSamples + Math.round(sinceMillis * SAMPLES_PER_MS);
  }

  hear(levels: CaptureLevels, status: CaptureStatus): void {
    this.#latest = levels;
    const { tracks, atMillis, positionSamples } = levels;
    if (status.sessionId !== this.#waveSession) {
      this.#waveSession = status.sessionId;
      this.waveforms = [];
    }
    let moved = false;
    for (const [index, track] of tracks.entries()) {
      (this.meters[index] ??= new Meter()).note(track, atMillis);
      (this.#checks[index] ??= new SoundCheck()).note(track, atMillis);
      if (positionSamples === null) continue;
      const open = status.tracks[index]?.state === 'open';
      const waveform = (this.waveforms[index] ??= new LiveWaveform());
      if (waveform.note(open ? Math.max(0, ...track.peaks) : NaN, positionSamples)) moved = true;
    }
    this.meters.length = tracks.length;
    for (const draw of this.#drawers) draw(moved);
    if (atMillis - this.#wordsMillis < WORDS_MILLIS) return;
    this.#wordsMillis = atMillis;
    this.peakDbs = this.meters.map(({ heldDb }) => heldDb);
    this.clips = this.meters.map(({ clipped }) => clipped);
    if (positionSamples === null) this.verdicts = this.#checks.map((check) => check.verdict(atMillis));
  }
}
