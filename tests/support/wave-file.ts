/** A WAVE file as the tests read it, sharing nothing with the code under test. */
export interface WaveFile {
  readonly magic: string;
  readonly order: readonly string[];
  readonly chunks: ReadonlyMap<string, Buffer>;
  readonly channels: number;
  readonly bits: number;
  /** bext TimeReference. */
  readonly timeReference: bigint;
}

export function readWave(file: Buffer): WaveFile {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at < file.length;) {
    const size = file.readUInt32LE(at + 4);
    chunks.set(file.toString('latin1', at, at + 4), file.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size & 1);
  }
  const fmt = chunks.get('fmt ') ?? Buffer.alloc(16);
  return {
    magic: file.toString('latin1', 0, 4),
    order: [...chunks.keys()],
    chunks,
    channels: fmt.readUInt16LE(2),
    bits: fmt.readUInt16LE(14),
    timeReference: chunks.get('bext')?.readBigUInt64LE(338) ?? -1n,
  };
}

/** One channel's samples as integers, or as floats where the file holds those. */
export function channelOf({ chunks, channels, bits }: WaveFile, channel: number): Float64Array {
  const data = chunks.get('data') ?? Buffer.alloc(0);
  const bytes = bits / 8;
  const values = new Float64Array(data.length / bytes / channels);
  for (let i = 0; i < values.length; i++) {
    const at = (i * channels + channel) * bytes;
    values[i] = bits === 32 ? data.readFloatLE(at) : data.readIntLE(at, bytes);
  }
  return values;
}

/** A float as an integer of so many bits: to the nearest, halves upwards, clipped. */
export function asInteger(sample: number, bits: number): number {
  const half = 2 ** (bits - 1);
  // Zero added, since a rounded -0 is none of the integers.
  return Math.max(-half, Math.min(half - 1, Math.round(sample * half))) + 0;
}
