import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { isFsError } from './fs-error.ts';
import { removePart } from './output-file.ts';

/** Letters that tell a machine. */
const MACHINE_LETTERS = 8;

/** What stands behind a file's name while a process writes it that nobody could ask afterwards. */
const OWNED_PART = /\.t([\da-z]{8})-([\da-z]{1,7})(?:\.\d+)?\.part$/u;

/** Stands in the names of part files that this process begins: whoever finds one later can tell whether it still runs. */
export function processOwner(): string {
  return `t${machine()}-${process.pid.toString(36)}`;
}

/**
 * Removes part files from a folder whose process surely does not run any more: it ran on this machine, since this
 * machine was started, and its number is nobody's now. What another machine has begun there is left alone, and so is
 * everything whose name does not tell. What cannot be read or removed stays.
 */
export async function removeDeadPartsIn(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isFsError(error)) return [];
    throw error;
  });
  for (const name of names) if (isDead(name)) await removePart(join(folder, name));
}

function isDead(name: string): boolean {
  const [, where, pid = ''] = OWNED_PART.exec(name) ?? [];
  return where === machine() && !isRunning(Number.parseInt(pid, 36));
}

/** Also of a process of somebody else, which may not be asked more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isFsError(error) || error.code !== 'ESRCH';
  }
}

let known: string | undefined;

/**
 * This machine since it was started, and whose processes are counted together on it, since a container counts its own.
 * Where the system has no word for that, the addresses of its network cards tell it from others of its name.
 */
function machine(): string {
  known ??= letters([
    hostname(),
    textOf(
      () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + readlinkSync('/proc/self/ns/pid'),
    ) ??
      textOf(cardAddresses) ??
      '',
  ]);
  return known;
}

function cardAddresses(): string {
  const cards = Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ mac }) => mac));
  return cards.sort().join();
}

/** Undefined where the system does not have it. */
function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function letters(parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('\n')).digest();
  return digest.readBigUInt64BE().toString(36).padStart(MACHINE_LETTERS, '0').slice(-MACHINE_LETTERS);
}
