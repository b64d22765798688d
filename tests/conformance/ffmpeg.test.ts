import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packetUnits } from '../../electron/media/opus/toc.ts';
import { FRAME_UNIT_SAMPLES } from '../../shared/time/samples.ts';
import {
  type ExportedFile,
  editOf,
  ExportFolder,
  readExported,
  ROUNDTABLE,
} from '../support/exported-session.ts';
import { decodeAudio, runTool } from '../support/media-tools.ts';
import { needs } from '../support/programs.ts';

interface Probe {
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name?: string;
    readonly codec_tag_string: string;
    readonly channels?: number;
    readonly start_pts: number;
    readonly start_time: string;
    readonly duration_ts: number;
    readonly time_base: string;
    readonly nb_frames: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  readonly format: {
    readonly start_time: string;
    readonly tags: Readonly<Record<string, string>>;
  };
}

function probe(path: string): { found: Probe; warnings: string } {
  const args = ['-v', 'warning', '-show_streams', '-show_format', '-of', 'json', path];
  const { output, warnings } = runTool('ffprobe', args);
  return { found: JSON.parse(output.toString()) as Probe, warnings };
}

const folder = new ExportFolder();
const exports = new Map<string, readonly ExportedFile[]>();

beforeAll(async () => {
  exports.set('nano-wal at 25', await folder.export(ROUNDTABLE, '25'));
  exports.set('nano-wal at 29.97df', await folder.export(ROUNDTABLE, '29.97df'));
  exports.set('tailslate at 25', await folder.export(await folder.sampleSession(0.4), '25'));
});

afterAll(() => {
  folder.remove();
});

describe.each(['nano-wal at 25', 'nano-wal at 29.97df', 'tailslate at 25'])('%s', (name) => {
  const files = (): readonly ExportedFile[] => exports.get(name) ?? [];

  test('four files of one length and one label', () => {
    expect(files()).toHaveLength(4);
    expect(new Set(files().map(({ outcome }) => outcome.durationSamples)).size).toBe(1);
    expect(new Set(files().map(({ outcome }) => outcome.timecode)).size).toBe(1);
    if (name.endsWith('df')) expect(files()[0]?.outcome.timecode).toMatch(/^\d\d:\d\d:\d\d;\d\d$/);
  });

  test('ffprobe reads tracks, exact length, timecode and tags without a warning', needs('ffprobe'), () => {
    for (const { plan, outcome } of files()) {
      const { found, warnings } = probe(outcome.path);
      const { player, timecode, durationSamples, report } = outcome;
      expect(warnings).toBe('');
      expect(found.streams).toMatchObject([
        {
          codec_type: 'audio',
          codec_name: 'opus',
          channels: 1,
          start_pts: 0,
          start_time: '0.000000',
          time_base: '1/48000',
          duration_ts: durationSamples,
          nb_frames: String(report.packets + report.silencePackets),
          tags: { handler_name: player, timecode },
        },
        { codec_type: 'data', codec_tag_string: 'tmcd', start_pts: 0, tags: { timecode } },
        // The bundled session is marked with a clap.
        ...(name.startsWith('tailslate') ? [{ codec_type: 'data', codec_tag_string: 'text' }] : []),
      ]);
      expect(found.format.start_time).toBe('0.000000');
      expect(found.format.tags).toMatchObject({
        artist: player,
        track: `${plan.item.players[0]?.index}/4`,
        timecode,
        PLAYER: player,
        TIMECODE_START: timecode,
        TIMECODE_RATE: plan.item.timecode.rate,
        DURATION_SAMPLES: String(durationSamples),
        SOURCE_FORMAT: name.split(' ')[0],
        PACKETS: String(report.packets),
        SILENCE_PACKETS: String(report.silencePackets),
        PACKETS_SHA256: outcome.packetsSha256,
        GAPS: String(report.gaps.count),
        DAMAGE: '0',
      });
    }
  });

  /**
   * ffmpeg starts where the edit does but plays the last packet whole, in files of its own making as well: the samples
   * by which the sample table shortens that packet (Opus in ISOBMFF section 4.3.4) come on top, less than 120.
   */
  test.each(['opus', 'libopus'] as const)(
    'ffmpeg decodes every sample with its decoder %s without a warning',
    needs('ffmpeg'),
    async (decoder) => {
      for (const { outcome } of files()) {
        const { samples, warnings } = decodeAudio(outcome.path, decoder);
        const { audio, samples: packets } = await readExported(outcome.path);
        expect(warnings).toBe('');
        expect(editOf(audio).durationSamples).toBe(outcome.durationSamples);
        const last = packets.at(-1) ?? { bytes: new Uint8Array(0), durationSamples: NaN };
        const wholeSamples = packetUnits(last.bytes, 0, last.bytes.length) * FRAME_UNIT_SAMPLES;
        const unplayed = wholeSamples - last.durationSamples;
        expect(unplayed).toBeGreaterThanOrEqual(0);
        expect(unplayed).toBeLessThan(FRAME_UNIT_SAMPLES);
        expect(samples.length).toBe(outcome.durationSamples + unplayed);
      }
    },
  );
});
