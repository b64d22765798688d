import { assertNever } from '../../../shared/model/errors.ts';
import { FRAGMENT_SAMPLES } from '../../media/mp4/fragment-layout.ts';
import { encodedBytes } from '../../media/opus/packet-encoder.ts';
import { pcmBytes } from '../../media/pcm/pcm-format.ts';
import type { ItemFormat } from '../export-job/item.ts';

/** What is known of a file's content before the logs are read. */
interface Content {
  /** Each player's share of the logs. */
  readonly payloadBytes: readonly number[];
  /** Each player's. */
  readonly channels: readonly (1 | 2)[];
  readonly lengthSamples: number;
}

/** About what a file comes to. */
export function estimatedBytes(
  format: ItemFormat,
  { payloadBytes, channels, lengthSamples }: Content,
): number {
  const payload = sum(payloadBytes);
  switch (format.kind) {
    case 'm4a':
      return (
        payload +
        payloadBytes.length *
          (sampleTableBytes(lengthSamples) + (format.fragmented ? fragmentBytes(lengthSamples) : 0))
      );
    case 'bwf':
    case 'mov':
      return sum(channels) * pcmBytes(format.samples) * lengthSamples + 4096;
    case 'ogg':
      return payload + payloadBytes.length * pageBytes(lengthSamples);
    case 'mix':
      return 2 * pcmBytes(format.samples) * lengthSamples + 4096;
    case 'mix-m4a':
      return encodedBytes(lengthSamples, format.kbps) + sampleTableBytes(lengthSamples);
    case 'mix-ogg':
      // A packet of more than 254 bytes takes two lacing values.
      return encodedBytes(lengthSamples, format.kbps) + pageBytes(lengthSamples);
    default:
      return assertNever(format);
  }
}

/** About what a plan's files come to, those aside that are not to be written. */
export function bytesToWrite(
  files: readonly { readonly estimatedBytes: number; readonly skipReason?: string }[],
): number {
  return sum(files.filter(({ skipReason }) => skipReason === undefined).map((file) => file.estimatedBytes));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Sample sizes and filler of 20 ms packets for this length, with room for the other boxes. */
function sampleTableBytes(samples: number): number {
  return 8 * Math.ceil(samples / 960) + 65_536;
}

/** The boxes of a track around each fragment of two seconds, and its place in the index. */
function fragmentBytes(samples: number): number {
  return 200 * Math.ceil(samples / FRAGMENT_SAMPLES);
}

/** The filler of 20 ms packets, a lacing value for each packet, and a page header a second. */
function pageBytes(samples: number): number {
  return 4 * Math.ceil(samples / 960) + 27 * Math.ceil(samples / 48_000) + 4096;
}
