// Records 32 tracks in real time as the recording service does, and prints what that took as JSON.
// Arguments: a folder for the session, seconds, milliseconds that every flush takes in addition.
import { setTimeout } from 'node:timers/promises';
import { SYSTEM_FILES, type LogFiles, type LogHandle } from '../../electron/io/log-file/files.ts';
import { SYSTEM_CLOCK } from '../../electron/io/log-file/log-clock.ts';
import { LogFile } from '../../electron/io/log-file/log-file.ts';
import { manifestOf, packetAt } from '../io/log-file/recording.ts';

const TRACKS = 32;
const PACKET_MS = 20;
const PACKET_SAMPLES = 960;
const DURABILITY_MS = 250;

/** What a run found; times in milliseconds. */
export interface LiveFigures {
  /** Processor time in percent of one core, an idle loop's taken off. */
  readonly cpuPercent: number;
  readonly flushesPerSecond: number;
  /** From arrival to acknowledgement, in 99 of 100 packets at most. */
  readonly p99Ms: number;
  readonly durabilityMs: number;
  /** Memory at the end beyond that after a fifth of the time. */
  readonly grownMiB: number;
}

const [folder = '', secondsText = '20', flushText = '0'] = process.argv.slice(2);
const slots = Number(secondsText) * (1000 / PACKET_MS);
const flushMs = Number(flushText);
let flushes = 0;

async function flushed(sync: () => Promise<void>): Promise<void> {
  flushes++;
  if (flushMs > 0) await setTimeout(flushMs);
  await sync();
}

function slowed(handle: LogHandle): LogHandle {
  return {
    ...handle,
    datasync: () => flushed(() => handle.datasync()),
    sync: () => flushed(() => handle.sync()),
  };
}

const files: LogFiles = {
  ...SYSTEM_FILES,
  create: async (path) => slowed(await SYSTEM_FILES.create(path)),
  syncFolder: (path) => flushed(() => SYSTEM_FILES.syncFolder(path)),
};

/** Calls `work` for every slot in its time; returns the processor time that took in milliseconds. */
async function inRealTime(count: number, work: (slot: number) => void): Promise<number> {
  const before = process.cpuUsage();
  const startMs = performance.now();
  for (let slot = 0; slot < count; slot++) {
    await setTimeout(Math.max(0, startMs + slot * PACKET_MS - performance.now()));
    work(slot);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// 64 kb/s, as a microphone is recorded.
const packets = Array.from({ length: TRACKS }, (_, track) =>
  Uint8Array.from({ length: 160 }, (_byte, at) => packetAt(track, at)[at % 12] ?? 0),
);
for (const packet of packets) packet[0] = 0x78;

const idleSlots = Math.min(slots, 250);
const idleMsPerSlot = (await inRealTime(idleSlots, () => undefined)) / idleSlots;

const arrivedMs: number[] = [];
const latenciesMs: number[] = [];
let acknowledged = 0;
const manifest = manifestOf(TRACKS);
const log = await LogFile.create(folder, {
  identity: manifest,
  manifest,
  durabilityMillis: DURABILITY_MS,
  files,
  clock: SYSTEM_CLOCK,
  holder: 'the benchmark',
  onState: ({ durableSamples }) => {
    const end = Math.min(...packets.map((_, track) => durableSamples.get(track) ?? 0)) / PACKET_SAMPLES;
    for (; acknowledged < end; acknowledged++)
      latenciesMs.push(performance.now() - (arrivedMs[acknowledged] ?? NaN));
  },
});
flushes = 0;
let settledBytes = 0;
const busyMs = await inRealTime(slots, (slot) => {
  arrivedMs.push(performance.now());
  packets.forEach((packet, track) => log.append(track, slot * PACKET_SAMPLES, [packet]));
  if (slot === Math.floor(slots / 5)) settledBytes = process.memoryUsage().rss;
});
const grownMiB = (process.memoryUsage().rss - settledBytes) / 2 ** 20;
const flushesPerSecond = flushes / Number(secondsText);
await log.end(slots * PACKET_SAMPLES, manifestOf(TRACKS, slots * PACKET_SAMPLES));
if (latenciesMs.length !== slots) throw new Error(`${latenciesMs.length} of ${slots} acknowledged`);
latenciesMs.sort((a, b) => a - b);
const figures: LiveFigures = {
  cpuPercent: (busyMs / slots - idleMsPerSlot) * (100 / PACKET_MS),
  flushesPerSecond,
  p99Ms: latenciesMs[Math.floor(slots * 0.99)] ?? NaN,
  durabilityMs: DURABILITY_MS,
  grownMiB,
};
console.log(JSON.stringify(figures));
