import { spawnSync } from 'node:child_process';
import { type ProgramName, programPath } from './programs.ts';

/**
 * What any file with a timecode track (0) or chapters (98314) makes ffprobe and ffmpeg say: they have no decoder for
 * those, and need none.
 */
const NO_DECODER = /^Unsupported codec with id (?:0|98314) for input stream \d+\n/gm;

/** What a program said: its output, and its complaints without the line that every track without a decoder causes. */
interface ToolRun {
  readonly output: Buffer;
  readonly warnings: string;
}

/** Runs a program to its end, `input` being what it reads. @throws when it fails, with what it said. */
export function runTool(program: ProgramName, args: readonly string[], input?: Uint8Array): ToolRun {
  const run = spawnSync(programPath(program), args, {
    maxBuffer: 1 << 28,
    ...(input !== undefined && { input }),
  });
  const said = run.stderr.toString();
  if (run.status !== 0) throw new Error(`${program} ended with ${run.status}: ${said}`);
  return { output: run.stdout, warnings: said.replaceAll(NO_DECODER, '') };
}

/** The first audio stream as 32-bit floats, decoded by ffmpeg with the decoder named; one channel. */
export function decodeAudio(
  path: string,
  decoder: 'opus' | 'libopus',
): { samples: Float32Array; warnings: string } {
  const args = [
    '-v',
    'warning',
    '-nostdin',
    '-c:a',
    decoder,
    '-i',
    path,
    '-map',
    '0:a:0',
    '-f',
    'f32le',
    '-',
  ];
  const { output, warnings } = runTool('ffmpeg', args);
  return { samples: new Float32Array(Uint8Array.from(output).buffer), warnings };
}

/** The largest distance from zero between two places. */
export function peakOf(samples: Float32Array, start = 0, end = samples.length): number {
  let peak = 0;
  for (let i = Math.max(0, start); i < Math.min(end, samples.length); i++) {
    peak = Math.max(peak, Math.abs(samples[i] ?? 0));
  }
  return peak;
}
