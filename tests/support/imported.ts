import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession } from '../../electron/services/session/open-session.ts';

/** The packets of every player of a session and where they lie, read from its logs. */
export async function packetsIn(folder: string): Promise<ReadonlyMap<string, readonly Placed[]>> {
  const session = await openSession(folder);
  const loaded = await session.load(
    session.players.map(({ id }) => id),
    { mode: 'scan' },
  );
  return new Map(
    loaded.map(({ player, packets, parts }) => {
      const placed: Placed[] = [];
      for (let row = 0; row < packets.count; row++) {
        const file = parts[packets.parts[row] ?? 0]?.file ?? '';
        const at = packets.offsetsBytes[row] ?? 0;
        const bytes = readFileSync(join(folder, file)).subarray(at, at + (packets.sizesBytes[row] ?? 0));
        placed.push({
          positionSamples: packets.positionsSamples[row] ?? 0,
          bytes: Buffer.from(bytes).toString('hex'),
        });
      }
      return [player.name, placed];
    }),
  );
}

export interface Placed {
  readonly positionSamples: number;
  /** In hexadecimal. */
  readonly bytes: string;
}

/** The same of packets that were handed to an importer. */
export function placedOf(positionSamples: number, packets: readonly Uint8Array[]): Placed[] {
  return packets.map((packet, n) => ({
    positionSamples: positionSamples + n * 960,
    bytes: Buffer.from(packet).toString('hex'),
  }));
}
