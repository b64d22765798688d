import { encodePeaks } from '../../shared/ipc/peaks-answer.ts';
import type { MediaRequest } from '../../shared/ipc/media-path.ts';
import { EMPTY_PEAK, PEAK_BASE_SAMPLES, PEAK_FACTOR } from '../../shared/model/peaks.ts';
import { detailedError } from '../../shared/model/detailed-error.ts';
import { AppError } from '../../shared/model/errors.ts';
import { encodePacketBatch, parsePacketBatch } from '../../shared/playback/packet-batch.ts';
import type { FetchMedia } from '../session/peak-store.ts';

const SAMPLES_A_SECOND = 48_000;
const FIELDS = 3;
/** A frame of silence as every Opus encoder writes it: 20 ms at full band. */
const SILENT_PACKET = new Uint8Array([0xf8, 0xff, 0xfe]);
const PACKET_SAMPLES = 960;

interface Silence {
  readonly startSamples: number;
  readonly durationSamples: number;
}

/** What the gallery hears of a player: conversation that is made up, the same every time. */
export interface GalleryPlayer {
  readonly number: number;
  readonly endSamples: number;
  readonly silences: readonly Silence[];
}

/** Answers for `media/...` as a host would give them. */
export function galleryMedia(request: MediaRequest, player: GalleryPlayer): ArrayBuffer {
  if (request.kind === 'peaks') return peaks(player, request.level, request.start, request.blocks);
  const end = Math.min(request.endSamples, player.endSamples, request.startSamples + 60 * SAMPLES_A_SECOND);
  const packets = [];
  for (
    let at = Math.floor(request.startSamples / PACKET_SAMPLES) * PACKET_SAMPLES;
    at < end;
    at += PACKET_SAMPLES
  ) {
    if (isSilent(player, at)) continue;
    packets.push({ audioSamples: at, durationSamples: PACKET_SAMPLES, payload: SILENT_PACKET });
  }
  return encodePacketBatch({ channels: 1, coveredSamples: request.endSamples, packets }).buffer;
}

/** Media that is missing or broken, as the address of the gallery names it. */
export function faultyMedia(fetch: FetchMedia, fault: string | null): FetchMedia {
  return async (request, signal) => {
    if (fault === 'no-peaks' && request.kind === 'peaks') throw new Error('there are no peaks');
    if (fault === 'silent-peaks' && request.kind === 'peaks')
      throw detailedError({ kind: 'folder-silent', path: '/sessions' });
    if (fault === 'no-packets' && request.kind === 'packets') throw gone();
    const answer = await fetch(request, signal);
    if (fault !== 'broken-packets' || request.kind !== 'packets') return answer;
    const batch = parsePacketBatch(new Uint8Array(answer));
    if (batch === undefined) throw new Error('the gallery makes batches');
    // Every tenth says that it holds frames and holds none (RFC 6716 section 3.2.5).
    const packets = batch.packets.map((packet, index) =>
      index % 10 === 5 ? { ...packet, payload: Uint8Array.of(0xfb, 0) } : packet,
    );
    return encodePacketBatch({ ...batch, packets }).buffer;
  };
}

function gone(): AppError {
  return new AppError('not-found', 'The folder of the session is not there any more.', {
    next: 'Put it back where it was, or connect its disk.',
  });
}

function peaks(player: GalleryPlayer, level: number, start: number, count: number): ArrayBuffer {
  const size = PEAK_BASE_SAMPLES * PEAK_FACTOR ** level;
  const fields = new Int16Array(count * FIELDS);
  const parts = level === 0 ? 1 : 6;
  for (let block = 0; block < count; block += 1) {
    let highest = -1;
    let squares = 0;
    let heard = 0;
    for (let part = 0; part < parts; part += 1) {
      const at = (start + block + part / parts) * size;
      if (at >= player.endSamples || isSilent(player, at)) continue;
      const level = loudness(player.number, at / SAMPLES_A_SECOND);
      highest = Math.max(highest, level);
      squares += (level * 0.34) ** 2;
      heard += 1;
    }
    const at = block * FIELDS;
    if (heard === 0) {
      fields.set([EMPTY_PEAK.lowest, EMPTY_PEAK.highest, EMPTY_PEAK.rms], at);
      continue;
    }
    const lean = 0.75 + 0.25 * noise(player.number, start + block);
    fields[at] = -Math.round(highest * 32_000 * lean);
    fields[at + 1] = Math.round(highest * 32_000);
    fields[at + 2] = Math.round(Math.sqrt(squares / heard) * 32_000);
  }
  const bytes = new Uint8Array(fields.buffer);
  return encodePeaks({ doneSamples: player.endSamples, endSamples: player.endSamples, bytes }).buffer;
}

function isSilent({ silences }: GalleryPlayer, samples: number): boolean {
  return silences.some(
    ({ startSamples, durationSamples }) =>
      samples >= startSamples && samples < startSamples + durationSamples,
  );
}

/** Turns of about 14 s, words of 0.3 s within them, a little noise between. */
function loudness(player: number, seconds: number): number {
  const turn = noise(player + 7, Math.floor(seconds / 13.7 + player * 0.37));
  const word = noise(player + 31, Math.floor(seconds / 0.33));
  const grain = noise(player + 57, Math.floor(seconds * 94));
  const floor = 0.008 + 0.008 * grain;
  const aside = noise(player + 91, Math.floor(seconds / 2.3)) > 0.93 ? 0.3 : 0;
  const talks = turn > 0.58 ? 0.95 : aside;
  if (word < 0.24) return floor;
  return floor + talks * (0.25 + 0.75 * word) * (0.3 + 0.7 * grain * grain);
}

/** 0 to 1, the same for the same numbers. */
function noise(seed: number, index: number): number {
  let hash = Math.imul(index | 0, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
