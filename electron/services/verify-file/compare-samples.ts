import type { VerifyCheck } from '../../../shared/model/verify-report.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import type { ByteSource } from '../../media/byte-source.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import type { SourceTrack } from '../export-job/source-track.ts';
import { type PcmForm, pcmBlocks } from '../export-job/write-pcm.ts';
import type { VerifyFileOptions } from './file-verification.ts';

/**
 * Decodes a session's packets once more and compares every sample with the file's.
 * @param placeOf where the samples of a second lie in the file: those of all tracks, or of one where each has its own.
 */
export async function compareSamples(
  source: ByteSource,
  sources: readonly SourceTrack[],
  form: PcmForm,
  placeOf: (second: number, track: number) => number,
  { signal, onProgress }: VerifyFileOptions,
): Promise<readonly VerifyCheck[]> {
  const name = 'session-samples';
  const channels = sources.map(({ track }) => track.channels);
  const groups = form.order === 'interleaved' ? [channels.reduce((sum, each) => sum + each, 0)] : channels;
  const [first] = sources;
  const frames = first?.filled.editDurationSamples ?? 0;
  if (frames !== form.frames) {
    const detail = `the session is ${frames} samples long now, the file has ${form.frames}`;
    return [{ name, ok: false, detail }];
  }
  const blocks = pcmBlocks(sources, form);
  try {
    for (let second = 0; ; second++) {
      signal.throwIfAborted();
      const next = await blocks.next();
      if (next.done === true) {
        const detail = `all ${frames} samples are what the session's packets decode to`;
        const undecodable = next.value === 0 ? '' : `; ${next.value} packets cannot be decoded`;
        return [{ name, ok: true, detail: `${detail}${undecodable}` }];
      }
      let at = 0;
      for (const [track, count] of groups.entries()) {
        const bytes = next.value.frames * count * pcmBytes(form.format);
        const wanted = next.value.bytes.subarray(at, at + bytes);
        const offset = placeOf(second, track);
        const found = await source.read(offset, bytes);
        if (Buffer.compare(wanted, found) !== 0) {
          const where = firstDifference(wanted, found, count * pcmBytes(form.format));
          const sample = second * SAMPLE_RATE + where;
          const what = groups.length > 1 ? ` of track ${track + 1}` : '';
          const detail = `they differ from what the session's packets decode to, first at sample ${sample}${what}`;
          return [{ name, ok: false, detail }];
        }
        at += bytes;
        onProgress?.(Math.min(offset + bytes, source.sizeBytes), source.sizeBytes);
      }
    }
  } finally {
    await blocks.return(0);
  }
}

/** The frame in which two blocks begin to differ. */
function firstDifference(wanted: Uint8Array, found: Uint8Array, frameBytes: number): number {
  let byte = 0;
  while (byte < wanted.length && wanted[byte] === found[byte]) byte++;
  return Math.floor(byte / frameBytes);
}
