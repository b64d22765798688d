import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { LoudnessMeter } from '../../media/loudness/meter.ts';
import { decodePcm, pcmBytes } from '../../media/pcm/pcm-format.ts';
import { waveFrames } from '../../media/wav/check-wave.ts';
import type { Wave } from '../../media/wav/read-wave.ts';
import type { VerifyFileOptions } from './file-verification.ts';

/**
 * Hundredths of a decibel by which what is stated and what is measured may differ: rounding to 16 bits is behind the
 * one and before the other, and meters may differ by as much (EBU Tech 3341, section 2.10).
 */
const TOLERANCE_HUNDREDTHS = 10;

/**
 * Measures a mix-down's samples and compares integrated loudness and true peak with what `bext` states.
 * @param wave a stereo file of a known form, whole.
 */
export async function compareLoudness(
  source: ByteSource,
  { format, channels, dataStartByte, ...wave }: Wave,
  { signal, onProgress }: VerifyFileOptions,
): Promise<VerifyCheck> {
  const name = 'loudness';
  const { loudness } = wave;
  if (format === undefined || channels !== 2 || loudness === undefined) {
    const states = loudness === undefined ? 'states no loudness' : 'is not in stereo';
    return { name, ok: false, detail: `the mix-down ${states}` };
  }
  const meter = new LoudnessMeter(channels);
  const frames = waveFrames({ format, channels, dataStartByte, ...wave });
  const sides = Array.from({ length: channels }, () => new Float32Array(SAMPLE_RATE));
  const frameBytes = channels * pcmBytes(format);
  const memory = new Uint8Array(SAMPLE_RATE * frameBytes);
  for (let done = 0; done < frames; done += SAMPLE_RATE) {
    signal.throwIfAborted();
    const count = Math.min(SAMPLE_RATE, frames - done);
    const offset = dataStartByte + done * frameBytes;
    decodePcm(format, await source.read(offset, count * frameBytes, memory), sides);
    meter.add(sides, count);
    onProgress?.(offset + count * frameBytes, source.sizeBytes);
  }
  const { integratedLufs, truePeakDbtp } = meter.finish();
  const ok =
    isNear(loudness.integratedHundredths, integratedLufs) &&
    isNear(loudness.truePeakHundredths, truePeakDbtp);
  const stated = said(inUnits(loudness.integratedHundredths), inUnits(loudness.truePeakHundredths));
  const measured = said(integratedLufs, truePeakDbtp);
  const detail = ok
    ? `the samples measure ${measured}, as the file says`
    : `the samples measure ${measured}, the file says ${stated}`;
  return { name, ok, detail };
}

function isNear(statedHundredths: number | null, measured: number | null): boolean {
  if (statedHundredths === null || measured === null) return statedHundredths === measured;
  return Math.abs(statedHundredths - 100 * measured) <= TOLERANCE_HUNDREDTHS;
}

function inUnits(hundredths: number | null): number | null {
  return hundredths === null ? null : hundredths / 100;
}

function said(lufs: number | null, dbtp: number | null): string {
  const loudness = lufs === null ? 'no loudness' : `${lufs.toFixed(1)} LUFS`;
  return `${loudness} and ${dbtp === null ? 'no peak' : `a true peak of ${dbtp.toFixed(1)} dBTP`}`;
}
