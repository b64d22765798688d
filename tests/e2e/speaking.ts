import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { syllables, writeWav } from '../capture/wav.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Desk } from './program.ts';

/** One who speaks into the microphone for a minute and a half. */
export function speaking(): string[] {
  const file = join(temporaryFolder(), 'speech.wav');
  writeFileSync(file, writeWav([syllables(3, 90)]));
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${file}%noloop`,
    '--autoplay-policy=no-user-gesture-required',
  ];
}

/** From the library to a recording of this title, whose packets are on the disk. */
export async function begin(desk: Desk, title: string, player: string): Promise<void> {
  const { page } = desk;
  await page.getByRole('navigation').getByRole('button', { name: 'Record' }).click();
  const name = page.getByLabel('Name of player 1');
  await name.waitFor();
  await name.fill(player);
  await page.getByLabel('Title').fill(title);
  await desk.shot('record-before');
  const record = page.getByRole('main').getByRole('button', { name: 'Record' });
  await expect.poll(() => record.isEnabled()).toBe(true);
  await record.click();
  await onDisk(desk, 1);
}

/** Waits until so many seconds are safe. @returns how many are. */
export async function onDisk(desk: Desk, seconds: number): Promise<number> {
  const safe = async (): Promise<number> => {
    const said = await desk.page.getByText(/^On disk up to /).innerText();
    return said
      .replace(/[^\d:]/g, '')
      .split(':')
      .reduce((sum, part) => sum * 60 + Number(part), 0);
  };
  await expect.poll(safe).toBeGreaterThanOrEqual(seconds);
  return safe();
}
