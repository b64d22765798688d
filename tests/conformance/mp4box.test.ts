import { readFileSync } from 'node:fs';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { editOf, ExportFolder, readExported, ROUNDTABLE } from '../support/exported-session.ts';

const folder = new ExportFolder();
afterAll(() => {
  folder.remove();
});

test('mp4box.js finds the same tree, edit, groups and sample table as our reader', async () => {
  // It loses its way in `----` items, which have three boxes each, and says so.
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => {
    said.mockRestore();
  });
  const sessions = [ROUNDTABLE, await folder.sampleSession(0.4)];
  for (const session of sessions) {
    for (const { outcome } of await folder.export(session, '25')) {
      const file = createFile();
      file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(readFileSync(outcome.path)).buffer, 0));
      file.flush();
      const { audio, samples } = await readExported(outcome.path);
      const edit = editOf(audio);

      expect(file.boxes.map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mdat']);
      const info = file.getInfo();
      expect(info).toMatchObject({
        timescale: 48_000,
        duration: outcome.durationSamples,
        isProgressive: true,
        isFragmented: false,
        brands: ['M4A ', 'M4A ', 'mp42', 'isom', 'iso2', 'Opus'],
      });
      expect(info.tracks[0]).toMatchObject({
        codec: 'Opus',
        // It takes the bytes of names for characters; the standard says UTF-8.
        name: Buffer.from(outcome.player).toString('latin1'),
        timescale: 48_000,
        duration: edit.startSamples + edit.durationSamples,
        nb_samples: samples.length,
        references: [
          { type: 'tmcd', track_ids: Uint32Array.of(2) },
          // The bundled session is marked with a clap.
          ...(session === ROUNDTABLE ? [] : [{ type: 'chap', track_ids: Uint32Array.of(3) }]),
        ],
        edits: [
          { segment_duration: edit.durationSamples, media_time: edit.startSamples, media_rate_integer: 1 },
        ],
      });
      const stbl = file.moov.traks[0]?.mdia.minf.stbl;
      expect(stbl?.stss).toBeUndefined();
      expect(stbl?.sgpds).toMatchObject([
        { grouping_type: 'roll', entries: [{ roll_distance: audio.groups[0]?.rollDistances[0] }] },
        { grouping_type: 'fill', default_length: 1 },
      ]);
      const [roll, fill] = stbl?.sbgps ?? [];
      expect(roll).toMatchObject({
        grouping_type: 'roll',
        entries: [{ sample_count: samples.length, group_description_index: 1 }],
      });
      expect(fill?.grouping_type).toBe('fill');
      const isFiller = (fill?.entries ?? []).flatMap((run) =>
        Array<boolean>(run.sample_count).fill(run.group_description_index === 1),
      );
      expect(isFiller).toEqual(samples.map((sample) => sample.isFiller));
      expect(isFiller.filter((laid) => !laid)).toHaveLength(outcome.packets);

      const table = file.getTrackSamplesInfo(audio.id);
      expect(table.map(({ offset, size, dts, duration }) => [offset, size, dts, duration])).toEqual(
        samples.map((sample) => [
          sample.offsetBytes,
          sample.bytes.length,
          sample.timeSamples,
          sample.durationSamples,
        ]),
      );
    }
  }
});
