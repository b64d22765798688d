import type { Input, InputAudioTrack } from 'mediabunny';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import type { TrackNote } from '../../../shared/model/import-note.ts';
import { SAMPLE_RATE } from '../../../shared/time/samples.ts';
import { withFileSource } from '../../io/file-source.ts';
import { parseOpusHead } from '../../media/opus/head.ts';
import { packetChannels, packetSamples } from '../../media/opus/toc.ts';
import { StatedPositions } from '../../media/stated-positions.ts';
import type { Importer } from '../library/ports.ts';
import { beginsWith } from './magic.ts';
import { BoundedReads } from './bounded-reads.ts';
import { stemOf } from './track-names.ts';
import { usableRate, type ImportedTrack, type TrackSource } from './track-source.ts';
import { writeImported } from './write-session.ts';

const EBML = Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3);
/** Packets between two looks at whether somebody stopped it. */
const STOP_EVERY = 1000;

/** Matroska and WebM files: each Opus track becomes a player of one session; video and other codecs are left. */
export const matroskaImporter: Importer = {
  accepts: (path) => beginsWith(path, EBML),

  groups: (paths) => paths.map((path) => [path]),

  async import([path = ''], intoFolder, signal, onStep) {
    return reading(path, signal, async (input, reads) => {
      const all = await input.getAudioTracks();
      const opus: InputAudioTrack[] = [];
      for (const track of all) if ((await track.getCodec()) === 'opus') opus.push(track);
      if (opus.length === 0) throw detailedError({ kind: 'matroska-no-opus', path });
      const tags = await input.getMetadataTags();
      const title = tags.title?.trim() ?? '';
      const tracks: TrackSource[] = [];
      for (const [at, track] of opus.entries()) {
        const name = (await track.getName())?.trim() ?? '';
        const fallback = opus.length === 1 ? stemOf(path) : `Track ${at + 1}`;
        tracks.push({
          name: name === '' ? fallback : name,
          load: (stop) => {
            reads.beginAgain();
            return loadTrack(path, track, stop);
          },
        });
      }
      // A muxer's date says when the file was made, not when its first packet was recorded.
      const session = { title: title === '' ? stemOf(path) : title, startUnixMicros: null, tracks };
      const notes = await writeImported(session, intoFolder, signal, onStep);
      const left = all.length - opus.length;
      if (left > 0) notes.push({ kind: 'not-opus-tracks', count: left });
      return notes;
    });
  },
};

/** Opens a file for `work`. @throws AppError for whatever the demultiplexer stumbles over. */
function reading<T>(
  path: string,
  signal: AbortSignal,
  work: (input: Input, reads: BoundedReads) => Promise<T>,
): Promise<T> {
  return withFileSource(path, async (source) => {
    // Loaded when a file asks for it: it is as large as the rest of the program.
    const { CustomSource, Input, MATROSKA, WEBM } = await import('mediabunny');
    const reads = new BoundedReads(source, signal, () => unreadable(path));
    const input = new Input({
      formats: [MATROSKA, WEBM],
      source: new CustomSource({
        getSize: () => source.sizeBytes,
        read: (startByte, endByte) => reads.read(startByte, endByte),
        // What it keeps it would read again and again without our hearing of it.
        maxCacheSize: 0,
      }),
    });
    try {
      return await work(input, reads);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof AppError) throw error;
      throw unreadable(path, error);
    } finally {
      input.dispose();
    }
  });
}

async function loadTrack(path: string, track: InputAudioTrack, signal: AbortSignal): Promise<ImportedTrack> {
  const packets: Uint8Array[] = [];
  const positionsSamples: number[] = [];
  const notes: TrackNote[] = [];
  const places = new StatedPositions();
  const { EncodedPacketSink } = await import('mediabunny');
  let foreign = 0;
  let early = 0;
  try {
    for await (const { data, timestamp } of new EncodedPacketSink(track).packets()) {
      if (packets.length % STOP_EVERY === 0) signal.throwIfAborted();
      const samples = packetSamples(data, 0, data.length);
      if (samples === 0) {
        foreign++;
        continue;
      }
      const stated = Math.round(timestamp * SAMPLE_RATE);
      if (!Number.isSafeInteger(stated)) throw unreadable(path);
      const { startSamples, isEarly } = places.place(stated, samples, samples);
      if (isEarly) early++;
      positionsSamples.push(startSamples);
      // The demultiplexer's memory holds much more than the packet.
      packets.push(data.slice());
    }
  } catch (error) {
    signal.throwIfAborted();
    if (packets.length === 0) throw error;
    notes.push({ kind: 'cut-short' });
  }
  if (foreign > 0) notes.push({ kind: 'foreign-blocks', count: foreign });
  if (early > 0) notes.push({ kind: 'overlapping', count: early });
  const description = (await track.getDecoderConfig())?.description;
  const parsed = description === undefined ? undefined : parseOpusHead(bytesOf(description));
  if (parsed !== undefined && parsed.kind !== 'head') {
    throw detailedError({ kind: 'opus-head', path });
  }
  const head = parsed?.head;
  return {
    channels: head?.channels ?? packetChannels(packets[0]?.[0] ?? 0),
    preSkipSamples: head?.preSkipSamples ?? 0,
    inputRate: usableRate(head?.inputRate ?? 0),
    packets,
    positionsSamples,
    notes,
  };
}

function bytesOf(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

function unreadable(path: string, cause?: unknown): AppError {
  return detailedError({ kind: 'matroska-unreadable', path }, { cause });
}
