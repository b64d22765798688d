import { extname, basename, join } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { fileNamesIn, kindOf } from '../../io/folder.ts';
import { readWholeFile } from '../../io/whole-file.ts';
import { packetChannels, packetSamples } from '../../media/opus/toc.ts';
import { readOggOpus } from '../../media/ogg/reader.ts';

/** An Opus file that is played as one track. */
export interface OpusTrack {
  readonly name: string;
  readonly channels: 1 | 2;
  readonly preSkipSamples: number;
  /** Hertz. */
  readonly inputRate: number;
  readonly packets: readonly Uint8Array[];
  /** Length of all packets. */
  readonly durationSamples: number;
}

const OPUS_FILE = /\.(?:opus|ogg|oga)$/iu;
const USUAL_RATE = 48_000;
const MOST_RATE = 1_000_000;

/**
 * Reads Ogg Opus files, of a folder all of them in order of their names; each is a track named after its file.
 * @throws AppError when one does not exist or holds no Opus audio.
 */
export async function readOpusFiles(paths: readonly string[]): Promise<readonly OpusTrack[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await opusFilesAt(path)));
  return Promise.all(files.map(readOpusFile));
}

async function opusFilesAt(path: string): Promise<readonly string[]> {
  const kind = await kindOf(path);
  if (kind === 'file') return [path];
  if (kind === undefined) {
    throw new AppError('not-found', `${path} does not exist.`, { next: 'Check the path.' });
  }
  const names = (await fileNamesIn(path)).filter((name) => OPUS_FILE.test(name)).sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new AppError('nothing-to-do', `${path} holds no .opus file.`, {
    next: 'Name a folder of Ogg Opus files, or the files themselves.',
  });
}

async function readOpusFile(path: string): Promise<OpusTrack> {
  const { head, packets } = readOggOpus(await readWholeFile(path), path);
  const [first] = packets;
  if (head === undefined || first === undefined) {
    throw new AppError('unreadable', `${path} holds no Opus audio that can be read.`, {
      next: 'Name Ogg Opus files, as opusenc or ffmpeg write them.',
    });
  }
  const { preSkipSamples, inputRate } = head;
  return {
    name: basename(path, extname(path)),
    channels: packetChannels(first[0] ?? 0),
    preSkipSamples,
    // 0 stands for unknown (RFC 7845 section 5.1).
    inputRate: inputRate >= 1 && inputRate <= MOST_RATE ? inputRate : USUAL_RATE,
    packets,
    durationSamples: packets.reduce((sum, packet) => sum + packetSamples(packet, 0, packet.length), 0),
  };
}
