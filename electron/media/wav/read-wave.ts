import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import type { ByteSource } from '../byte-source.ts';
import { NO_VALUE } from './bext.ts';
import { chunkFields, waveChunks } from './wave-chunks.ts';

const PCM = 1;
const IEEE_FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** Most of an iXML chunk that is read: names of a thousand channels fit. */
const MAX_IXML_BYTES = 1 << 20;
const UTF_8 = new TextDecoder();

/** In hundredths of LUFS and dBTP; null where there is none, as of silence. */
export interface StatedLoudness {
  readonly integratedHundredths: number | null;
  readonly truePeakHundredths: number | null;
}

/** What a Broadcast Wave file says about itself. */
export interface Wave {
  readonly sizeBytes: number;
  readonly chunkCount: number;
  /** What is wrong with its chunks; empty where nothing is. */
  readonly fault: string;
  /** Undefined where the samples are none that Tailslate writes. */
  readonly format: PcmFormat | undefined;
  readonly channels: number;
  readonly sampleRate: number;
  readonly dataStartByte: number;
  readonly dataBytes: number;
  /** Samples since midnight, from `bext`; undefined where there is none. */
  readonly timeReferenceSamples: number | undefined;
  /** What `bext` states of loudness; undefined in version 1. */
  readonly loudness: StatedLoudness | undefined;
  /** Samples since midnight, from iXML. */
  readonly ixmlReferenceSamples: number | undefined;
  /** Tailslate's own facts in iXML, by name, in their order. */
  readonly facts: ReadonlyMap<string, readonly string[]>;
  /** Positions of the cue points, in samples. */
  readonly cues: readonly number[];
}

/** Reads everything of a WAVE file but its samples. Damage is told in `fault` and by what is missing. */
export async function readWave(source: ByteSource): Promise<Wave> {
  const { chunks, fault } = await waveChunks(source);
  const find = (code: string) => chunks.find((chunk) => chunk.code === code);
  const fmt = await chunkFields(source, find('fmt '), 16);
  const extension = await chunkFields(source, find('fmt '), 40);
  const bext = await chunkFields(source, find('bext'), 418);
  const cueHead = find('cue ');
  const cue = await chunkFields(source, cueHead, Math.min(cueHead?.sizeBytes ?? 0, MAX_IXML_BYTES));
  const ixmlChunk = find('iXML');
  const ixmlBytes =
    ixmlChunk === undefined
      ? new Uint8Array(0)
      : await source.read(ixmlChunk.startByte, Math.min(ixmlChunk.sizeBytes, MAX_IXML_BYTES));
  const ixml = UTF_8.decode(ixmlBytes);
  const data = find('data');
  const high = Number(element(ixml, 'TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI') ?? NaN);
  const low = Number(element(ixml, 'TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO') ?? NaN);
  const reference = high * 2 ** 32 + low;
  return {
    sizeBytes: source.sizeBytes,
    chunkCount: chunks.length,
    fault,
    format: fmt === undefined ? undefined : formatOf(fmt, extension),
    channels: fmt?.getUint16(2, true) ?? 0,
    sampleRate: fmt?.getUint32(4, true) ?? 0,
    dataStartByte: data?.startByte ?? 0,
    dataBytes: data?.sizeBytes ?? 0,
    timeReferenceSamples:
      bext === undefined ? undefined : bext.getUint32(338, true) + 2 ** 32 * bext.getUint32(342, true),
    loudness:
      bext === undefined || bext.getUint16(346, true) < 2
        ? undefined
        : { integratedHundredths: hundredths(bext, 412), truePeakHundredths: hundredths(bext, 416) },
    ixmlReferenceSamples: Number.isNaN(reference) ? undefined : reference,
    facts: factsOf(element(ixml, 'USER') ?? ''),
    cues: cue === undefined ? [] : cuePositions(cue),
  };
}

function formatOf(fmt: DataView, extension: DataView | undefined): PcmFormat | undefined {
  const outer = fmt.getUint16(0, true);
  const tag = outer === EXTENSIBLE ? (extension?.getUint16(24, true) ?? 0) : outer;
  const bits = fmt.getUint16(14, true);
  if (fmt.getUint16(12, true) !== (fmt.getUint16(2, true) * bits) / 8) return undefined;
  if (tag === IEEE_FLOAT && bits === 32) return 'f32';
  if (tag === PCM && bits === 24) return 's24';
  return tag === PCM && bits === 16 ? 's16' : undefined;
}

function hundredths(bext: DataView, offsetBytes: number): number | null {
  const value = bext.getInt16(offsetBytes, true);
  return value === NO_VALUE ? null : value;
}

function cuePositions(cue: DataView): readonly number[] {
  const room = Math.floor(Math.max(0, cue.byteLength - 4) / 24);
  const count = cue.byteLength < 4 ? 0 : Math.min(cue.getUint32(0, true), room);
  return Array.from({ length: count }, (_, index) => cue.getUint32(4 + 24 * index + 20, true));
}

/** The text of the first element of a name. */
function element(xml: string, name: string): string | undefined {
  const match = new RegExp(`<${name}>([^<]*)</${name}>`, 'u').exec(xml);
  return match?.[1] === undefined ? undefined : unescaped(match[1]);
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Lines of `NAME=value`. */
function factsOf(user: string): ReadonlyMap<string, readonly string[]> {
  const facts = new Map<string, string[]>();
  for (const line of user.split('\n')) {
    const equals = line.indexOf('=');
    if (equals <= 0) continue;
    const name = line.slice(0, equals);
    facts.set(name, [...(facts.get(name) ?? []), line.slice(equals + 1)]);
  }
  return facts;
}
