import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMPORTERS } from '../../../electron/services/importing/importers.ts';
import { noticeSentence } from '../../../shared/model/library-notice.ts';
import { packetsIn, placedOf } from '../../support/imported.ts';
import { EVERYTHING, TestPorts, withLibrary } from '../../support/library.ts';
import { oggTrack } from '../../support/multitrack.ts';
import { inTemporaryFolder, packetsOf } from '../../support/session-folder.ts';

const ALICE = [
  { positionSamples: 0, packets: packetsOf(60, 1) },
  { positionSamples: 100 * 960, packets: packetsOf(30, 2, 400) },
];
const BOB = [{ positionSamples: 48_000, packets: packetsOf(50, 3) }];

function ports(): TestPorts {
  return new TestPorts(IMPORTERS);
}

describe('Ogg Opus files', () => {
  it('that are numbered become one session, each packet unchanged and at its place', () =>
    inTemporaryFolder(async (root) => {
      const [alice, bob] = [join(root, '1-Alice.ogg'), join(root, '2-Bob.ogg')];
      writeFileSync(alice, oggTrack(ALICE));
      writeFileSync(bob, oggTrack(BOB, { preSkipSamples: 960, channels: 2 }));
      await withLibrary(
        root,
        async ({ calls, values }, { faults }) => {
          const { taken, refused } = await calls.add({ paths: [bob, alice], copy: false });
          expect(refused).toEqual([]);
          expect(taken).toMatchObject([{ path: bob, already: false }]);
          const sessionId = taken[0]?.sessionId ?? '';
          const detail = await calls.get({ sessionId });
          expect(detail).toMatchObject({
            place: 'library',
            startUnixMicros: null,
            zone: null,
            durationSamples: 130 * 960,
            timecode: { startLabel: '00:00:00:00' },
            players: [
              { name: 'Alice', packets: 90, gaps: { count: 1, samples: 40 * 960 } },
              { name: 'Bob', packets: 50 },
            ],
          });
          const held = await packetsIn(detail.folder);
          expect(held.get('Alice')).toEqual(
            ALICE.flatMap((each) => placedOf(each.positionSamples, each.packets)),
          );
          expect(held.get('Bob')).toEqual(
            BOB.flatMap((each) => placedOf(each.positionSamples, each.packets)),
          );
          expect(values.state.value.notices).toEqual([]);

          // The same audio under other names is the same session.
          const again = join(root, '7 - Someone.opus');
          writeFileSync(again, oggTrack(ALICE));
          const second = await calls.add({ paths: [alice, bob], copy: true });
          expect(second.taken).toMatchObject([{ sessionId, already: true }]);
          expect((await calls.add({ paths: [again], copy: true })).taken).toMatchObject([{ already: false }]);
          expect((await calls.ids(EVERYTHING)).sessionIds).toHaveLength(2);
          expect(await calls.rebuild({})).toEqual({ sessions: 2, refused: [] });
          expect(faults).toEqual([]);
        },
        ports(),
      );
    }));

  it('without numbers become a session each, named and dated by their tags', () =>
    inTemporaryFolder(async (root) => {
      const paths = ['morning.ogg', 'evening.opus'].map((name) => join(root, name));
      const comments = ['title=Morning show', 'CREATION_TIME=2026-03-14T23:59:12.345Z'];
      writeFileSync(paths[0] ?? '', oggTrack(ALICE, { comments }));
      writeFileSync(paths[1] ?? '', oggTrack(BOB, { comments: ['DATE=2026'], outputGain: -512 }));
      await withLibrary(
        root,
        async ({ calls, values }) => {
          const { taken } = await calls.add({ paths, copy: false });
          expect(taken.map(({ title }) => title)).toEqual(['Morning show', 'evening']);
          expect(await calls.get({ sessionId: taken[0]?.sessionId ?? '' })).toMatchObject({
            startUnixMicros: 1_773_532_752_345_000,
            players: [{ name: 'Morning show' }],
          });
          expect(await calls.get({ sessionId: taken[1]?.sessionId ?? '' })).toMatchObject({
            startUnixMicros: null,
          });
          expect(values.state.value.notices.map(({ notice }) => noticeSentence(notice))).toEqual([
            '"evening": evening: It asks to be played at -2.0 dB; a session keeps no gain, so its packets sound as recorded.',
          ]);
        },
        ports(),
      );
    }));

  it('that are damaged give what is whole at its place, and say what is not', () =>
    inTemporaryFolder(async (root) => {
      const whole = oggTrack(ALICE);
      const flipped = Buffer.from(whole);
      // In the second page of audio.
      const at = flipped.indexOf('OggS', flipped.indexOf('OggS', 200) + 1) + 100;
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
      writeFileSync(join(root, 'flipped.ogg'), flipped);
      writeFileSync(join(root, 'cut.ogg'), whole.subarray(0, whole.length - 50));
      await withLibrary(
        root,
        async ({ calls, values }) => {
          const paths = [join(root, 'flipped.ogg'), join(root, 'cut.ogg')];
          const { taken } = await calls.add({ paths, copy: false });
          const pages = await Promise.all(taken.map(({ sessionId }) => calls.get({ sessionId })));
          const all = ALICE.flatMap((each) => placedOf(each.positionSamples, each.packets));
          for (const { folder, players } of pages) {
            const held = (await packetsIn(folder)).get(players[0]?.name ?? '') ?? [];
            expect(held.length).toBeGreaterThan(60);
            expect(held.length).toBeLessThan(90);
            expect(all).toEqual(expect.arrayContaining([...held]));
          }
          const messages = values.state.value.notices.map(({ notice }) => noticeSentence(notice));
          expect(messages[0]).toMatch(/^"flipped": flipped: An Ogg page whose checksum does not match/u);
          expect(messages[1]).toMatch(/^"cut": cut: The file stops inside an Ogg page/u);
        },
        ports(),
      );
    }));

  it('that hold nothing to use are refused with a reason, and leave nothing in the library', () =>
    inTemporaryFolder(async (root) => {
      const distant = [
        { positionSamples: 0, packets: packetsOf(5, 1) },
        { positionSamples: 2 ** 50, packets: packetsOf(5, 1) },
      ];
      const files: Record<string, Buffer> = {
        'text.ogg': Buffer.from('not Ogg at all'),
        'empty.ogg': Buffer.alloc(0),
        'head.ogg': oggTrack([]),
        'zeros.ogg': Buffer.concat([Buffer.from('OggS'), Buffer.alloc(5000)]),
        'distant.ogg': oggTrack(distant),
      };
      for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
      await withLibrary(
        root,
        async ({ calls }) => {
          const paths = Object.keys(files).map((name) => join(root, name));
          const { taken, refused } = await calls.add({ paths, copy: false });
          expect(taken).toEqual([]);
          expect(refused.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
          for (const { trouble } of refused) {
            expect(trouble.message).toMatch(/\.$/u);
            expect(trouble.next).toMatch(/\.$/u);
          }
          expect(readdirSync(join(root, 'library')).filter((name) => !name.startsWith('.'))).toEqual([]);
          const incoming = join(root, 'library', '.tailslate', 'incoming');
          expect(existsSync(incoming) ? readdirSync(incoming) : []).toEqual([]);
        },
        ports(),
      );
    }));

  it('are given up when somebody stops it, and what came in before stays', () =>
    inTemporaryFolder(async (root) => {
      const paths = ['one.ogg', 'two.ogg'].map((name) => join(root, name));
      writeFileSync(paths[0] ?? '', oggTrack(ALICE));
      writeFileSync(paths[1] ?? '', oggTrack(BOB));
      await withLibrary(
        root,
        async ({ calls, values }) => {
          const unwatch = values.state.watch(({ value: { task } }) => {
            if (task?.done === 1) void calls.cancelAdding({});
          });
          await expect(calls.add({ paths, copy: false })).rejects.toMatchObject({ code: 'cancelled' });
          unwatch();
          expect(readdirSync(join(root, 'library')).filter((name) => !name.startsWith('.'))).toEqual(['one']);
          const again = await calls.add({ paths, copy: false });
          expect(again.taken.map(({ already }) => already)).toEqual([true, false]);
        },
        ports(),
      );
    }));
});
