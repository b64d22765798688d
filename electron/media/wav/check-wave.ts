import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { pcmBytes } from '../pcm/pcm-format.ts';
import type { Wave } from './read-wave.ts';

/** Samples of each channel. */
export function waveFrames({ format, channels, dataBytes }: Wave): number {
  return format === undefined || channels === 0 ? 0 : dataBytes / (channels * pcmBytes(format));
}

/**
 * What a Broadcast Wave file must have by itself: whole chunks, samples of a known form, one start in all places that
 * state it, and the length it says.
 * @param startSamples samples since midnight by the label that the file states; undefined where it states none.
 */
export function checkWave(wave: Wave, startSamples: number | undefined): readonly VerifyCheck[] {
  const { fault, chunkCount, format, channels, sampleRate, cues, facts } = wave;
  const { timeReferenceSamples: bext, ixmlReferenceSamples: ixml } = wave;
  const frames = waveFrames(wave);
  const form = `${channels} channels, ${sampleRate} Hz, ${format ?? 'samples of another kind'}`;
  const starts = `bext says ${bext ?? 'nothing'}, iXML ${ixml ?? 'nothing'}`;
  const label = `the label ${startSamples ?? 'nothing'}`;
  const stated = Number(facts.get('DURATION_SAMPLES')?.[0] ?? NaN);
  const outside = cues.filter((at) => at >= frames).length;
  const tailslate = facts.has('SESSION_ID');
  return [
    { name: 'readable', ok: fault === '', detail: fault === '' ? `${chunkCount} chunks` : fault },
    {
      name: 'audio-format',
      ok: format !== undefined && channels > 0 && sampleRate === SAMPLE_RATE && Number.isInteger(frames),
      detail: form,
    },
    {
      name: 'metadata',
      ok: tailslate,
      detail: tailslate ? 'Tailslate metadata' : 'no Tailslate metadata',
    },
    {
      name: 'timecode',
      ok: bext !== undefined && bext === ixml && bext === startSamples,
      detail: `samples since midnight: ${starts}, ${label}`,
    },
    {
      name: 'item-duration',
      ok: stated === frames,
      detail: `${frames} samples, DURATION_SAMPLES says ${Number.isNaN(stated) ? 'nothing' : stated}`,
    },
    {
      name: 'chapters',
      ok: outside === 0,
      detail: outside === 0 ? `${cues.length} markers` : `${outside} markers lie behind the end`,
    },
  ];
}
