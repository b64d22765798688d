/** `OpusHead` in ASCII (RFC 7845 section 5.1). */
const SIGNATURE = Uint8Array.of(0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64);

/** Bytes of an OpusHead packet and of a dOps payload with channel mapping family 0. */
const OPUS_HEAD_BYTES = 19;
const DOPS_BYTES = 11;

/** What a decoder of one Opus stream must know: the fields that OpusHead and dOps share, for mapping family 0. */
export interface OpusHead {
  readonly channels: 1 | 2;
  /** Samples at 48 kHz to drop from the decoder's output before the audio begins. */
  readonly preSkipSamples: number;
  /** Rate of the audio before encoding in hertz, 0 where unknown; for information, playback is always 48 kHz. */
  readonly inputRate: number;
  /** Gain to apply to the decoder's output, in 1/256 dB, -32768 to 32767. */
  readonly outputGain: number;
}

/** A head that was read, or why it was not: `unsupported` is lawful Opus beyond Tailslate, `damaged` is not lawful. */
export type HeadResult =
  | { readonly kind: 'head'; readonly head: OpusHead }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string };

/**
 * Reads the first packet of an Ogg Opus stream (RFC 7845 section 5.1, little-endian). Versions 0 to 15 are
 * compatible by definition; whatever a later one of them adds at the end is left alone.
 */
export function parseOpusHead(bytes: Uint8Array): HeadResult {
  if (bytes.length < OPUS_HEAD_BYTES || !SIGNATURE.every((byte, at) => bytes[at] === byte)) {
    return { kind: 'damaged', reason: `These ${bytes.length} bytes are no OpusHead packet.` };
  }
  const view = viewOf(bytes);
  const version = view.getUint8(8);
  if (version > 15) return { kind: 'unsupported', reason: `OpusHead has the unknown version ${version}.` };
  return checked({
    channels: view.getUint8(9),
    preSkipSamples: view.getUint16(10, true),
    inputRate: view.getUint32(12, true),
    outputGain: view.getInt16(16, true),
    mappingFamily: view.getUint8(18),
  });
}

/** The first packet of an Ogg Opus stream: 19 bytes, version 1, mapping family 0. @throws RangeError */
export function serialiseOpusHead(head: OpusHead): Uint8Array {
  checkFields(head);
  const bytes = new Uint8Array(OPUS_HEAD_BYTES);
  bytes.set(SIGNATURE);
  const view = viewOf(bytes);
  view.setUint8(8, 1); // version
  view.setUint8(9, head.channels); // output channel count
  view.setUint16(10, head.preSkipSamples, true); // pre-skip
  view.setUint32(12, head.inputRate, true); // input sample rate
  view.setInt16(16, head.outputGain, true); // output gain
  view.setUint8(18, 0); // channel mapping family
  return bytes;
}

/** Reads the payload of a dOps box (Opus in ISOBMFF section 4.3.2, big-endian, version 0). */
export function parseDops(bytes: Uint8Array): HeadResult {
  if (bytes.length < DOPS_BYTES) {
    return {
      kind: 'damaged',
      reason: `A dOps box has at least ${DOPS_BYTES} bytes, this one ${bytes.length}.`,
    };
  }
  const view = viewOf(bytes);
  const version = view.getUint8(0);
  if (version !== 0) return { kind: 'unsupported', reason: `dOps has the unknown version ${version}.` };
  return checked({
    channels: view.getUint8(1),
    preSkipSamples: view.getUint16(2),
    inputRate: view.getUint32(4),
    outputGain: view.getInt16(8),
    mappingFamily: view.getUint8(10),
  });
}

/** The payload of a dOps box: 11 bytes, version 0, mapping family 0. @throws RangeError */
export function serialiseDops(head: OpusHead): Uint8Array {
  checkFields(head);
  const bytes = new Uint8Array(DOPS_BYTES);
  const view = viewOf(bytes);
  view.setUint8(0, 0); // Version
  view.setUint8(1, head.channels); // OutputChannelCount
  view.setUint16(2, head.preSkipSamples); // PreSkip
  view.setUint32(4, head.inputRate); // InputSampleRate
  view.setInt16(8, head.outputGain); // OutputGain
  view.setUint8(10, 0); // ChannelMappingFamily
  return bytes;
}

interface RawHead {
  readonly channels: number;
  readonly preSkipSamples: number;
  readonly inputRate: number;
  readonly outputGain: number;
  readonly mappingFamily: number;
}

/** Family 0 is one stream, mono or stereo (RFC 7845 section 5.1.1.1); all others need a mapping table. */
function checked({ mappingFamily, channels, ...rest }: RawHead): HeadResult {
  if (mappingFamily !== 0) {
    return {
      kind: 'unsupported',
      reason: `Channel mapping family ${mappingFamily} with ${channels} channels; only mono and stereo are read.`,
    };
  }
  if (channels !== 1 && channels !== 2) {
    return { kind: 'damaged', reason: `Channel mapping family 0 has 1 or 2 channels, not ${channels}.` };
  }
  return { kind: 'head', head: { channels, ...rest } };
}

function checkFields(head: OpusHead): void {
  checkInteger('preSkipSamples', head.preSkipSamples, 0, 0xffff);
  checkInteger('inputRate', head.inputRate, 0, 0xffff_ffff);
  checkInteger('outputGain', head.outputGain, -0x8000, 0x7fff);
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`expected ${name} from ${min} to ${max}, got ${value}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
