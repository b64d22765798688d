import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { listLog } from '../../electron/io/read-log.ts';
import { compare, measure, measureInside } from './measure.ts';
import type { LiveFigures } from './record-live.ts';
import type { Row } from './ratio-row.ts';

const SECONDS = 20;
const LONG_SECONDS = 600;
/** What a flush takes on a slow hard disk. */
const SLOW_FLUSH_MS = 25;
/** Memory may come and go with the collector; a leak of one byte a packet would be 1 MiB in ten minutes. */
const MOST_GROWTH_MIB = 24;

/** Recording 32 tracks in real time: what it takes, and how soon packets are acknowledged. */
function live(name: string, title: string, flushMs: number): Row {
  return {
    name,
    title,
    target: '<= 6 % of a core, <= 8 flushes/s, p99 <= durability + 150 ms',
    run(workspace) {
      const seconds = workspace.long ? LONG_SECONDS : SECONDS;
      const session = join(workspace.out(), 'session');
      const program = join(import.meta.dirname, 'record-live.ts');
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [program, session, String(seconds), String(flushMs)],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new Error(`recording failed:\n${stderr}`);
      const { cpuPercent, flushesPerSecond, p99Ms, durabilityMs, grownMiB } = JSON.parse(
        stdout,
      ) as LiveFigures;
      const measured =
        `${cpuPercent.toFixed(1)} %, ${flushesPerSecond.toFixed(1)} flushes/s, ` +
        `p99 ${p99Ms.toFixed(0)} ms at ${durabilityMs}, +${grownMiB.toFixed(0)} MiB`;
      const isFast = cpuPercent <= 6 && flushesPerSecond <= 8 && p99Ms <= durabilityMs + 150;
      return Promise.resolve({ measured, met: isFast && grownMiB <= MOST_GROWTH_MIB });
    },
  };
}

/** What recording and recovery take. */
export const RECORDING_ROWS: readonly Row[] = [
  live('record', '32 tracks recorded in real time', 0),
  live('record-slow-disk', `the same, ${SLOW_FLUSH_MS} ms more a flush`, SLOW_FLUSH_MS),
  {
    name: 'scan',
    title: 'cat of a log : scanning it, from memory',
    target: '>= 0.4 by the clock',
    async run(workspace, pairs) {
      const session = await workspace.session('tailslate', 3, 4);
      const files = (await listLog(session)).segments.map(({ file }) => join(session, file));
      const program = join(import.meta.dirname, 'scan-inside.ts');
      const scan = [process.execPath, program, session, String(workspace.recording(3).slots)];
      const comparison = compare(
        pairs,
        () => measure(['cat', ...files]),
        () => measureInside(scan),
      );
      return {
        measured: `${comparison.wall.toFixed(2)} wall, ${comparison.cpu.toFixed(2)} cpu`,
        comparison,
        met: comparison.wall >= 0.4,
      };
    },
  },
];
