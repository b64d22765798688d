import { basename, resolve } from 'node:path';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../shared/model/errors.ts';
import { monotonicMicros } from '../../io/clock.ts';
import type { DurabilityMillis } from '../../io/log-file/log-file.ts';
import type { RecordingLog } from '../../services/recording/ports.ts';
import { Recording } from '../../services/recording/recording.ts';
import { systemPorts } from '../../services/recording/system-ports.ts';
import { readOpusFiles } from '../../services/replay/opus-files.ts';
import { type Played, playTracks } from '../../services/replay/play-tracks.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { counted, duration } from '../format.ts';
import { numberBetween } from '../option-values.ts';

interface RecordOptions {
  readonly headless?: boolean;
  readonly from: readonly string[];
  readonly out: string;
  readonly speed: string;
  readonly durability: '250' | '500' | '1000' | '2000';
  readonly title?: string;
}

/** `tailslate record --headless`: plays Opus files through the recording service into a session. */
export async function run(
  _positional: readonly string[],
  options: RecordOptions,
  { terminal, signal }: CommandContext,
): Promise<ExitCode> {
  if (options.headless !== true) {
    throw new AppError('usage', 'The terminal has no inputs to record from; record plays files.', {
      next: 'Add --headless to play Opus files into a session, or record in the window.',
    });
  }
  const folder = resolve(options.out);
  const speed = speedOf(options.speed);
  const tracks = await readOpusFiles(options.from);
  let log: RecordingLog | undefined;
  const ports = systemPorts({
    folders: () => [folder],
    durabilityMillis: () => Number(options.durability) as DurabilityMillis,
    holder: `tailslate record (process ${process.pid})`,
  });
  const recording = new Recording({
    ...ports,
    openLog: async (path, begun) => (log = await ports.openLog(path, begun)),
  });
  let durableSamples = 0;
  const played = await playTracks(recording, tracks, {
    title: options.title ?? basename(folder),
    speed,
    monotonicMicros,
    wait: async (millis) => {
      await (millis > 0 ? delay(millis) : turn());
    },
    queuedBytes: () => log?.state.queuedBytes ?? 0,
    signal,
    onDurable: (samples) => {
      if (samples <= durableSamples) return;
      durableSamples = samples;
      terminal.note(`safe on disk up to ${duration(samples)} (${samples} samples)`);
    },
  });
  terminal.document({ folder, ...played });
  terminal.print(summary(folder, played));
  if (played.interrupted) return EXIT.interrupted;
  return played.tracks.some(({ droppedSamples }) => droppedSamples > 0) ? EXIT.damage : EXIT.done;
}

function speedOf(text: string): number {
  if (text === 'real') return 1;
  return text === 'max' ? Infinity : numberBetween('--speed', text, { least: 0.1, most: 1000, whole: false });
}

function summary(folder: string, { durationSamples, tracks, interrupted }: Played): string {
  const lines = tracks.map(({ name, packets, droppedSamples }) => {
    const lost = droppedSamples === 0 ? '' : `, ${duration(droppedSamples)} lost: the disk did not keep up`;
    return `  ${name}: ${counted(packets, 'packet')}${lost}`;
  });
  const how = interrupted ? 'Stopped, and complete up to there' : 'Recorded';
  return [`${how}: ${folder}, ${duration(durationSamples)}`, ...lines].join('\n');
}
