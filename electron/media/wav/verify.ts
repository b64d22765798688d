import type { VerifyCheck, VerifyReport } from '../../../shared/model/verify-report.ts';
import type { ByteSource } from '../byte-source.ts';
import { checkDigest } from '../pcm/check-digest.ts';
import type { ReadProgress } from '../read-blocks.ts';
import { chunkFields, waveChunks, type WaveChunk } from './wave-chunks.ts';

/** What a Broadcast Wave file is to hold. */
export interface ExpectedWave {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitDepth: number;
  readonly frames: number;
  readonly timeReferenceSamples: number;
  /** Of the samples as they were handed to the system, in hex. */
  readonly sha256: string;
  readonly cues: number;
  /** Integrated, where the file states its loudness; null where that is silence. */
  readonly integratedLufs?: number | null;
}

/**
 * Reads a Broadcast Wave file, sharing no layout code with the writer: chunk by chunk, then every sample. A file that
 * is not as it should be gives failed checks, never an error.
 * @throws the signal's reason when it is aborted.
 */
export async function verifyWave(
  source: ByteSource,
  expected: ExpectedWave,
  progress: ReadProgress = {},
): Promise<VerifyReport> {
  const { chunks, fault } = await waveChunks(source);
  const find = (code: string): WaveChunk | undefined => chunks.find((chunk) => chunk.code === code);
  const checks: VerifyCheck[] = [
    { name: 'readable', ok: fault === '', detail: fault === '' ? `${chunks.length} chunks` : fault },
  ];
  const fmt = await chunkFields(source, find('fmt '), 16);
  const wanted = `${expected.channels} channels, ${expected.sampleRate} Hz, ${expected.bitDepth} bits`;
  const found =
    fmt === undefined
      ? 'no format'
      : `${fmt.getUint16(2, true)} channels, ${fmt.getUint32(4, true)} Hz, ${fmt.getUint16(14, true)} bits`;
  checks.push({ name: 'audio-format', ok: found === wanted, detail: `${found}, expected ${wanted}` });

  const bext = await chunkFields(source, find('bext'), 414);
  const reference = bext === undefined ? -1 : bext.getUint32(338, true) + 2 ** 32 * bext.getUint32(342, true);
  checks.push({
    name: 'timecode',
    ok: reference === expected.timeReferenceSamples,
    detail: `begins ${reference} samples after midnight, expected ${expected.timeReferenceSamples}`,
  });
  if (expected.integratedLufs !== undefined) checks.push(loudnessCheck(bext, expected.integratedLufs));
  const cue = await chunkFields(source, find('cue '), 4);
  const cues = cue?.getUint32(0, true) ?? 0;
  checks.push({
    name: 'chapters',
    ok: cues === expected.cues,
    detail: `${cues} markers, expected ${expected.cues}`,
  });

  const data = find('data');
  const frameBytes = (expected.channels * expected.bitDepth) / 8;
  const frames = (data?.sizeBytes ?? 0) / frameBytes;
  checks.push({
    name: 'item-duration',
    ok: frames === expected.frames,
    detail: `${frames} samples, expected ${expected.frames}`,
  });
  const startByte = data?.startByte ?? 0;
  const samples = { startByte, endByte: startByte + (data?.sizeBytes ?? 0), sha256: expected.sha256 };
  checks.push(await checkDigest(source, samples, progress));
  return {
    ok: checks.every(({ ok }) => ok),
    tailslate: true,
    sizeBytes: source.sizeBytes,
    fragmented: false,
    checks,
    tracks: [],
    timecode: null,
    findings: [],
    firstDifference: null,
  };
}

/** What the broadcast extension says of loudness, in hundredths; 7FFF stands for silence (EBU Tech 3285 version 2). */
function loudnessCheck(bext: DataView | undefined, lufs: number | null): VerifyCheck {
  const wanted = lufs === null ? 0x7fff : Math.round(100 * lufs);
  const found = bext?.getUint16(346, true) === 2 ? bext.getInt16(412, true) : undefined;
  const said = (value: number): string => (value === 0x7fff ? 'silence' : `${value / 100} LUFS`);
  const detail = `${found === undefined ? 'no loudness' : said(found)}, expected ${said(wanted)}`;
  return { name: 'loudness', ok: found === wanted, detail };
}
