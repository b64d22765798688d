import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Track } from '../../../electron/media/mp4/read-track.ts';
import { programPath } from '../../support/programs.ts';

/** A folder for files that ffmpeg makes, and what ffprobe says about them. */
export class MediaFolder {
  readonly #path = mkdtempSync(join(tmpdir(), 'tailslate-reader-'));

  /** Runs ffmpeg, `name` being its output, and returns the file's bytes. */
  make(name: string, ...args: readonly string[]): Uint8Array {
    const inputs = args.map((arg) => arg.replace('{dir}', this.#path));
    const fixed = ['-v', 'error', '-y', '-nostdin'];
    execFileSync(programPath('ffmpeg'), [...fixed, ...inputs, join(this.#path, name)], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(join(this.#path, name)));
  }

  /** Place, size, decode time and duration of every packet of one stream, as ffprobe sees them. */
  packets(name: string, stream: number): readonly ProbedPacket[] {
    const args = [
      '-v',
      'error',
      '-ignore_editlist',
      '1',
      '-select_streams',
      String(stream),
      '-show_packets',
      '-of',
      'json',
    ];
    const output = execFileSync(programPath('ffprobe'), [...args, join(this.#path, name)], {
      maxBuffer: 1 << 28,
    });
    const { packets } = JSON.parse(output.toString()) as {
      packets: { pos: string; size: string; dts: number; duration?: number }[];
    };
    return packets.map(({ pos, size, dts, duration }) => ({
      offsetBytes: Number(pos),
      sizeBytes: Number(size),
      timeTicks: dts,
      durationTicks: duration ?? 0,
    }));
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}

export interface ProbedPacket {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly timeTicks: number;
  readonly durationTicks: number;
}

/** The samples of a track in the shape of ffprobe's packets. */
export function samplesOf(track: Track | undefined): ProbedPacket[] {
  const samples: ProbedPacket[] = [];
  const cursor = track?.samples.cursor();
  while (cursor?.next() === true) {
    const { offsetBytes, sizeBytes, timeTicks, durationTicks } = cursor;
    samples.push({ offsetBytes, sizeBytes, timeTicks, durationTicks });
  }
  return samples;
}
