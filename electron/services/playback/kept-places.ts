import { join } from 'node:path';
import { AppError } from '../../../shared/model/errors.ts';
import { folderBytes } from '../../io/copy-folder.ts';
import { LOG_FOLDER } from '../../io/read-log.ts';
import { WAL_FOLDER } from '../../io/read-nano-wal.ts';
import { type LogPart, withoutStamps } from '../../media/packet-table.ts';
import { audioEndSamples, type PlacedPackets, placedPackets, rowAt } from '../../media/peaks/page-plan.ts';
import { place } from '../../media/timeline/place.ts';
import { openSession } from '../session/open-session.ts';
import type { LoadedTrack, Session } from '../session/session.ts';
import { Turns } from '../turns.ts';

/** Memory for places: 15 million packets, 88 hours of one voice without a pause. */
const MOST_BYTES = 256 << 20;
/** Of a packet in memory: where it is heard, and its row in the table without the stamp. */
const ROW_BYTES = 17;
/** Of a packet in a log, at most so many fit: what tells whether a session's places fit before it is read. */
const SMALL_PACKET_BYTES = 64;
/** Fewest rows of a track that is kept in part: a minute of packets of 20 ms. The parts of 5000 tracks fit. */
const LEAST_ROWS = 3000;
/** A part reaches this far back from where it is wanted, in shares of its length, for playing backwards. */
const BEHIND = 0.25;

/** Where a track's packets are heard and where they lie, or a part of that. */
export interface KnownTrack {
  readonly placed: PlacedPackets;
  readonly logParts: readonly LogPart[];
  readonly channels: 1 | 2;
  /** What is known of: packets heard from here, -Infinity from the track's beginning ... */
  readonly fromSamples: number;
  /** ... to here; Infinity to its end. */
  readonly toSamples: number;
  readonly logFolder: string;
  /** How large the session's logs were when it was read. */
  readonly logBytes: number;
}

/**
 * Places of packets, kept in memory up to a bound. All tracks of a session are read in one pass where their places fit;
 * otherwise each is kept in part, so large that the parts of all tracks fit together: however many lanes play, each is
 * read again only when playing leaves what is known of it. Of more than fit even then, the one that was used longest ago
 * is forgotten first.
 */
export class KeptPlaces {
  /** In order of use, the latest last. */
  readonly #known = new Map<string, KnownTrack>();
  readonly #turns = new Turns();
  readonly #mostBytes: number;
  readonly #open: (folder: string) => Promise<Session>;
  #bytes = 0;

  constructor({ mostBytes = MOST_BYTES, open = openSession } = {}) {
    this.#mostBytes = mostBytes;
    this.#open = open;
  }

  /** Bytes of what is kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What is known of a track from this moment on. @throws AppError when the session cannot be read or has no such player. */
  async track(
    folder: string,
    playerId: string,
    startSamples: number,
    endSamples: number,
  ): Promise<KnownTrack> {
    const key = keyOf(folder, playerId);
    const known = await this.#current(key, startSamples, endSamples);
    if (known !== undefined) return known;
    // Lanes ask all at once: whoever waited finds what the first one read.
    return this.#turns.take(
      async () =>
        (await this.#current(key, startSamples, endSamples)) ??
        (await this.#read(folder, playerId, startSamples)),
    );
  }

  forget(folder: string): void {
    for (const key of [...this.#known.keys()]) if (key.startsWith(keyOf(folder, ''))) this.#drop(key);
  }

  /** The track, unless other packets are wanted or its log has grown and more may be there. */
  async #current(key: string, startSamples: number, endSamples: number): Promise<KnownTrack | undefined> {
    const known = this.#known.get(key);
    if (known === undefined || startSamples < known.fromSamples || startSamples >= known.toSamples)
      return undefined;
    const isBeyond = known.toSamples === Infinity && endSamples > known.placed.endSamples;
    if (isBeyond && (await folderBytes(known.logFolder)) !== known.logBytes) return undefined;
    if (this.#known.delete(key)) this.#known.set(key, known);
    return known;
  }

  async #read(folder: string, playerId: string, startSamples: number): Promise<KnownTrack> {
    const session = await this.#open(folder);
    const { players } = session;
    if (!players.some(({ id }) => id === playerId)) throw noPlayer(folder, playerId);
    const logFolder = join(session.folder, session.format === 'tailslate' ? LOG_FOLDER : WAL_FOLDER);
    // Before the packets: what comes in meanwhile is seen as growth.
    const logBytes = await folderBytes(logFolder);
    const fits = (session.logBytes / SMALL_PACKET_BYTES) * ROW_BYTES <= this.#mostBytes;
    const wanted = fits ? players.map(({ id }) => id) : [playerId];
    const loaded = await session.load(wanted, { mode: 'indexed' });
    const rows = loaded.reduce((sum, { packets }) => sum + packets.count, 0);
    const share = Math.floor(this.#mostBytes / ROW_BYTES / players.length);
    const mostRows = fits && rows * ROW_BYTES <= this.#mostBytes ? rows : Math.max(LEAST_ROWS, share);
    // The wanted one last: should not all fit, those that were read first are forgotten.
    const isWanted = ({ player }: LoadedTrack): number => (player.id === playerId ? 1 : 0);
    for (const track of loaded.toSorted((a, b) => isWanted(a) - isWanted(b))) {
      const part = partOf(placedOf(track), startSamples, mostRows);
      const { parts: logParts, channels } = track;
      this.#keep(keyOf(folder, track.player.id), { ...part, logParts, channels, logFolder, logBytes });
    }
    const known = this.#known.get(keyOf(folder, playerId));
    if (known === undefined) throw noPlayer(folder, playerId);
    return known;
  }

  #keep(key: string, track: KnownTrack): void {
    this.#drop(key);
    this.#known.set(key, track);
    this.#bytes += bytesOf(track);
    for (const [oldest] of this.#known) {
      if (this.#bytes <= this.#mostBytes || oldest === key) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const track = this.#known.get(key);
    if (track === undefined) return;
    this.#known.delete(key);
    this.#bytes -= bytesOf(track);
  }
}

function placedOf({ packets: table, repeats, player }: LoadedTrack): PlacedPackets {
  const placement = place(table, { repeats });
  return placedPackets({ ...placement, packets: withoutStamps(placement.packets) }, player.preSkipSamples);
}

/** At most so many rows around a moment; all of them where they are no more. */
function partOf(
  placed: PlacedPackets,
  startSamples: number,
  mostRows: number,
): Pick<KnownTrack, 'placed' | 'fromSamples' | 'toSamples'> {
  const { packets, audioSamples } = placed;
  if (packets.count <= mostRows) return { placed, fromSamples: -Infinity, toSamples: Infinity };
  const wanted = rowAt(placed, startSamples) - Math.floor(mostRows * BEHIND);
  const first = Math.max(0, Math.min(wanted, packets.count - mostRows));
  const end = first + mostRows;
  const table = {
    ...packets,
    count: mostRows,
    sizesBytes: packets.sizesBytes.slice(first, end),
    durationUnits: packets.durationUnits.slice(first, end),
    parts: packets.parts.slice(first, end),
    offsetsBytes: packets.offsetsBytes.slice(first, end),
  };
  const part = {
    packets: table,
    audioSamples: audioSamples.slice(first, end),
    endSamples: placed.endSamples,
  };
  return {
    placed: part,
    // The packet before the first is known not to be heard here any more.
    fromSamples: first === 0 ? -Infinity : audioEndSamples(placed, first - 1),
    toSamples: end === packets.count ? Infinity : (audioSamples[end] ?? Infinity),
  };
}

function bytesOf({ placed }: KnownTrack): number {
  return placed.packets.count * ROW_BYTES;
}

function keyOf(folder: string, playerId: string): string {
  return `${folder}\0${playerId}`;
}

function noPlayer(folder: string, playerId: string): AppError {
  return new AppError('not-found', `${folder} has no player ${playerId}.`, {
    next: 'Run "tailslate inspect" to see its players.',
  });
}
