import { setTimeout } from 'node:timers/promises';
import { SAMPLE_RATE, SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { findProgram } from '../support/programs.ts';
import { align } from './alignment.ts';
import { CaptureDesk } from './capture-desk.ts';
import type { ProcessUse } from './process-use.ts';
import type { Finding, Row } from './ratio-row.ts';
import { Standstill } from './standstill.ts';
import type { Workspace } from './workspace.ts';

const SECONDS = 20;
/** What the promised drift is told from. */
const DRIFT_SECONDS = 60;
const LONG_SECONDS = 600;
/** What it takes until the browser has settled, and is not measured. */
const SETTLING_SECONDS = 3;
const MOST_PAGE_PERCENT = 25;
const MOST_HOST_PERCENT = 8;
/** As for the recording alone; the page's collector has more to do. */
const MOST_HOST_GROWTH_MIB = 24;
const MOST_PAGE_GROWTH_MIB = 48;
const MOST_DRIFT_PPM = 10;
/** The same of a shorter run: what a line that is still being learnt may move in all. */
const MOST_DRIFT_MS = (MOST_DRIFT_PPM * DRIFT_SECONDS) / 1000;
const MOST_APART_MS = 2.5;
const STARTS = 5;
const LONG_STARTS = 20;
const MARKERS = 8;
const MOST_START_MS = 1200;
const MOST_MARKER_MS = 10;

/** Seconds to record: `TAILSLATE_CAPTURE_SECONDS`, ten minutes for `--long`, or the row's own. */
function secondsOf({ long }: Workspace, own: number): number {
  const asked = Number(process.env['TAILSLATE_CAPTURE_SECONDS']);
  return asked > 0 ? asked : long ? LONG_SECONDS : own;
}

/** Runs a row where the machine has what it needs, and otherwise says what it lacks. */
async function where(run: () => Promise<Finding>): Promise<Finding> {
  const programs = ['chromium', 'ffmpeg', 'pulseaudio', 'pactl', 'parec'] as const;
  const missing: string[] = programs.filter((name) => findProgram(name) === undefined);
  if (process.platform !== 'linux') missing.push('/proc');
  return missing.length > 0 ? { measured: `not measured: no ${missing.join(', ')}`, met: undefined } : run();
}

/**
 * Microphone to disk with the real page in a browser, the real host, and the session exported and compared after.
 * @param own seconds that it records unless asked for others.
 * @param ppm by how many millionths the crystals of its devices run fast.
 */
function capture(name: string, tracks: number, own: number, ppm: readonly number[] = [0]): Row {
  const several = ppm.length > 1;
  return {
    name,
    title: `${tracks} tracks from ${several ? `${ppm.length} devices with crystals of their own` : 'the microphone'} to an export`,
    target:
      `page <= ${MOST_PAGE_PERCENT} %, host <= ${MOST_HOST_PERCENT} % of a core, nothing lost, ` +
      `${own < DRIFT_SECONDS ? `< ${MOST_DRIFT_MS} ms of drift` : `< ${MOST_DRIFT_PPM} ppm`}, < ${MOST_APART_MS} ms apart`,
    run: (workspace) =>
      where(async () => {
        const seconds = secondsOf(workspace, own);
        const desk = await CaptureDesk.open(workspace.out(), seconds + SETTLING_SECONDS, ppm);
        try {
          await desk.arm(tracks);
          await setTimeout(SETTLING_SECONDS * 1000);
          const standstill = new Standstill();
          const { sessionId = '' } = await desk.ask({ kind: 'start', title: 'Bench' });
          const at = async (second: number): Promise<readonly [ProcessUse, ProcessUse]> => {
            const samples = second * SAMPLE_RATE;
            await desk.until(({ positionSamples }) => positionSamples >= samples, (second + 60) * 1000);
            return [await desk.pageUse(), desk.hostUse()];
          };
          const [pageFirst, hostFirst] = await at(seconds / 5);
          const beginMs = performance.now();
          const [pageLast, hostLast] = await at(seconds);
          const tookMs = performance.now() - beginMs;
          const folder = await desk.folderOf(sessionId);
          const { alerts } = await desk.until(() => true);
          const { tracks: heard } = await desk.status();
          const unheardSamples = heard.reduce((sum, track) => sum + track.unheardSamples, 0);
          await desk.ask({ kind: 'stop' });
          const stoodStill = await standstill.end();
          const { troubles } = await desk.status();
          const { driftsPpm, apartMs, missingSamples, steps } = await align(folder, desk.spoken, seconds);
          const percent = (last: ProcessUse, first: ProcessUse): number =>
            (100 * (last.cpuMs - first.cpuMs)) / tookMs;
          const page = percent(pageLast, pageFirst);
          const host = percent(hostLast, hostFirst);
          const pageGrowth = pageLast.memoryMiB - pageFirst.memoryMiB;
          const hostGrowth = hostLast.memoryMiB - hostFirst.memoryMiB;
          const told = [...troubles, ...alerts.map(({ kind }) => kind)];
          const lostSamples = Math.max(missingSamples, unheardSamples);
          const lost = `${lostSamples} samples lost${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
          const driftMs = (Math.max(...driftsPpm.map(Math.abs)) * seconds) / 1000;
          const ppmWords = [...new Set(driftsPpm.map((drift) => drift.toFixed(1)))].join(' and ');
          return {
            measured:
              `${seconds} s: page ${page.toFixed(1)} %, ${signed(pageGrowth)} MiB; ` +
              `host ${host.toFixed(1)} %, ${signed(hostGrowth)} MiB; ${lost}; ` +
              `${ppmWords} ppm or ${driftMs.toFixed(2)} ms, ${apartMs.toFixed(2)} ms apart${steps === '' ? '' : `; ${steps}`}; ` +
              stoodStill,
            met:
              page <= MOST_PAGE_PERCENT &&
              host <= MOST_HOST_PERCENT &&
              pageGrowth <= MOST_PAGE_GROWTH_MIB &&
              hostGrowth <= MOST_HOST_GROWTH_MIB &&
              lostSamples === 0 &&
              told.length === 0 &&
              driftMs < Math.max(MOST_DRIFT_MS, (MOST_DRIFT_PPM * seconds) / 1000) &&
              apartMs < MOST_APART_MS,
          };
        } finally {
          await desk.close();
        }
      }),
  };
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(0)}`;
}

/** From the press of Record to a packet of every track on the disk, and where markers stand in time. */
const START: Row = {
  name: 'capture-start',
  title: 'from Record to the first packet on disk; where markers stand',
  target: `<= ${MOST_START_MS} ms, markers within ${MOST_MARKER_MS} ms`,
  run: (workspace) =>
    where(async () => {
      const desk = await CaptureDesk.open(workspace.out(), 10 * LONG_STARTS);
      try {
        await desk.arm(2);
        await setTimeout(SETTLING_SECONDS * 1000);
        const startsMs: number[] = [];
        const errorsMs: number[] = [];
        const spreadsMs: number[] = [];
        for (let start = 0; start < (workspace.long ? LONG_STARTS : STARTS); start++) {
          const pressedMs = performance.now();
          const starting = desk.ask({ kind: 'start', title: `Start ${start}` });
          await desk.until(({ tracks }) => tracks.every(({ durableSamples }) => durableSamples > 0));
          startsMs.push(performance.now() - pressedMs);
          await starting;
          // By then the clock has been read for T0.
          await desk.until(({ positionSamples }) => positionSamples >= SAMPLE_RATE);
          const setMillis: number[] = [];
          for (let marker = 0; marker < MARKERS; marker++) {
            // Never in step with blocks.
            await setTimeout(37 + 13 * marker);
            setMillis.push(await desk.markNow());
          }
          const state = await desk.until(({ markers }) => markers.length === MARKERS);
          const late = state.markers.map(({ positionSamples }, index) => {
            const saysMillis = state.t0UnixMicros / 1000 + positionSamples / SAMPLES_PER_MS;
            return saysMillis - (setMillis[index] ?? NaN);
          });
          errorsMs.push(...late.map(Math.abs));
          spreadsMs.push(Math.max(...late) - Math.min(...late));
          await desk.ask({ kind: 'stop' });
        }
        const slowest = Math.max(...startsMs);
        const furthest = Math.max(...errorsMs);
        return {
          measured: `${startsMs.length} starts, slowest ${slowest.toFixed(0)} ms; ${errorsMs.length} markers, furthest ${furthest.toFixed(1)} ms, within a session ${Math.max(...spreadsMs).toFixed(1)} ms of each other`,
          met: slowest <= MOST_START_MS && furthest <= MOST_MARKER_MS,
        };
      } finally {
        await desk.close();
      }
    }),
};

/** What the way from the microphone to the disk takes, and how exact it is. */
export const CAPTURE_ROWS: readonly Row[] = [
  capture('capture', 8, SECONDS),
  capture('capture-pair', 2, DRIFT_SECONDS),
  capture('capture-crystals', 2, DRIFT_SECONDS, [50, -50]),
  START,
];
