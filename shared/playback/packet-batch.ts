const MAGIC = 0x42_50_53_54; // TSPB
const VERSION = 1;
const HEADER_BYTES = 32;
const ENTRY_BYTES = 8;

/** One packet of a batch. */
export interface BatchPacket {
  /** Where its decoded audio is heard, in samples from T0; below 0 for a first packet of which a part is skipped. */
  readonly audioSamples: number;
  readonly durationSamples: number;
  readonly payload: Uint8Array;
}

/** Packets of one track in a stretch of session time, for who decodes them; see PLAYBACK.md. */
export interface PacketBatch {
  readonly channels: 1 | 2;
  /** Up to here the batch is complete; ask for the next one from here. Samples from T0. */
  readonly coveredSamples: number;
  /** In order of position; gaps are where packets do not follow each other. */
  readonly packets: readonly BatchPacket[];
}

/** A batch as bytes, little-endian. @throws RangeError when a number does not fit its field. */
export function encodePacketBatch({
  channels,
  coveredSamples,
  packets,
}: PacketBatch): Uint8Array<ArrayBuffer> {
  const baseSamples = packets[0]?.audioSamples ?? 0;
  const tableEnd = HEADER_BYTES + packets.length * ENTRY_BYTES;
  const payloadBytes = packets.reduce((sum, { payload }) => sum + payload.length, 0);
  const bytes = new Uint8Array(tableEnd + payloadBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, channels, true);
  view.setUint32(8, packets.length, true);
  view.setFloat64(16, baseSamples, true);
  view.setFloat64(24, coveredSamples, true);
  let entry = HEADER_BYTES;
  let at = tableEnd;
  for (const { audioSamples, durationSamples, payload } of packets) {
    view.setUint32(entry, within(audioSamples - baseSamples, 2 ** 32), true);
    view.setUint16(entry + 4, within(durationSamples, 2 ** 16), true);
    view.setUint16(entry + 6, within(payload.length, 2 ** 16), true);
    bytes.set(payload, at);
    entry += ENTRY_BYTES;
    at += payload.length;
  }
  return bytes;
}

/** Reads a batch; payloads are views into `bytes`. @returns undefined for anything but a whole batch. */
export function parsePacketBatch(bytes: Uint8Array): PacketBatch | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = view.getUint16(6, true);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) return undefined;
  if (channels !== 1 && channels !== 2) return undefined;
  const count = view.getUint32(8, true);
  let at = HEADER_BYTES + count * ENTRY_BYTES;
  if (at > bytes.length) return undefined;
  const baseSamples = view.getFloat64(16, true);
  const packets: BatchPacket[] = [];
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES;
    const sizeBytes = view.getUint16(entry + 6, true);
    packets.push({
      audioSamples: baseSamples + view.getUint32(entry, true),
      durationSamples: view.getUint16(entry + 4, true),
      payload: bytes.subarray(at, at + sizeBytes),
    });
    at += sizeBytes;
  }
  if (at !== bytes.length) return undefined;
  return { channels, coveredSamples: view.getFloat64(24, true), packets };
}

function within(value: number, end: number): number {
  if (Number.isInteger(value) && value >= 0 && value < end) return value;
  throw new RangeError(`expected a whole number below ${end}, got ${value}`);
}
