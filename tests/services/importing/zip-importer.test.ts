import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { IMPORTERS } from '../../../electron/services/importing/importers.ts';
import { noticeSentence } from '../../../shared/model/library-notice.ts';
import { packetsIn, placedOf } from '../../support/imported.ts';
import { TestPorts, withLibrary } from '../../support/library.ts';
import { oggTrack } from '../../support/multitrack.ts';
import { Random } from '../../support/random.ts';
import { inTemporaryFolder, packetsOf } from '../../support/session-folder.ts';

const ALICE = [{ positionSamples: 0, packets: packetsOf(60, 1) }];
const BOB = [{ positionSamples: 3 * 48_000, packets: packetsOf(40, 2) }];
const INFO =
  'Recording abc\r\n\r\nGuild:\t\tPodcasts\r\nStart time:\t2026-03-14T23:59:12.345Z\r\n\r\nTracks:\r\n\tAlice\r\n';

/** As a multitrack voice recorder hands it out. */
const ARCHIVE: Zippable = {
  '2-Bob.ogg': oggTrack(BOB),
  '1-Alice.ogg': [oggTrack(ALICE), { level: 0 }],
  'info.txt': Buffer.from(INFO),
  'raw.dat': Buffer.alloc(100),
};

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
}

describe('zip archives', () => {
  it('of Ogg Opus files are one session that begins when info.txt says', () =>
    inTemporaryFolder(async (root) => {
      const path = join(root, 'craig-abc.zip');
      writeFileSync(path, zipSync(ARCHIVE));
      await withLibrary(
        root,
        async ({ calls, values }) => {
          const { taken, refused } = await calls.add({ paths: [path], copy: false });
          expect(refused).toEqual([]);
          const detail = await calls.get({ sessionId: taken[0]?.sessionId ?? '' });
          expect(detail).toMatchObject({
            title: 'craig-abc',
            startUnixMicros: 1_773_532_752_345_000,
            players: [{ name: 'Alice' }, { name: 'Bob' }],
          });
          const held = await packetsIn(detail.folder);
          expect(held.get('Alice')).toEqual(placedOf(0, ALICE[0]?.packets ?? []));
          expect(held.get('Bob')).toEqual(placedOf(3 * 48_000, BOB[0]?.packets ?? []));
          expect(values.state.value.notices).toEqual([]);

          // Unpacked by hand it is the same recording.
          const unpacked = ['1-Alice.ogg', '2-Bob.ogg'].map((name) => join(root, name));
          writeFileSync(unpacked[0] ?? '', oggTrack(ALICE));
          writeFileSync(unpacked[1] ?? '', oggTrack(BOB));
          expect((await calls.add({ paths: unpacked, copy: false })).taken).toMatchObject([
            { sessionId: detail.sessionId, already: true },
          ]);
        },
        new TestPorts(IMPORTERS),
      );
    }));

  it('cannot write outside the library, whatever their files are called', () =>
    inTemporaryFolder(async (root) => {
      const path = join(root, 'paths.zip');
      const evil: Zippable = {
        '../../1-escaped.ogg': oggTrack(ALICE),
        '..\\..\\2-backwards.ogg': oggTrack(BOB),
        '/tmp/tailslate-absolute/3-root.ogg': oggTrack([{ positionSamples: 0, packets: packetsOf(5, 9) }]),
        '__MACOSX/._1-escaped.ogg': Buffer.from('not audio'),
        '4-flac.flac': Buffer.from('fLaC'),
      };
      writeFileSync(path, zipSync(evil));
      await withLibrary(
        root,
        async ({ calls, values }) => {
          const { taken } = await calls.add({ paths: [path], copy: false });
          const { players } = await calls.get({ sessionId: taken[0]?.sessionId ?? '' });
          expect(players.map(({ name }) => name)).toEqual(['escaped', 'backwards', 'root']);
          expect(values.state.value.notices.map(({ notice }) => noticeSentence(notice))).toEqual([
            '"paths": Not imported, since it is not Ogg Opus: 4-flac.flac.',
          ]);
          expect(readdirSync(root).toSorted()).toEqual(['library', 'paths.zip']);
          expect(names(join(root, 'library'))).toEqual(['paths']);
          expect(existsSync('/tmp/tailslate-absolute')).toBe(false);
        },
        new TestPorts(IMPORTERS),
      );
    }));

  it('that are bombs, damaged, protected or hold no Opus are refused and leave nothing', () =>
    inTemporaryFolder(async (root) => {
      const whole = Buffer.from(zipSync(ARCHIVE));
      const understated = Buffer.from(zipSync({ '1-a.ogg': Buffer.alloc(3_000_000) }));
      // The directory tells a size that passes; the bytes inflate to more.
      understated.writeUInt32LE(5000, understated.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24);
      const secret = Buffer.from(whole);
      const entry = secret.indexOf('PK\x01\x02', 0, 'latin1');
      secret.writeUInt16LE(secret.readUInt16LE(entry + 8) | 1, entry + 8);
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(300) ^ 4, 300);
      const lying = Buffer.from(whole);
      lying.writeUInt32LE(0xffff_fff0, lying.lastIndexOf('PK\x05\x06', undefined, 'latin1') + 12);
      const files: Record<string, Buffer> = {
        'bomb.zip': Buffer.from(zipSync({ '1-a.ogg': Buffer.alloc(50_000_000) })),
        'understated.zip': understated,
        'cut.zip': whole.subarray(0, whole.length - 100),
        'flipped.zip': flipped,
        'secret.zip': secret,
        'lying.zip': lying,
        'text.zip': Buffer.from(zipSync({ 'notes.txt': Buffer.from('none') })),
        'fake.zip': Buffer.from('PK\x03\x04 but nothing else'),
      };
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
      await withLibrary(
        root,
        async ({ calls }, { faults }) => {
          const paths = Object.keys(files).map((name) => join(root, name));
          const { taken, refused } = await calls.add({ paths, copy: false });
          expect(taken).toEqual([]);
          expect(refused.map(({ path }) => path)).toEqual(paths);
          for (const { trouble } of refused)
            expect(`${trouble.message} ${trouble.next ?? ''}`).toMatch(/\. .+\.$/u);
          expect(names(join(root, 'library'))).toEqual([]);
          expect(names(join(root, 'library', '.tailslate', 'incoming'))).toEqual([]);
          expect(faults).toEqual([]);
        },
        new TestPorts(IMPORTERS),
      );
    }));

  it('with any bytes changed give packets that were in them, or are refused', () =>
    inTemporaryFolder(async (root) => {
      const whole = Buffer.from(zipSync(ARCHIVE));
      const random = new Random(11);
      const paths = Array.from({ length: 30 }, (_, n) => {
        const bytes = Buffer.from(whole);
        // The list of files at the end, more often than the audio.
        const from = n % 3 === 0 ? 4 : whole.length - 330;
        for (let flips = 0; flips <= n % 4; flips++)
          bytes[random.int(from, whole.length - 1)] = random.int(0, 255);
        const path = join(root, `${n}.zip`);
        writeFileSync(path, bytes);
        return path;
      });
      await withLibrary(
        root,
        async ({ calls }, { faults }) => {
          const { taken, refused } = await calls.add({ paths, copy: false });
          expect(taken.length).toBeGreaterThan(0);
          for (const { trouble } of refused) expect(trouble.message).toMatch(/\.$/u);
          expect(names(join(root, 'library', '.tailslate', 'incoming'))).toEqual([]);
          expect(faults).toEqual([]);
        },
        new TestPorts(IMPORTERS),
      );
    }));
});
