import type { PcmFormat } from '../../../shared/model/media-formats.ts';
import { pcmBytes } from '../pcm/pcm-format.ts';
import { bext, type Bext } from './bext.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { ixml, type Ixml } from './ixml.ts';

const MAX_U32 = 0xffff_ffff;
const PCM = 1;
const IEEE_FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** The end of every subformat GUID that stands for a format tag (Microsoft, KSDATAFORMAT_SUBTYPE). */
const SUBFORMAT_TAIL = [0x0000, 0x0000, 0x0010, 0x0080, 0xaa00, 0x3800, 0x719b];
const DS64_BYTES = 28;

/** A place in the file and its name. */
export interface CuePoint {
  readonly atSamples: number;
  readonly name: string;
}

export interface BwfSpec {
  readonly format: PcmFormat;
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  readonly bext: Bext;
  readonly ixml: Ixml;
  /** In order. Those that 32 bits of samples do not reach, after a day, are left out. */
  readonly cues: readonly CuePoint[];
}

/** What to write: `head`, then `dataBytes` of samples, then `tail`. */
export interface BwfLayout {
  readonly head: Uint8Array;
  readonly dataBytes: number;
  /** The data's pad byte, cue points and their names; may be empty. */
  readonly tail: Uint8Array;
  readonly totalBytes: number;
}

/**
 * Lays out a Broadcast Wave file (EBU Tech 3285) whose length is known: the place kept by `JUNK` becomes `ds64` and the
 * file RF64 where 32 bits do not hold its size (EBU Tech 3306). FORMAT.md describes it.
 */
export function layOutBwf(spec: BwfSpec): BwfLayout {
  const dataBytes = spec.frames * spec.channels * pcmBytes(spec.format);
  const inner = new ChunkWriter();
  bext(inner, spec.bext);
  fmt(inner, spec);
  ixml(inner, spec.ixml);
  if (spec.format === 'f32') {
    inner.chunk('fact', () => {
      inner.u32(Math.min(spec.frames, MAX_U32)); // dwSampleLength
    });
  }
  const tail = new ChunkWriter();
  if (dataBytes % 2 === 1) tail.zeros(1);
  cues(tail, spec.cues);
  // Form type, the place of ds64 with its header, and the header of the data.
  const riffBytes = 4 + 8 + DS64_BYTES + inner.length + 8 + dataBytes + tail.length;
  const isWide = riffBytes > MAX_U32;

  const head = new ChunkWriter();
  head.fixed(isWide ? 'RF64' : 'RIFF', 4); // ckID
  head.u32(isWide ? MAX_U32 : riffBytes); // ckSize
  head.fixed('WAVE', 4); // formType
  head.chunk(isWide ? 'ds64' : 'JUNK', () => {
    if (!isWide) {
      head.zeros(DS64_BYTES);
      return;
    }
    head.u64(riffBytes); // riffSize
    head.u64(dataBytes); // dataSize
    head.u64(spec.frames); // sampleCount
    head.u32(0); // tableLength
  });
  const start = head.finish();
  const data = new ChunkWriter();
  data.fixed('data', 4); // ckID
  data.u32(isWide ? MAX_U32 : dataBytes); // ckSize
  return {
    head: joined([start, inner.finish(), data.finish()]),
    dataBytes,
    tail: tail.finish(),
    totalBytes: riffBytes + 8,
  };
}

/** The format of the samples; more than two channels need the extensible form, with no speakers assigned. */
function fmt(writer: ChunkWriter, { format, sampleRate, channels }: BwfSpec): void {
  const bytes = pcmBytes(format);
  const tag = format === 'f32' ? IEEE_FLOAT : PCM;
  const isExtensible = channels > 2;
  writer.chunk('fmt ', () => {
    writer.u16(isExtensible ? EXTENSIBLE : tag); // wFormatTag
    writer.u16(channels); // nChannels
    writer.u32(sampleRate); // nSamplesPerSec
    writer.u32(sampleRate * channels * bytes); // nAvgBytesPerSec
    writer.u16(channels * bytes); // nBlockAlign
    writer.u16(8 * bytes); // wBitsPerSample
    if (isExtensible) {
      writer.u16(22); // cbSize
      writer.u16(8 * bytes); // wValidBitsPerSample
      writer.u32(0); // dwChannelMask: tracks, not speakers
      writer.u16(tag); // SubFormat
      for (const part of SUBFORMAT_TAIL) writer.u16(part);
    } else if (format === 'f32') writer.u16(0); // cbSize
  });
}

/** Cue points and the labels that name them (Multimedia Programming Interface 1.0, chapter 3). */
function cues(writer: ChunkWriter, points: readonly CuePoint[]): void {
  const kept = points.filter(({ atSamples }) => atSamples <= MAX_U32);
  if (kept.length === 0) return;
  writer.chunk('cue ', () => {
    writer.u32(kept.length); // dwCuePoints
    for (const [index, { atSamples }] of kept.entries()) {
      writer.u32(index + 1); // dwName
      writer.u32(atSamples); // dwPosition
      writer.fixed('data', 4); // fccChunk
      writer.u32(0); // dwChunkStart
      writer.u32(0); // dwBlockStart
      writer.u32(atSamples); // dwSampleOffset
    }
  });
  writer.chunk('LIST', () => {
    writer.fixed('adtl', 4); // list type
    for (const [index, { name }] of kept.entries()) {
      writer.chunk('labl', () => {
        writer.u32(index + 1); // dwName
        writer.utf8(name.replaceAll('\0', '')); // data
        writer.zeros(1); // its terminator
      });
    }
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
