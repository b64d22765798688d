import { SessionFolderWriter } from '../../electron/io/session-folder.ts';
import { LogWriter } from '../../electron/media/log/writer.ts';
import type { TrackInfo } from '../../electron/media/log/track-info.ts';
import { packetsOf, SESSION_ID, T0_UNIX_MICROS } from './session-folder.ts';

const ABOUT = { sessionId: SESSION_ID, t0UnixMicros: T0_UNIX_MICROS, zone: 'UTC' };

/** Packets of each round: those of the first player are a second, the other one is behind. */
const ROUND_PACKETS = [50, 30] as const;

/** A session of two players that is being recorded for as long as a test goes on with it; a segment takes two rounds. */
export class GrowingSession {
  readonly #writer: LogWriter;
  readonly #tracks = ['Ada', 'Ben'].map((name, id): TrackInfo => ({
    id,
    name,
    channels: 1,
    preSkipSamples: 312,
    inputRate: 48_000,
  }));
  readonly #output: SessionFolderWriter;
  #rounds = 0;

  private constructor(output: SessionFolderWriter) {
    this.#output = output;
    this.#writer = new LogWriter(
      { ...ABOUT, tracks: this.#tracks },
      { clock: () => ({ wallUnixMicros: T0_UNIX_MICROS, monotonicMicros: 0 }), segmentSamples: 96_000 },
    );
  }

  /** One round of it is there. */
  static async begin(folder: string): Promise<GrowingSession> {
    const session = new GrowingSession(await SessionFolderWriter.create(folder));
    await session.grow();
    return session;
  }

  /** End of the player who is furthest, in samples from T0. */
  get endSamples(): number {
    return this.#rounds * ROUND_PACKETS[0] * 960;
  }

  /** Another round reaches the disk. */
  async grow(): Promise<void> {
    for (const [track, count] of ROUND_PACKETS.entries())
      this.#writer.add(track, this.#rounds * count * 960, packetsOf(count, 2 * this.#rounds + track));
    this.#rounds++;
    await this.#output.write(this.#writer.commit());
  }

  /** The recording ends in order. */
  async end(): Promise<void> {
    const { endSamples } = this;
    this.#writer.end(endSamples);
    await this.#output.write(this.#writer.commit());
    await this.#output.close({
      ...ABOUT,
      title: 'Test session',
      createdAt: new Date(T0_UNIX_MICROS / 1000).toISOString(),
      endSamples,
      tracks: this.#tracks,
      appVersion: '0.0.0',
    });
  }
}
