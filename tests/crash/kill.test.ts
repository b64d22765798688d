import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isHeld } from '../../electron/io/folder-lock.ts';
import { MANIFEST_FILE, parseManifest } from '../../electron/media/log/manifest.ts';
import { openSession } from '../../electron/services/session/open-session.ts';
import { manifestOf, PACKET_SAMPLES, scanFiles, SESSION_FOLDER, slotsIn } from '../io/log-file/recording.ts';
import { LONG } from '../support/long.ts';
import { Random } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Acknowledgement } from './acknowledgement.ts';

/** Each process that is killed leaves the logs of so many writers, every one at another instant of its own work. */
const WRITERS = 4;
const TRACKS = 16;
/**
 * Processes that are killed. Every change is tested with 150, which leave some 460 logs and more that are not begun yet;
 * `npm test -- --long` kills the 500 that are promised for a release.
 */
const KILLS = LONG ? 500 : 150;
/** Killed at the same time as many as there are likely processors. */
const LANES = 2;

const root = temporaryFolder();
const writer = join(root, 'writer', 'writer-child.js');
afterAll(() => rmSync(root, { recursive: true }));

/** As one file the writer starts in a fraction of the time. */
beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'writer-child.ts'),
      outDir: join(root, 'writer'),
      target: 'node24',
    },
  });
});

/** Per session begun: per track, up to where packets were acknowledged. */
type Acknowledged = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** Runs the writer and kills it so long after it has said so many words; after none, from its start on. */
async function killWriter(folder: string, afterWords: number, afterMillis: number): Promise<Acknowledged> {
  const child = spawn(process.execPath, [writer, folder, String(WRITERS), String(TRACKS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let isDue = false;
  const killIfDue = (): void => {
    if (isDue || output.split('\n').length <= afterWords) return;
    isDue = true;
    setTimeout(() => child.kill('SIGKILL'), afterMillis);
  };
  killIfDue();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    killIfDue();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  const acknowledged = new Map<number, Map<number, number>>();
  const lines = output.split('\n').slice(0, -1);
  for (const line of lines) {
    const { session, ends } = JSON.parse(line) as Acknowledgement;
    const known = acknowledged.get(session) ?? new Map<number, number>();
    for (const [track, samples] of ends) {
      expect(samples).toBeGreaterThanOrEqual(known.get(track) ?? 0);
      known.set(track, samples);
    }
    acknowledged.set(session, known);
  }
  return acknowledged;
}

/** A session's files, named as the scanner of the tests expects them. */
function filesOf(folder: string): Map<string, Uint8Array> {
  const names = readdirSync(join(folder, 'log'));
  return new Map(
    names.map((name) => [`${SESSION_FOLDER}/log/${name}`, readFileSync(join(folder, 'log', name))]),
  );
}

/** Checks what a killed writer left of a session; returns how many packets it had acknowledged. */
async function checkSession(folder: string, ends: ReadonlyMap<number, number>): Promise<number> {
  expect(await isHeld(folder)).toBeUndefined();
  const { manifest } = parseManifest(readFileSync(join(folder, MANIFEST_FILE)));
  expect(manifest).toEqual(manifestOf(TRACKS));
  const files = filesOf(folder);
  const { findings, segments } = scanFiles(files);
  const last = segments.at(-1)?.file;
  // Only the end of what was being written may be torn; all before it is whole and sealed.
  for (const { kind, file } of findings.kept) expect([kind, file]).toEqual(['torn-tail', last]);
  expect(findings.kept.length).toBeLessThanOrEqual(1);
  expect(segments.slice(0, -1).every(({ sealed }) => sealed)).toBe(true);
  const found = slotsIn(files);
  let packets = 0;
  for (const [track, endSamples] of ends) {
    const slots = found.get(track) ?? new Set();
    for (let slot = 0; slot * PACKET_SAMPLES < endSamples; slot++) {
      if (!slots.has(slot)) throw new Error(`${folder}: track ${track} lost its acknowledged slot ${slot}`);
      packets++;
    }
    // No packet is missing before one that is there.
    expect(Math.max(-1, ...slots)).toBe(slots.size - 1);
  }
  return packets;
}

describe('a writer killed at any instant', () => {
  test(
    `loses nothing it had acknowledged: ${KILLS} processes of ${WRITERS} writers with ${TRACKS} tracks`,
    { timeout: 180_000 + KILLS * 10_000 },
    async () => {
      const random = new Random(20);
      const plan = Array.from({ length: KILLS }, (_, n) => ({
        folder: join(root, String(n)),
        // Now and then before there is anything, to meet every step of the beginning too; as far as it is otherwise,
        // however slow the machine.
        ...(n % 8 === 7
          ? { afterWords: 0, afterMillis: random.int(40, 200) }
          : { afterWords: random.int(1, 40), afterMillis: random.next() * 10 }),
      }));
      let [sessions, packets, rotated] = [0, 0, 0];
      const lane = async (): Promise<void> => {
        for (let next = plan.shift(); next !== undefined; next = plan.shift()) {
          mkdirSync(next.folder);
          const acknowledged = await killWriter(next.folder, next.afterWords, next.afterMillis);
          for (const [session, ends] of acknowledged) {
            const folder = join(next.folder, String(session));
            packets += await checkSession(folder, ends);
            sessions++;
            if (readdirSync(join(folder, 'log')).length > 1) rotated++;
            // One that was killed before its first packets were written has a name and no tracks yet.
            if (session === 0 && ends.size > 0)
              expect((await openSession(folder)).players).toHaveLength(TRACKS);
          }
          rmSync(next.folder, { recursive: true });
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      // Otherwise nothing was tried.
      expect(sessions).toBeGreaterThan(KILLS * 2);
      expect(packets).toBeGreaterThan(KILLS * 200);
      expect(rotated).toBeGreaterThan(KILLS / 2);
      console.log(`${sessions} logs, ${packets} acknowledged packets, ${rotated} with several segments`);
    },
  );
});
