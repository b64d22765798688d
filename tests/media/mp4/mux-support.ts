import { createHash } from 'node:crypto';
import {
  metadataItems,
  playerItems,
  sessionItems,
  type SessionMetadata,
} from '../../../electron/media/mp4/metadata.ts';
import { FragmentLayout } from '../../../electron/media/mp4/fragment-layout.ts';
import type { FileLayout } from '../../../electron/media/mp4/layout.ts';
import { Muxer, type MuxerSpec } from '../../../electron/media/mp4/muxer.ts';

/** The audio packets of an Ogg Opus stream: all packets of its pages but the two headers (RFC 3533, RFC 7845). */
function oggOpusPackets(file: Uint8Array): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  for (let page = 0; page + 27 <= file.length;) {
    const segments = file[page + 26] ?? 0;
    let at = page + 27 + segments;
    for (let segment = 0; segment < segments; segment++) {
      const size = file[page + 27 + segment] ?? 0;
      parts.push(file.subarray(at, at + size));
      at += size;
      if (size === 255) continue;
      packets.push(concat(parts));
      parts = [];
    }
    page = at;
  }
  return packets.slice(2);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The whole file: the head, then each chunk's packets, taken in order from their track. */
export function assemble(layout: FileLayout, tracks: readonly (readonly Uint8Array[])[]): Uint8Array {
  const next = tracks.map(() => 0);
  const parts = [layout.head];
  for (let chunk = 0; chunk < layout.chunks.count; chunk++) {
    const track = layout.chunks.tracks[chunk] ?? 0;
    const from = next[track] ?? 0;
    const to = from + (layout.chunks.sampleCounts[chunk] ?? 0);
    parts.push(...(tracks[track]?.slice(from, to) ?? []));
    next[track] = to;
  }
  return concat(parts);
}

/** The whole file in fragments, its packets taken in order from their tracks. */
export function assembleFragmented(
  layout: FragmentLayout,
  tracks: readonly (readonly Uint8Array[])[],
): Uint8Array {
  const next = tracks.map(() => 0);
  const parts = [layout.head];
  for (const { head, sampleCounts } of layout.fragments()) {
    parts.push(head);
    for (const [track, count] of sampleCounts.entries()) {
      const from = next[track] ?? 0;
      parts.push(...(tracks[track]?.slice(from, from + count) ?? []));
      next[track] = from + count;
    }
  }
  return concat([...parts, layout.tail]);
}

/** A spec with one mono track of `durationSamples` after the pre-skip, at 25 frames from 10:00:00:00. */
export function monoSpec(durationSamples: number, lastTrimSamples = 0): MuxerSpec {
  return {
    creationUnixSeconds: 1_795_168_800,
    tracks: [
      {
        name: 'Zoë & Max',
        channels: 1,
        preSkipSamples: 312,
        inputRate: 48_000,
        editStartSamples: 312,
        editDurationSamples: durationSamples,
        lastTrimSamples,
      },
    ],
    timecode: {
      timescale: 48_000,
      frameDuration: 1920,
      nominalFrames: 25,
      dropFrame: false,
      startFrame: 900_000,
    },
    metadata: [],
  };
}

/** Digits of hexadecimal bytes, blanks and `#` comments ignored. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, ''), 'hex'));
}

const SILENCE_20_MS = hex('f8 ff fe');
const SILENCE_2_5_MS = hex('e0 ff fe');

/** A finished file, digest included, and what it must decode to. */
export interface SweepFile {
  readonly bytes: Uint8Array;
  readonly durationSamples: number;
  /** Packets of one track, silence included. */
  readonly packets: number;
}

/**
 * A sweep of one second, played twice with 207.5 ms of laid silence between, 600 ms before and 100 ms after:
 * every kind of sample a session can hold, for each of `trackCount` players.
 * @param sweep the stream tests/golden/sweep.opus.
 */
export function sweepFile(
  sweep: Uint8Array,
  {
    trackCount = 1,
    lastTrimSamples = 0,
    fragmented = false,
  }: { trackCount?: number; lastTrimSamples?: number; fragmented?: boolean } = {},
): SweepFile {
  const recorded = oggOpusPackets(sweep);
  const sizes = Uint16Array.from(recorded, (packet) => packet.length);
  const units = new Uint8Array(recorded.length).fill(8);
  const payload = [
    ...Array<Uint8Array>(30).fill(SILENCE_20_MS),
    ...recorded,
    ...Array<Uint8Array>(10).fill(SILENCE_20_MS),
    ...Array<Uint8Array>(3).fill(SILENCE_2_5_MS),
    ...recorded,
    ...Array<Uint8Array>(5).fill(SILENCE_20_MS),
  ];
  const editStartSamples = 412;
  const durationSamples = (payload.length - 3) * 960 + 3 * 120 - lastTrimSamples - editStartSamples;
  const describe = (track: number): SessionMetadata => ({
    title: 'Round table',
    player: `Zoë & Max ${track + 1}`,
    playerId: `player-${track + 1}`,
    sessionId: '0198c0de-0000-7000-8000-000000000001',
    sessionStartIso: '2026-11-20T10:00:00.000+01:00',
    index: track + 1,
    of: trackCount,
    timecodeStart: '10:00:00;00',
    timecodeRate: '29.97df',
    durationSamples,
    sourceFormat: 'tailslate 1',
    packets: 2 * recorded.length,
    silencePackets: 48,
    gaps: 1,
    damage: 0,
    tool: 'Tailslate 0.1.0',
  });
  const indexes = Array.from({ length: trackCount }, (_, track) => track);
  const muxer = new Muxer({
    creationUnixSeconds: 1_795_168_800,
    tracks: indexes.map((track) => ({
      name: describe(track).player,
      channels: 1,
      preSkipSamples: 312,
      inputRate: 48_000,
      editStartSamples,
      editDurationSamples: durationSamples,
      lastTrimSamples,
      ...(trackCount > 1 && { metadata: playerItems(describe(track)) }),
    })),
    timecode: {
      timescale: 30_000,
      frameDuration: 1001,
      nominalFrames: 30,
      dropFrame: true,
      startFrame: 1_078_920,
    },
    metadata: trackCount > 1 ? sessionItems({ ...describe(0), player: '' }) : metadataItems(describe(0)),
  });
  for (const track of indexes) {
    muxer.addFiller(track, 3, 8, 30);
    muxer.addSamples(track, sizes, units, 0, sizes.length);
    muxer.addFiller(track, 3, 8, 10);
    muxer.addFiller(track, 3, 1, 3);
    muxer.addSamples(track, sizes, units, 0, sizes.length);
    muxer.addFiller(track, 3, 8, 5);
  }
  const payloads = Array<Uint8Array[]>(trackCount).fill(payload);
  const layout = fragmented ? muxer.finishFragmented() : muxer.finish();
  const bytes =
    layout instanceof FragmentLayout ? assembleFragmented(layout, payloads) : assemble(layout, payloads);
  const digest = Buffer.from(
    createHash('sha256')
      .update(concat([...recorded, ...recorded]))
      .digest('hex'),
    'latin1',
  );
  for (const offset of [layout.digestOffset, ...layout.trackDigestOffsets]) {
    if (offset !== undefined) bytes.set(digest, offset);
  }
  return { bytes, durationSamples, packets: payload.length };
}
