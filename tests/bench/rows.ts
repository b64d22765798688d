import { SAMPLES_PER_MS } from '../../shared/time/samples.ts';
import { BATCH_ROWS } from './batch-rows.ts';
import { catalogTimes } from './catalog-times.ts';
import { CAPTURE_ROWS } from './capture-rows.ts';
import { CONTRACT_CALL } from './contract-calls.ts';
import { measure, measureInside } from './measure.ts';
import {
  copyLog,
  exporter,
  exportOne,
  ffmpegCopy,
  insideExport,
  makePeaks,
  mediabunnyMux,
} from './programs.ts';
import { ratio, type Row, running } from './ratio-row.ts';
import { RECORDING_ROWS } from './recording-rows.ts';
import { WINDOW_ROWS } from './window-rows.ts';
import { type LogKind, PLAYER } from './workspace.ts';

function againstFfmpeg(kind: LogKind, wholeMost: number, insideMost: number): readonly Row[] {
  return [
    ratio(`${kind}-process`, `${kind}, whole process : ffmpeg -c copy`, wholeMost, async (workspace) => {
      const session = await workspace.session(kind, 3, 1);
      const ogg = await workspace.ogg();
      return { a: running((out) => exportOne(session, out)), b: running((out) => ffmpegCopy(ogg, out)) };
    }),
    ratio(
      `${kind}-inside`,
      `${kind}, scan to write inside it : ffmpeg -c copy`,
      insideMost,
      async (workspace) => {
        const inside = await insideExport(await workspace.session(kind, 3, 1), workspace.out());
        const ogg = await workspace.ogg();
        return { a: () => measureInside(inside), b: running((out) => ffmpegCopy(ogg, out)) };
      },
    ),
    ratio(`${kind}-of-four`, `${kind}, one player of four : the only player`, 1.3, async (workspace) => {
      const four = await workspace.session(kind, 3, 4);
      const one = await workspace.session(kind, 3, 1);
      return { a: running((out) => exportOne(four, out)), b: running((out) => exportOne(one, out)) };
    }),
    ratio(`${kind}-verify`, `${kind}, verified : not verified`, 2, async (workspace) => {
      const session = await workspace.session(kind, 3, 1);
      const verified = (out: string): readonly string[] => exporter(session, out, '--player', PLAYER);
      return { a: running(verified), b: running((out) => exportOne(session, out)) };
    }),
    ratio(
      `${kind}-day`,
      `${kind}, 24 hours : 3 hours`,
      8.8,
      async (workspace) => {
        const day = await workspace.session(kind, 24, 1);
        const three = await workspace.session(kind, 3, 1);
        return { a: running((out) => exportOne(day, out)), b: running((out) => exportOne(three, out)) };
      },
      { slow: true },
    ),
    dayMemory(kind),
    ratio(
      `${kind}-parallel`,
      `${kind}, four players at once : one after another`,
      0.625,
      async (workspace) => {
        const session = await workspace.session(kind, 3, 4);
        return {
          a: running((out) => exporter(session, out)),
          b: running((out) => exporter(session, out, '--jobs', '1')),
        };
      },
      { by: 'wall' },
    ),
  ];
}

/** Peak memory of a verified export of a day, against what its tables are allowed. */
function dayMemory(kind: LogKind): Row {
  return {
    name: `${kind}-day-memory`,
    title: `${kind}, peak memory of 24 hours, verified`,
    target: '<= 140 MiB + 12 bytes a packet',
    slow: true,
    async run(workspace, pairs) {
      const session = await workspace.session(kind, 24, 1);
      const allowed = 140 + (12 * workspace.recording(24).slots) / 2 ** 20;
      const runs = Array.from(
        { length: Math.min(pairs, 3) },
        () => measure(exporter(session, workspace.out(), '--player', PLAYER)).peakMiB ?? NaN,
      );
      const peak = Math.max(...runs);
      return { measured: `${peak.toFixed(0)} of ${allowed.toFixed(0)} MiB`, met: peak <= allowed };
    },
  };
}

/** Peaks of three hours in a process of their own, against the audio's length. */
const PEAKS: Row = {
  name: 'peaks',
  title: 'peaks of three hours, times real time on one core',
  target: '>= 150',
  async run(workspace, pairs) {
    const session = await workspace.session('tailslate', 3, 1);
    const speeds = Array.from({ length: Math.min(pairs, 3) }, () => {
      const { cpuMs } = measureInside(makePeaks(session, workspace.out()));
      return workspace.recording(3).endSamples / SAMPLES_PER_MS / cpuMs;
    });
    const speed = speeds.sort((a, b) => a - b)[Math.floor(speeds.length / 2)] ?? 0;
    return { measured: speed.toFixed(0), met: speed >= 150 };
  },
};

/** Opening, the first page and searches of a catalog of ten thousand sessions, each the median of its runs. */
const CATALOG: Row = {
  name: 'catalog',
  title: 'ten thousand sessions: open, first page, search',
  target: '< 150, < 20, < 30 ms',
  run(workspace, pairs) {
    const { openMs, pageMs, searchMs } = catalogTimes(workspace.out(), Math.max(pairs, 5));
    const measured = [openMs, pageMs, searchMs].map((ms) => ms.toFixed(1)).join(', ');
    return Promise.resolve({
      measured: `${measured} ms`,
      met: openMs < 150 && pageMs < 20 && searchMs < 30,
    });
  },
};

/** All rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  CATALOG,
  ...againstFfmpeg('tailslate', 0.5, 0.3),
  ...againstFfmpeg('nano-wal', 0.7, 0.55),
  ratio('mediabunny', 'tailslate, whole process : mediabunny', 0.2, async (workspace) => {
    const session = await workspace.session('tailslate', 3, 1);
    const packets = await workspace.packets();
    return {
      a: running((out) => exportOne(session, out)),
      b: running((out) => mediabunnyMux(packets, out)),
    };
  }),
  ratio('cp', 'tailslate, whole process : cp of the log', undefined, async (workspace) => {
    const session = await workspace.session('tailslate', 3, 1);
    return { a: running((out) => exportOne(session, out)), b: running((out) => copyLog(session, out)) };
  }),
  ...BATCH_ROWS,
  PEAKS,
  ...RECORDING_ROWS,
  ...CAPTURE_ROWS,
  CONTRACT_CALL,
  ...WINDOW_ROWS,
];
