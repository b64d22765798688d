import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NanoCollector } from '../../electron/media/nano-wal/collector.ts';
import { orderLogFiles } from '../../electron/media/nano-wal/log-file.ts';
import { NanoScanner } from '../../electron/media/nano-wal/scan.ts';
import { inTimeOrder } from '../../electron/media/timeline/rows.ts';
import { ROUNDTABLE } from '../support/exported-session.ts';

/** When each of a player's packets arrived, in samples from T0, in order of arrival. */
export type Stamps = ReadonlyMap<string, readonly number[]>;

/** The stamps of all players, by name, straight from the fixture's logs. */
export function roundtableStamps(): Stamps {
  const collector = new NanoCollector();
  for (const { file } of orderLogFiles(readdirSync(join(ROUNDTABLE, 'wal')))) {
    const log = readFileSync(join(ROUNDTABLE, 'wal', file));
    new NanoScanner(collector, `wal/${file}`).scan(log, 0, true);
  }
  return new Map(
    collector.tracks.map((track) => {
      const { packets } = inTimeOrder(track.packets.finish());
      return [track.player, [...packets.positionsSamples.subarray(0, packets.count)]];
    }),
  );
}

/** What its maker wrote down about the packets of each player that went into the logs. */
export function roundtableFacts(): Readonly<
  Record<string, { packets: number; bytes: number; sha256_of_packets_in_time_order: string }>
> {
  return JSON.parse(readFileSync(join(ROUNDTABLE, 'expected.json'), 'utf8')) as ReturnType<
    typeof roundtableFacts
  >;
}
