import { join } from 'node:path';
import { exportChoices, plannedFiles } from '../support/export-choices.ts';
import { programPath } from '../support/programs.ts';
import { PLAYER } from './workspace.ts';

const root = join(import.meta.dirname, '../..');

/** Our program, built, from its start to the file's final name, synced. */
export function exporter(session: string, out: string, ...options: readonly string[]): readonly string[] {
  const cli = join(root, 'out/node/cli.js');
  return [process.execPath, cli, 'export', session, '--out', out, '--zone', 'utc', ...options];
}

/** One player's file, not read again. */
export function exportOne(session: string, out: string): readonly string[] {
  return exporter(session, out, '--player', PLAYER, '--no-verify');
}

/** The export of one player inside a fresh process, from the first call to the last byte handed to the kernel. */
export async function insideExport(session: string, out: string): Promise<readonly string[]> {
  const choices = exportChoices(out, { existing: 'overwrite', verify: false });
  const [file] = await plannedFiles(session, choices, [PLAYER]);
  return [process.execPath, join(import.meta.dirname, 'inside-export.ts'), JSON.stringify(file?.item)];
}

/** ffmpeg copying the same packets, silence included, into an MP4 file; it does not sync. */
export function ffmpegCopy(ogg: string, out: string): readonly string[] {
  const quiet = ['-nostdin', '-loglevel', 'error', '-y'];
  return [programPath('ffmpeg'), ...quiet, '-i', ogg, '-c', 'copy', '-f', 'mp4', join(out, 'peer.m4a')];
}

/** The same of several files, one after the other. */
export function ffmpegCopies(oggs: readonly string[], out: string): readonly string[] {
  const script =
    'i=0; for ogg; do "$FFMPEG" -nostdin -loglevel error -i "$ogg" -c copy -f mp4 "$OUT/$((i++)).m4a" || exit; done';
  return ['env', `FFMPEG=${programPath('ffmpeg')}`, `OUT=${out}`, 'bash', '-c', script, 'bash', ...oggs];
}

/** ffmpeg decoding the same packets into a WAV file of 24 bits; it does not sync. */
export function ffmpegDecode(ogg: string, out: string): readonly string[] {
  const quiet = ['-nostdin', '-loglevel', 'error', '-y'];
  return [programPath('ffmpeg'), ...quiet, '-i', ogg, '-c:a', 'pcm_s24le', join(out, 'peer.wav')];
}

/** mediabunny muxing the same packets; it does not sync either. */
export function mediabunnyMux(packets: string, out: string): readonly string[] {
  return [process.execPath, join(import.meta.dirname, 'mediabunny-mux.ts'), packets, join(out, 'peer.m4a')];
}

/** The kernel copying the log, the least there is to do. */
export function copyLog(session: string, out: string): readonly string[] {
  return ['cp', '-r', session, join(out, 'copy')];
}

/** The peaks of a session's first player, all of them anew. */
export function makePeaks(session: string, out: string): readonly string[] {
  return [process.execPath, join(import.meta.dirname, 'inside-peaks.ts'), session, out];
}
