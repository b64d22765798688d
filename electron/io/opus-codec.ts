import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/model/errors.ts';
import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import type { OpusDecoderS16 } from '../media/opus/decoder.ts';
import type { OpusPacketEncoder } from '../media/opus/silence.ts';

/** `native`: libopus as a compiled addon. `wasm`: libopus as WebAssembly, for machines without a compiler. */
export type OpusCodecName = 'native' | 'wasm';

/** The Opus encoder and decoder this process uses. */
export interface OpusCodec {
  readonly name: OpusCodecName;
  /** Why this one, in a sentence for a person. */
  readonly reason: string;
  /**
   * A new encoder for general audio at 48 kHz with libopus' default settings, which are constrained VBR and a bitrate
   * of its own choice.
   */
  createEncoder(channels: 1 | 2, bitsPerSecond?: number): OpusPacketEncoder;
  /** A new decoder to 48 kHz. The one of WebAssembly takes packets of up to 60 ms. */
  createDecoder(channels: 1 | 2): OpusDecoderS16;
}

type Library = Pick<OpusCodec, 'createEncoder' | 'createDecoder'>;

/** Resolved from here at run time, in the sources as in the bundle: neither package can be bundled. */
const require = createRequire(import.meta.url);

/** An import of `node:fs` would load all its parts, which takes 2 ms; it is only one call. */
const { readdirSync } = process.getBuiltinModule('node:fs');

const loaded = new Map<OpusCodecName, Library>();

/**
 * The compiled addon where it loads, else WebAssembly; both give the same packets. Loaded when first asked for, and
 * once in a process.
 * @param force uses this one or none.
 * @throws AppError('unsupported') when it cannot be loaded.
 */
export function opusCodec(force?: OpusCodecName): OpusCodec {
  if (force !== undefined) return { ...attempt(force), reason: `The ${force} encoder was asked for.` };
  try {
    return { ...attempt('native'), reason: 'The compiled encoder works on this machine.' };
  } catch (error) {
    const cause = error instanceof AppError && error.cause instanceof Error ? error.cause.message : '';
    // Node adds where it looked, line by line; the first says what is wrong.
    const [why] = cause.split('\n');
    return { ...attempt('wasm'), reason: `The compiled encoder cannot be loaded: ${why ?? ''}.` };
  }
}

function attempt(name: OpusCodecName): Omit<OpusCodec, 'reason'> {
  let library = loaded.get(name);
  if (library === undefined) {
    try {
      library = name === 'native' ? loadNative() : loadWasm();
    } catch (cause) {
      throw new AppError('unsupported', `The ${name} Opus encoder cannot be loaded.`, {
        next: 'Install Tailslate again, with its optional dependencies.',
        cause,
      });
    }
    loaded.set(name, library);
  }
  return { name, ...library };
}

/**
 * The package's own loader looks for a folder named after the running Node or Electron and its C library, though
 * the addon is a Node-API one and runs in all of them: so take the one that was built, whatever it is called.
 */
function loadNative(): Library {
  const prebuild = join(dirname(require.resolve('@discordjs/opus/package.json')), 'prebuild');
  const [folder] = readdirSync(prebuild).sort();
  if (folder === undefined) throw new Error(`nothing was compiled into ${prebuild}`);
  const addon: unknown = require(join(prebuild, folder, 'opus.node'));
  const OpusEncoder = constructorIn(addon, 'OpusEncoder');
  return {
    createEncoder: (channels, bitsPerSecond) => {
      const encoder: unknown = new OpusEncoder(SAMPLE_RATE, channels);
      if (!canEncode(encoder)) throw new Error('the addon has no encode()');
      if (bitsPerSecond !== undefined) encoder.setBitrate(bitsPerSecond);
      // Its memory is the garbage collector's.
      return { channels, encode: (pcm) => encoder.encode(bytesOf(pcm)), close: () => undefined };
    },
    createDecoder: (channels) => {
      const decoder: unknown = new OpusEncoder(SAMPLE_RATE, channels);
      if (!canDecode(decoder)) throw new Error('the addon has no decode()');
      return decoderOf(channels, decoder, () => undefined);
    },
  };
}

function loadWasm(): Library {
  const OpusScript: unknown = require('opusscript');
  if (!isConstructor(OpusScript)) throw new Error('the module is no constructor');
  return {
    createEncoder: (channels, bitsPerSecond) => {
      const encoder: unknown = new OpusScript(SAMPLE_RATE, channels);
      if (!canEncode(encoder) || !canDelete(encoder)) throw new Error('the module has no encode()');
      if (bitsPerSecond !== undefined) encoder.setBitrate(bitsPerSecond);
      return {
        channels,
        encode: (pcm, frameSamples) => encoder.encode(bytesOf(pcm), frameSamples),
        close: () => {
          encoder.delete();
        },
      };
    },
    createDecoder: (channels) => {
      const decoder: unknown = new OpusScript(SAMPLE_RATE, channels);
      if (!canDecode(decoder) || !canDelete(decoder)) throw new Error('the module has no decode()');
      return decoderOf(channels, decoder, () => {
        decoder.delete();
      });
    },
  };
}

/** Both libraries take PCM as bytes; the addon derives the frame's length from them, the other is told. */
interface BytesEncoder {
  encode(pcm: Buffer, frameSamples?: number): Uint8Array;
  setBitrate(bitsPerSecond: number): void;
}

/** Both give PCM as bytes, and throw at a packet that libopus refuses. */
interface BytesDecoder {
  decode(packet: Buffer): Buffer;
}

function decoderOf(channels: 1 | 2, decoder: BytesDecoder, close: () => void): OpusDecoderS16 {
  return {
    channels,
    decode: (packet) => {
      try {
        return samplesOf(decoder.decode(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)));
      } catch {
        return undefined;
      }
    },
    close,
  };
}

type Constructor = new (...args: readonly unknown[]) => unknown;

function isConstructor(value: unknown): value is Constructor {
  return typeof value === 'function';
}

function constructorIn(module: unknown, name: string): Constructor {
  const value: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
  if (!isConstructor(value)) throw new Error(`the module has no ${name}`);
  return value;
}

function canEncode(value: unknown): value is BytesEncoder {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['encode', 'setBitrate'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function canDecode(value: unknown): value is BytesDecoder {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'decode') === 'function';
}

function canDelete(value: object): value is { delete(): void } {
  return typeof Reflect.get(value, 'delete') === 'function';
}

/** Samples need an even address, which bytes need not have. */
function samplesOf(bytes: Buffer): Int16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  return new Int16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}

function bytesOf(pcm: Int16Array): Buffer {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
