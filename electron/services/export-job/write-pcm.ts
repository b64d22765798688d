import { createHash } from 'node:crypto';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { eventLoopTurn } from '../../io/direct-io.ts';
import type { OutputFile } from '../../io/output-file.ts';
import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { encodePcm, pcmBytes } from '../../media/pcm/pcm-format.ts';
import type { SourceTrack } from './source-track.ts';
import { TrackPcm } from './track-pcm.ts';

/** What is decoded, converted and written at a time: a second. */
const BLOCK_FRAMES = SAMPLE_RATE;

/** What was written as samples. */
interface WrittenPcm {
  /** SHA-256 over the samples as written, in hex. */
  readonly sha256: string;
  /** Packets that could not be decoded, which became silence. */
  readonly undecodable: number;
}

/** How channels of several tracks lie in the file. */
export interface PcmForm {
  readonly format: PcmFormat;
  readonly frames: number;
  /**
   * Where the samples of a block go.
   * - `interleaved`: frame by frame, the channels of all tracks side by side.
   * - `by-track`: each track's second by itself, one track after the other.
   */
  readonly order: 'interleaved' | 'by-track';
}

/** A second of all tracks as a file holds it. */
interface PcmBlock {
  /** Valid until the next is asked for. */
  readonly bytes: Uint8Array;
  readonly frames: number;
}

/**
 * Decodes tracks side by side, going round the event loop at every block.
 * @returns packets that could not be decoded, which became silence.
 */
export async function* pcmBlocks(
  sources: readonly SourceTrack[],
  { format, frames, order }: PcmForm,
): AsyncGenerator<PcmBlock, number> {
  const tracks: TrackPcm[] = [];
  try {
    for (const source of sources) tracks.push(await TrackPcm.open(source));
    const floats = tracks.map(({ channels }) =>
      Array.from({ length: channels }, () => new Float32Array(BLOCK_FRAMES)),
    );
    const groups = order === 'interleaved' ? [floats.flat()] : floats;
    const channels = floats.flat().length;
    const bytes = new Uint8Array(BLOCK_FRAMES * channels * pcmBytes(format));
    for (let done = 0; done < frames; done += BLOCK_FRAMES) {
      await eventLoopTurn();
      const count = Math.min(BLOCK_FRAMES, frames - done);
      let sounds = false;
      for (const [index, track] of tracks.entries()) {
        if (track.read(floats[index] ?? [], count)) sounds = true;
      }
      const block = bytes.subarray(0, count * channels * pcmBytes(format));
      if (sounds) {
        let at = 0;
        for (const group of groups) at += encodePcm(format, group, count, block.subarray(at));
      } else block.fill(0);
      yield { bytes: block, frames: count };
    }
    return tracks.reduce((sum, track) => sum + track.undecodable, 0);
  } finally {
    for (const track of tracks) track.close();
  }
}

/**
 * Decodes tracks side by side and writes their samples block by block.
 * @param onWrite told the position reached before each block is written; may throw to stop.
 */
export async function writePcm(
  output: OutputFile,
  sources: readonly SourceTrack[],
  form: PcmForm & { readonly startByte: number },
  onWrite: (positionBytes: number) => void,
): Promise<WrittenPcm> {
  const hash = createHash('sha256');
  const blocks = pcmBlocks(sources, form);
  let position = form.startByte;
  for (;;) {
    const next = await blocks.next();
    if (next.done === true) return { sha256: hash.digest('hex'), undecodable: next.value };
    const { bytes } = next.value;
    hash.update(bytes);
    onWrite(position + bytes.length);
    output.write(bytes, position);
    position += bytes.length;
  }
}
