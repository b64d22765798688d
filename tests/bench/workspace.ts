import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNanoSession } from './nano-session.ts';
import { encodePackets } from './opus-packets.ts';
import { writeOgg, writePackets } from './peer-input.ts';
import { Recording, type Speech } from './recording.ts';
import { writeTailslateSession } from './tailslate-session.ts';

/** Who speaks, as many of them as a row asks for. */
export const PLAYERS = ['Ines', 'Marit', 'Noor', 'Tomas', 'Ada', 'Ben', 'Cleo', 'Dov'];

/** The player whose file is compared: the first, in every session. */
export const PLAYER = 'Ines';

export type LogKind = 'tailslate' | 'nano-wal';

/** Generated sessions in a folder of their own, made when first asked for, and a folder that outputs go to. */
export class Workspace {
  readonly folder: string;
  /** Recording rows take ten minutes. */
  readonly long: boolean;
  readonly #keep: boolean;
  #pool: readonly Uint8Array[] | undefined;

  /** @param keep leaves the sessions for the next run, which then makes none. */
  constructor(keep: boolean, long: boolean) {
    this.#keep = keep;
    this.long = long;
    const kept = join(tmpdir(), 'tailslate-bench');
    if (keep) mkdirSync(kept, { recursive: true });
    this.folder = keep ? kept : mkdtempSync(join(tmpdir(), 'tailslate-bench-'));
  }

  /** A session folder; its pages are in memory. */
  async session(kind: LogKind, hours: number, players: number, speech: Speech = 'gaps'): Promise<string> {
    const names = PLAYERS.slice(0, players);
    return this.#made(`${kind}-${hours}h-${players}${suffix(speech)}`, async (path) => {
      const recording = this.recording(hours, speech);
      if (kind === 'tailslate') await writeTailslateSession(path, recording, names);
      else writeNanoSession(path, recording, names);
    });
  }

  /** What a player said, from 0, as the Ogg file that ffmpeg reads. */
  ogg(hours = 3, player = 0, speech: Speech = 'gaps'): Promise<string> {
    return this.#made(`peer-${hours}h-${player}${suffix(speech)}.opus`, (path) => {
      writeOgg(path, this.recording(hours, speech), player);
    });
  }

  /** The same packets behind their lengths. */
  packets(): Promise<string> {
    return this.#made('peer-3h.packets', (path) => {
      writePackets(path, this.recording(3));
    });
  }

  /** An empty folder for one run's files. */
  out(): string {
    const path = join(this.folder, 'out');
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return path;
  }

  recording(hours: number, speech: Speech = 'gaps'): Recording {
    this.#pool ??= encodePackets();
    return new Recording(hours, this.#pool, speech);
  }

  close(): void {
    rmSync(this.#keep ? join(this.folder, 'out') : this.folder, { recursive: true, force: true });
  }

  async #made(name: string, make: (path: string) => Promise<void> | void): Promise<string> {
    const path = join(this.folder, name);
    if (!existsSync(path)) {
      const unfinished = `${path}.unfinished`;
      rmSync(unfinished, { recursive: true, force: true });
      await make(unfinished);
      renameSync(unfinished, path);
    }
    warm(path);
    return path;
  }
}

function suffix(speech: Speech): string {
  return speech === 'gaps' ? '' : `-${speech}`;
}

/** Reads everything once, so that no measurement pays for the disk. */
function warm(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) warm(join(path, name));
  else readFileSync(path);
}
