import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SYSTEM_FILES, type LogFiles, type LogHandle } from '../../electron/io/log-file/files.ts';
import { type DurabilityMillis, LogFile } from '../../electron/io/log-file/log-file.ts';
import { LogCollector } from '../../electron/media/log/collector.ts';
import { segmentFile } from '../../electron/media/log/segment.ts';
import { Recording } from '../../electron/services/recording/recording.ts';
import { sessionTag } from '../../shared/ipc/packet-frame.ts';
import { alertSentence } from '../../shared/model/recording-alert.ts';
import { packetAt, PACKET_SAMPLES } from '../io/log-file/recording.ts';
import { scanInto } from '../media/log/sample.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

/** What is recorded. */
export interface SoakPlan {
  readonly folder: string;
  readonly seconds: number;
  readonly tracks: number;
  readonly durabilityMillis: DurabilityMillis;
  /** How much of the session a file of the log takes; undefined for what the program does. */
  readonly segmentSamples?: number;
}

/** What came of it. */
export interface SoakResult {
  readonly packets: number;
  readonly segments: number;
  readonly markers: number;
  readonly clockJumps: number;
  /** Times the disk was asked to make bytes durable. */
  readonly flushes: number;
  /** Longest time, of the simulated clock, that a packet waited for that. */
  readonly mostLagMillis: number;
  /** Memory after the last second more than after a tenth of the time, garbage aside. */
  readonly grownBytes: number;
  readonly realSeconds: number;
}

const TICK_MILLIS = 100;
const TICK_PACKETS = 5;
const LEVEL = { peakDb: -12, rmsDb: -20, clipped: false };
const SESSION_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** A device is away for eight seconds of every three hundred, every track's at another time. */
function isAway(track: number, second: number): boolean {
  return (second + track * 37 + 250) % 300 < 8;
}

/**
 * Records as a page does, on a clock that moves when all that was asked of the real disk has been done: packets of every
 * track, markers, mutes, devices that go and come back, a wall clock that jumps. Then reads every packet again.
 * @throws Error at the first packet that is not as it was sent, or not there.
 */
export async function soak(plan: SoakPlan): Promise<SoakResult> {
  const startMillis = performance.now();
  const clock = new SimulatedClock();
  const disk = new CountedFiles();
  const recording = new Recording({
    clock,
    openLog: (folder, { clock: segmentClock, ...log }) =>
      LogFile.create(folder, {
        ...log,
        files: disk.files,
        clock: {
          monotonicMicros: () => clock.monotonicMicros(),
          setTimer: (callback, millis) => clock.setTimer(callback, millis),
          clearTimer: (timer) => clock.clearTimer(timer),
          wallUnixMicros: () => segmentClock().wallUnixMicros,
        },
        holder: 'a soak',
        ...(plan.segmentSamples !== undefined && { segmentSamples: plan.segmentSamples }),
      }),
    folders: () => [plan.folder],
    freeBytes: () => Promise.resolve(1e12),
    durabilityMillis: () => plan.durabilityMillis,
    zone: () => 'Europe/Oslo',
    newSessionId: () => SESSION_ID,
    appVersion: '0.0.0',
  });
  const { calls } = recording;
  const names = Array.from({ length: plan.tracks }, (_, track) => `Player ${track}`);
  await disk.idleAfter(calls.start({ title: 'Soak', tracks: names.map(input) }));
  let [packets, markers, clockJumps, mostLagMillis, baseBytes] = [0, 0, 0, 0, 0];
  for (let second = 0; second < plan.seconds; second++) {
    if (second % 5 === 0)
      await calls.anchor({ positionSamples: second * 48_000, ...(await calls.clock({})) });
    for (let tick = 0; tick < 1000 / TICK_MILLIS; tick++) {
      await clock.advance(TICK_MILLIS);
      await disk.idle();
      packets += sendTick(recording, plan.tracks, second, tick);
      mostLagMillis = Math.max(mostLagMillis, recording.values.state.value?.lagMillis ?? 0);
    }
    const positionSamples = (second + 1) * 48_000;
    for (let trackId = 0; trackId < plan.tracks; trackId++) {
      if (isAway(trackId, second) === isAway(trackId, second + 1)) continue;
      const kind = isAway(trackId, second) ? 'returned' : 'lost';
      await calls.device({ trackId, kind, label: 'USB', positionSamples });
    }
    if (second % 20 === 7) {
      await calls.addMarker({ positionSamples, kind: 'marker', name: `at ${second}` });
      markers++;
    }
    if (second % 31 === 3) {
      const trackId = second % plan.tracks;
      await calls.mute({ trackId, muted: true, positionSamples });
      await calls.mute({ trackId, muted: false, positionSamples: positionSamples + 480 });
    }
    if (second % 20 === 11) {
      clock.wallOffsetMicros += (clockJumps++ % 2 === 0 ? 1 : -1) * 3_600_000_000;
    }
    if (second === Math.floor(plan.seconds / 10)) baseBytes = usedBytes();
  }
  const grownBytes = usedBytes() - baseBytes;
  const { alerts = [] } = recording.values.state.value ?? {};
  const bad = alerts.find(({ kind }) => /^(?:disk|audio)/u.test(kind));
  if (bad !== undefined) throw new Error(alertSentence(bad.cause).message);
  const flushes = disk.flushes;
  await disk.idleAfter(calls.stop({ positionSamples: plan.seconds * 48_000 }), clock);
  const segments = checkLog(plan, packets, markers);
  const realSeconds = (performance.now() - startMillis) / 1000;
  return { packets, segments, markers, clockJumps, flushes, mostLagMillis, grownBytes, realSeconds };
}

/** The packets of a tick, of all tracks whose device is there. @returns how many. */
function sendTick(recording: Recording, tracks: number, second: number, tick: number): number {
  const first = second * 50 + tick * TICK_PACKETS;
  let sent = 0;
  for (let track = 0; track < tracks; track++) {
    if (isAway(track, second)) continue;
    const packets = Array.from({ length: TICK_PACKETS }, (_, n) => packetAt(track, first + n));
    const acceptance = recording.accept({
      sessionTag: sessionTag(SESSION_ID),
      track,
      positionSamples: first * PACKET_SAMPLES,
      packets,
      level: LEVEL,
    });
    if (acceptance !== 'taken') throw new Error(`track ${track}, second ${second}: ${acceptance}`);
    sent += packets.length;
  }
  return sent;
}

/** Reads the log segment by segment and compares each packet with what was sent. @returns how many segments there are. */
function checkLog({ folder, seconds, tracks }: SoakPlan, sent: number, markers: number): number {
  const names = readdirSync(join(folder, 'log')).sort();
  let [found, marked] = [0, 0];
  const next = new Array<number>(tracks).fill(0);
  for (const [before, name] of names.entries()) {
    if (`log/${name}` !== segmentFile(before + 1)) throw new Error(`${name} is segment ${before + 1}`);
    const bytes = readFileSync(join(folder, 'log', name));
    const collector = new LogCollector();
    scanInto(collector, `log/${name}`, bytes);
    // Each is read by itself, lest hours be held in memory: that others come before it was looked at above.
    const finding = collector.findings.kept.find(({ reason }) => !/^Segments? .*missing/u.test(reason));
    if (finding !== undefined) throw new Error(`${name}: ${finding.reason}`);
    marked += collector.markers.length;
    for (const [track, { packets }] of collector.tracks) {
      const { positionsSamples, offsetsBytes, sizesBytes, parts } = packets.finish();
      for (const [row, position] of positionsSamples.entries()) {
        const slot = position / PACKET_SAMPLES;
        const at = (collector.parts[parts[row] ?? 0]?.baseByte ?? 0) + (offsetsBytes[row] ?? 0);
        const isRight =
          bytes.compare(packetAt(track, slot), 0, undefined, at, at + (sizesBytes[row] ?? 0)) === 0;
        const isDue = slot >= (next[track] ?? 0) && !isAway(track, Math.floor(slot / 50));
        if (!isRight || !isDue) throw new Error(`${name}: track ${track}, slot ${slot} is not what was sent`);
        next[track] = slot + 1;
        found++;
      }
    }
  }
  if (found !== sent) throw new Error(`${found} packets of ${sent} in ${seconds} s are there`);
  if (marked !== markers) throw new Error(`${marked} markers of ${markers} are there`);
  return names.length;
}

/** The machine's disk, and how much is asked of it right now. */
class CountedFiles {
  flushes = 0;
  #underWay = 0;
  readonly files: LogFiles;

  constructor() {
    const handle = (opened: LogHandle): LogHandle => ({
      write: (bytes, atByte) => this.#count(opened.write(bytes, atByte)),
      datasync: () => {
        this.flushes++;
        return this.#count(opened.datasync());
      },
      sync: () => this.#count(opened.sync()),
      isNamed: () => this.#count(opened.isNamed()),
      close: () => this.#count(opened.close()),
    });
    const disk = SYSTEM_FILES;
    this.files = {
      makeFolder: (folder) => this.#count(disk.makeFolder(folder)),
      makeSubfolder: (folder) => this.#count(disk.makeSubfolder(folder)),
      namesIn: (folder) => this.#count(disk.namesIn(folder)),
      create: (path) => this.#count(disk.create(path).then(handle)),
      replace: (path) => this.#count(disk.replace(path).then(handle)),
      rename: (from, to) => this.#count(disk.rename(from, to)),
      syncFolder: (folder) => this.#count(disk.syncFolder(folder)),
      remove: (path) => this.#count(disk.remove(path)),
      lock: (folder, holder) => this.#count(disk.lock(folder, holder)),
    };
  }

  /** When nothing is asked of the disk, and nothing follows from what was. */
  async idle(): Promise<void> {
    for (let calm = 0; calm < 2; calm = this.#underWay === 0 ? calm + 1 : 0) await new Promise(setImmediate);
  }

  /** The same once this work is done; a clock is moved on for what waits for it. */
  async idleAfter(work: Promise<unknown>, clock?: SimulatedClock): Promise<void> {
    const state = { isDone: false };
    const done = work.finally(() => (state.isDone = true));
    while (clock !== undefined && !state.isDone) {
      await this.idle();
      await clock.advance(TICK_MILLIS);
    }
    await done;
    await this.idle();
  }

  async #count<T>(work: Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work;
    } finally {
      this.#underWay--;
    }
  }
}

function input(name: string): Parameters<Recording['calls']['addTrack']>[0] {
  return { name, colorIndex: 0, channels: 1, preSkipSamples: 312, inputRate: 48_000, inputLabel: 'USB' };
}

let collectGarbage: (() => void) | undefined;

/** Memory that is in use once garbage is collected. */
function usedBytes(): number {
  if (collectGarbage === undefined) {
    setFlagsFromString('--expose-gc');
    collectGarbage = runInNewContext('gc') as () => void;
  }
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
