import { crc32 } from 'node:zlib';
import {
  PEAK_BASE_SAMPLES,
  PEAK_BLOCK_BYTES,
  PEAK_FACTOR,
  PEAK_LEVELS,
} from '../../../shared/model/peaks.ts';

/** Blocks of level 0 in one page, which are one block of the coarsest level. */
export const PAGE_BLOCKS = PEAK_FACTOR ** (PEAK_LEVELS - 1);

/** Samples that a page covers: 43.7 s. */
export const PAGE_SAMPLES = PAGE_BLOCKS * PEAK_BASE_SAMPLES;

/** Bytes before the first page. */
export const FILE_HEADER_BYTES = 64;

/** Bytes of a page before its blocks. */
export const PAGE_HEADER_BYTES = 32;

/** A page with its blocks of all levels. */
export const PAGE_BYTES = PAGE_HEADER_BYTES + levelStart(-1) * PEAK_BLOCK_BYTES;

/** Peaks end here, after 99 hours: a wrong position must not fill the disk. */
export const MOST_PAGES = 8192;

const MAGIC = 0x4b_50_53_54; // TSPK
const PAGE_MAGIC = 0x45_47_41_50; // PAGE
const VERSION = 1;
const IDENTITY_BYTES = 32;

/** Blocks of this level in one page. */
export function pageBlocks(level: number): number {
  return PEAK_FACTOR ** (PEAK_LEVELS - 1 - level);
}

/** How many blocks of coarser levels stand before this level's in a page. */
export function levelStart(level: number): number {
  return (PEAK_FACTOR ** (PEAK_LEVELS - 1 - level) - 1) / (PEAK_FACTOR - 1);
}

/** Where a page begins in the file. */
export function pageOffset(page: number): number {
  return FILE_HEADER_BYTES + page * PAGE_BYTES;
}

/** What the head of a peaks file says; see PEAKS.md. */
export interface FileHeader {
  /** SHA-256 of the session's id, a zero byte and the player's id. */
  readonly identity: Uint8Array;
  readonly channels: number;
  /** Peaks before here, in samples from T0, are complete. */
  readonly doneSamples: number;
  /** Where the track's audio ends, in samples from T0. */
  readonly endSamples: number;
}

export function encodeFileHeader(header: FileHeader): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, header.channels, true);
  setUint64(view, 8, header.doneSamples);
  setUint64(view, 16, header.endSamples);
  bytes.set(header.identity.subarray(0, IDENTITY_BYTES), 24);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** @returns undefined for anything but a whole header of this version. */
export function parseFileHeader(bytes: Uint8Array): FileHeader | undefined {
  if (bytes.length < FILE_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, FILE_HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== VERSION) return undefined;
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60))) return undefined;
  const doneSamples = getUint64(view, 8);
  const endSamples = getUint64(view, 16);
  if (doneSamples > endSamples || endSamples > MOST_PAGES * PAGE_SAMPLES) return undefined;
  return {
    identity: bytes.slice(24, 24 + IDENTITY_BYTES),
    channels: view.getUint16(6, true),
    doneSamples,
    endSamples,
  };
}

/** What the head of a page says. */
export interface PageHeader {
  readonly page: number;
  /** Tells the packets that the page was made of; see `pageFingerprint`. */
  readonly fingerprint: number;
  /** How many of them there are, those before the page's beginning included. */
  readonly packets: number;
  /** Those of the page that could not be decoded and count as silence. */
  readonly undecodable: number;
}

/** Puts the header and the checksum into a page whose blocks are there already. */
export function sealPage(bytes: Uint8Array, header: PageHeader): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE_BYTES);
  view.setUint32(0, PAGE_MAGIC, true);
  view.setUint32(4, header.page, true);
  view.setUint32(8, header.fingerprint, true);
  view.setUint32(12, header.packets, true);
  view.setUint32(16, header.undecodable, true);
  view.setUint32(28, crc32(bytes.subarray(PAGE_HEADER_BYTES), crc32(bytes.subarray(0, 28))), true);
}

/** The header of a page; undefined where it is none. The blocks are not looked at. */
export function parsePageHeader(bytes: Uint8Array): PageHeader | undefined {
  if (bytes.length < PAGE_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, PAGE_HEADER_BYTES);
  if (view.getUint32(0, true) !== PAGE_MAGIC) return undefined;
  return {
    page: view.getUint32(4, true),
    fingerprint: view.getUint32(8, true),
    packets: view.getUint32(12, true),
    undecodable: view.getUint32(16, true),
  };
}

/** The header of a whole page whose checksum holds, else undefined. */
export function checkPage(bytes: Uint8Array): PageHeader | undefined {
  const header = bytes.length === PAGE_BYTES ? parsePageHeader(bytes) : undefined;
  if (header === undefined) return undefined;
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(28, true);
  const crc = crc32(bytes.subarray(PAGE_HEADER_BYTES), crc32(bytes.subarray(0, 28)));
  return crc === stored ? header : undefined;
}

function setUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}

function getUint64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
