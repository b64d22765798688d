import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { OutputFile } from '../../electron/io/output-file.ts';
import { itemValue } from '../../electron/media/mp4/read-metadata.ts';
import { readOggOpus } from '../../electron/media/ogg/reader.ts';
import { exportFile } from '../../electron/services/export-job/export-file.ts';
import type { ExportItem } from '../../electron/services/export-job/item.ts';
import { withOutcome } from '../../electron/services/export-queue/item-outcome.ts';
import { queuedItem } from '../../electron/services/export-queue/planned-item.ts';
import { verifyFile } from '../../electron/services/verify-file.ts';
import { ExportPool } from '../../electron/workers/export-pool.ts';
import { exportItem } from '../../shared/ipc/contract/exports.ts';
import { AppError } from '../../shared/model/errors.ts';
import { editOf, readExported } from '../support/exported-session.ts';
import { type DoneExport, itemOf, MixFolder, PANEL, SHORT } from '../support/mix-folder.ts';
import { SESSION_ID } from '../support/session-folder.ts';
import { encodeAudio } from '../support/spoken-audio.ts';

const { signal } = new AbortController();
const options = { signal, onProgress: () => undefined };

describe.each(['mix-m4a', 'mix-ogg'] as const)('a mix-down as %s', (format) => {
  const folder = new MixFolder(format);

  afterAll(() => {
    folder.remove();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Pre-skip, played samples, packets and one of the tags, as our readers find them. */
  async function read({ path }: DoneExport) {
    if (format === 'mix-m4a') {
      const { movie, audio, samples } = await readExported(path);
      const { startSamples, durationSamples } = editOf(audio);
      const tag = (name: string) => itemValue(movie.metadata, 'com.tailslate', name);
      return { preSkip: startSamples, durationSamples, packets: samples.map(({ bytes }) => bytes), tag };
    }
    const { head, tags, packets, durationSamples } = readOggOpus(readFileSync(path), 'ogg');
    const tag = (name: string) =>
      tags?.comments.find((comment) => comment.startsWith(`${name}=`))?.slice(name.length + 1);
    return { preSkip: head?.preSkipSamples, durationSamples, packets, tag };
  }

  test('is encoded packets of its own, as long as the other files, at -16 LUFS', async () => {
    const plan = await folder.plan(PANEL, { formats: ['m4a', format] });
    expect(plan.files.map(({ kind, player, playerId }) => [kind, player, playerId]).at(-1)).toEqual([
      format,
      'mix',
      null,
    ]);
    const outcomes: DoneExport[] = [];
    let told: number[] = [];
    for (const { item } of plan.files) {
      told = [];
      const onProgress = (done: number, total: number): unknown => told.push(done / total);
      const outcome = await exportFile(item, { signal, onProgress });
      if (outcome.status === 'done') outcomes.push(outcome);
    }
    expect(new Set(outcomes.map(({ durationSamples }) => durationSamples)).size).toBe(1);
    const done = outcomes.at(-1);
    if (done === undefined) throw new Error('no mix was made');
    const { preSkip, durationSamples, packets, tag } = await read(done);
    expect(preSkip).toBe(312);
    expect(durationSamples).toBe(done.durationSamples);
    expect(packets.length).toBe(Math.ceil((durationSamples + 312) / 960));
    expect(tag('CONTENT')).toBe('mix');
    expect(tag('ENCODED_KBPS')).toBe('128');
    expect(tag('PACKETS')).toBe(String(packets.length));
    expect(tag('SILENCE_PACKETS')).toBe('0');
    expect(tag('PACKETS_SHA256')).toBe(done.packetsSha256);
    expect(tag('TIMECODE_START')).toBe(done.timecode);
    expect(tag('PLAYER_ID')).toBeUndefined();
    expect(done.tracks).toEqual([]);
    expect(Math.abs((done.mixReport?.mix.integratedLufs ?? 0) + 16)).toBeLessThan(0.3);
    expect(done.mixReport?.mix.truePeakDbtp).toBeLessThan(1);
    // Encoded twice, all in one way from nothing to the whole.
    expect(done.mixReport?.encoding?.passes).toBeGreaterThan(1);
    const writing = told.slice(
      0,
      told.findIndex((share) => share >= 0.5),
    );
    expect(writing).toEqual(writing.toSorted((a, b) => a - b));
    expect(done.verification?.ok).toBe(true);
    expect(done.verification?.checks.find(({ name }) => name === 'session-digest')?.detail).toBe(
      'the payload is that of the mix-down',
    );
  });

  test('can be small or large', async () => {
    const sizes: number[] = [];
    for (const mixKbps of [96, 128, 160, 192] as const) {
      const plan = await folder.plan(SHORT, { mixKbps });
      const outcome = await exportFile(itemOf(plan), options);
      if (outcome.status !== 'done') throw new Error(outcome.reason);
      sizes.push(outcome.sizeBytes);
      const estimated = plan.files[0]?.estimatedBytes ?? 0;
      // Packets of silence are tiny, so this is what it comes to at most.
      expect(estimated).toBeGreaterThan(outcome.sizeBytes);
    }
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect((sizes[3] ?? 0) / (sizes[0] ?? 1)).toBeGreaterThan(1.4);
  });

  test('shows in the queue as the contract has it, with no packets compared', async () => {
    const plan = await folder.plan(SHORT);
    const [file] = plan.files;
    if (file === undefined) throw new Error('no mix was planned');
    const { view } = withOutcome(queuedItem('1', file), await exportFile(file.item, options));
    expect(v.parse(exportItem, view)).toEqual(view);
    expect(view.kind).toBe(format);
    expect(view.result?.verified).toMatchObject({ ok: true, packetsIdentical: 0 });
  });

  test('of nothing but silence stays silent', async () => {
    const spoken = [{ track: 0, positionSamples: 0, packets: encodeAudio(50, () => 0) }];
    const done = await folder.export({ ...SHORT, spoken });
    expect(done.mixReport).toMatchObject({ raisedDb: 0, limitedDb: 0, mix: { integratedLufs: null } });
    const { packets } = await read(done);
    expect(new Set(packets.map((packet) => Buffer.from(packet).toString('hex')))).toEqual(
      new Set(['fcfffe']),
    );
    expect(done.verification?.ok).toBe(true);
  });

  test('without a packet is passed over', async () => {
    const outcome = await exportFile(itemOf(await folder.plan({ ...SHORT, spoken: [] })), options);
    expect(outcome).toMatchObject({ status: 'skipped', reason: 'No packets were recorded.' });
  });

  test('is the same every time, on a worker too', async () => {
    const here = await folder.export(SHORT);
    const pool = new ExportPool(1);
    try {
      const there = await pool.run(itemOf(await folder.plan(SHORT)), signal, () => undefined);
      if (there.status !== 'done') throw new Error(there.reason);
      expect(readFileSync(there.path).equals(readFileSync(here.path))).toBe(true);
      expect(there.mixReport).toEqual(here.mixReport);
    } finally {
      await pool.close();
    }
  });

  test.each([0.1, 0.5, 0.9])('cancelled at %f of its way leaves nothing', async (share) => {
    const plan = await folder.plan(SHORT);
    const abort = new AbortController();
    const running = exportFile(itemOf(plan), {
      signal: abort.signal,
      onProgress: (done, total) => {
        if (done >= (share * total) / 2) abort.abort(new AppError('cancelled', 'Cancelled.'));
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(plan.outFolder)).toEqual([]);
  });

  test('on a disk that is full says so and leaves nothing', async () => {
    const plan = await folder.plan(SHORT);
    const write = vi.spyOn(OutputFile.prototype, 'write').mockImplementation(() => {
      throw new AppError('no-space', 'The disk is full.');
    });
    await expect(exportFile(itemOf(plan), options)).rejects.toMatchObject({ code: 'no-space' });
    expect(write).toHaveBeenCalled();
    expect(readdirSync(plan.outFolder)).toEqual([]);
  });

  test('that came back otherwise than it was written gets no name', async () => {
    const plan = await folder.plan(SHORT);
    const sync = vi.spyOn(OutputFile.prototype, 'sync').mockImplementation(function (this: OutputFile) {
      this.write(Uint8Array.of(0x55), 12_000);
      return Promise.resolve();
    });
    await expect(exportFile(itemOf(plan), options)).rejects.toMatchObject({ code: 'verify-failed' });
    expect(sync).toHaveBeenCalled();
    expect(readdirSync(plan.outFolder)).toEqual([]);
  });
});

describe('a mix-down as m4a, verified later', () => {
  const folder = new MixFolder('mix-m4a');

  afterAll(() => {
    folder.remove();
  });

  test('is whole by itself, and with its session has nothing to be compared with', async () => {
    const plan = await folder.plan(SHORT);
    const item = itemOf(plan);
    const outcome = await exportFile(item, options);
    if (outcome.status !== 'done') throw new Error(outcome.reason);
    const alone = await verifyFile(outcome.path, undefined, options);
    expect(alone).toMatchObject({ ok: true, tailslate: true, encoded: true });
    const beside = await verifyFile(outcome.path, item.sessionFolder, options);
    expect(beside).toMatchObject({ ok: true, session: null, encoded: true });
    const other = await folder.plan({ ...SHORT, sessionId: SESSION_ID.replace('a11c', 'b11c') });
    await expect(verifyFile(outcome.path, itemOf(other).sessionFolder, options)).rejects.toMatchObject({
      code: 'verify-failed',
    });
  });

  test('of more than 40 hours is refused', async () => {
    const item: ExportItem = { ...itemOf(await folder.plan(SHORT)), endSamples: 41 * 3600 * 48_000 };
    await expect(exportFile(item, options)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'A mix-down as M4A holds at most 40 hours.',
    });
  });
});
