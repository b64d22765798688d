import type { PeaksProgress } from '../../../shared/model/peaks.ts';
import { DiskWatch } from '../../io/disk-watch.ts';
import { PayloadReader } from '../../io/payload-reader.ts';
import { withoutStamps } from '../../media/packet-table.ts';
import { MOST_PAGES, PAGE_BYTES, PAGE_SAMPLES, type PageHeader } from '../../media/peaks/layout.ts';
import { type PageRows, pageFingerprint, pageRows, placedPackets } from '../../media/peaks/page-plan.ts';
import { place } from '../../media/timeline/place.ts';
import { openSession } from '../session/open-session.ts';
import { PageDecoder, type TrackCodec } from './page-decoder.ts';
import { createPeaks, noPlayer, peaksPlace } from './peaks-place.ts';

/** Whose peaks are wanted. */
export interface PeaksItem {
  readonly sessionFolder: string;
  readonly playerId: string;
  /** Where peaks go that cannot lie beside their session. */
  readonly cacheFolder: string;
}

/** What was done. */
export interface PeaksOutcome {
  readonly path: string;
  /** Where the track's audio ends, in samples from T0. */
  readonly endSamples: number;
  /** Pages that were there already, and those that were decoded now; pages without audio are neither. */
  readonly pagesKept: number;
  readonly pagesDecoded: number;
  /** Packets that cannot be decoded and count as silence, in all pages. */
  readonly undecodable: number;
}

export interface BuildPeaksOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PeaksProgress) => void;
  /** How packets of so many channels are decoded. */
  readonly codec: (channels: 1 | 2) => TrackCodec;
  /** Counts all of it as one call to the session's disk, and a step wherever it gets on. */
  readonly watch?: DiskWatch;
}

/**
 * Completes the peaks of a player: pages whose packets are still the same and whose checksum holds stay, all others
 * are decoded. Stopped at any point and called again it comes to the very same bytes; called again while the session
 * is recorded it goes on where the log ended.
 * @throws AppError when the session cannot be read or the peaks cannot be written; the signal's reason when aborted.
 */
export async function buildPeaks(item: PeaksItem, options: BuildPeaksOptions): Promise<PeaksOutcome> {
  const { watch = new DiskWatch() } = options;
  return watch.during(() => build(item, options, watch));
}

async function build(item: PeaksItem, options: BuildPeaksOptions, watch: DiskWatch): Promise<PeaksOutcome> {
  const session = await openSession(item.sessionFolder);
  const [track] = await session.load([item.playerId], {
    mode: 'indexed',
    signal: options.signal,
    onBytes: () => {
      watch.step();
    },
  });
  if (track === undefined) throw noPlayer(item.sessionFolder, item.playerId);
  const { packets, runs, ...rest } = place(track.packets, { repeats: track.repeats });
  const placed = placedPackets(
    { ...rest, runs, packets: withoutStamps(packets) },
    track.player.preSkipSamples,
  );
  const target = peaksPlace(session, item.playerId, item.cacheFolder);
  const file = await createPeaks(target);
  const reader = new PayloadReader(session.folder, track.parts);
  try {
    const endSamples = Math.min(placed.endSamples, MOST_PAGES * PAGE_SAMPLES);
    const pages = Math.ceil(endSamples / PAGE_SAMPLES);
    const decoder = new PageDecoder(reader, placed, track.channels, options.codec(track.channels));
    const header = { identity: target.identity, channels: track.channels, endSamples };
    const known = await file.header(target.identity);
    let writtenSamples = Math.min(known?.doneSamples ?? 0, endSamples);
    const tellDone = async (doneSamples: number): Promise<void> => {
      writtenSamples = doneSamples;
      await file.writeHeader({ ...header, doneSamples });
    };
    await tellDone(writtenSamples);
    await file.resize(pages);
    const counts = { pagesKept: 0, pagesDecoded: 0, undecodable: 0 };
    for (let page = 0; page < pages; page++) {
      options.signal.throwIfAborted();
      watch.step();
      const rows = pageRows(placed, page);
      const found = await file.page(page);
      // An older state of the page may be looked at until the new one is there, a damaged one may not.
      if (found === undefined && writtenSamples > page * PAGE_SAMPLES) await tellDone(page * PAGE_SAMPLES);
      if (rows === undefined) {
        if (found !== 'empty') await file.writePage(page, new Uint8Array(PAGE_BYTES));
      } else if (isPageOf(found, rows, pageFingerprint(placed, rows, track.channels))) {
        counts.pagesKept++;
        counts.undecodable += found.undecodable;
      } else {
        const { bytes, undecodable } = decoder.page(page, rows);
        await file.writePage(page, bytes);
        counts.pagesDecoded++;
        counts.undecodable += undecodable;
      }
      const doneSamples = Math.min(endSamples, (page + 1) * PAGE_SAMPLES);
      if (doneSamples > writtenSamples) await tellDone(doneSamples);
      options.onProgress({ doneSamples, endSamples });
    }
    if (pages === 0) options.onProgress({ doneSamples: 0, endSamples: 0 });
    return { path: file.path, endSamples, ...counts };
  } finally {
    reader.close();
    await file.close();
  }
}

/** Whether a page in the file was made of these very packets. */
function isPageOf(
  found: PageHeader | 'empty' | undefined,
  { firstRow, endRow }: PageRows,
  fingerprint: number,
): found is PageHeader {
  return (
    typeof found === 'object' && found.fingerprint === fingerprint && found.packets === endRow - firstRow
  );
}
