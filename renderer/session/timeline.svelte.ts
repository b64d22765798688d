import { SvelteSet } from 'svelte/reactivity';
import type { Lane, SessionDetail } from '../host/api-types.ts';
import { NO_PLACES, withPlaces } from './lane-facts.ts';
import { PeakStore, type FetchMedia, type NoPeaks } from './peak-store.ts';
import { TimecodeFace } from './timecode-face.ts';
import { ViewRange } from './view-range.ts';
import { WaveTiles } from './wave-tiles.ts';

const ZOOM_STEP = 2;
/** Width until the page has measured its canvas. */
const FIRST_WIDTH = 800;

/** What a timeline shows and where it stands: view, playhead, who is heard. */
export class Timeline {
  readonly sessionId: string;
  readonly store: PeakStore;
  readonly tiles: WaveTiles;
  view: ViewRange = $state.raw(ViewRange.whole(FIRST_WIDTH, 0));
  playheadSamples = $state(0);
  readonly muted = new SvelteSet<string>();
  readonly soloed = new SvelteSet<string>();
  /** Null until the logs were read. */
  lanes = $state.raw<ReadonlyMap<string, Lane> | null>(null);
  /** Places of packets that could not be decoded, by player, as far as they were played. */
  undecodable = $state.raw(NO_PLACES);
  /** Grows when peaks come in. */
  peaksVersion = $state(0);
  face: TimecodeFace = $state.raw(
    new TimecodeFace({ rate: '25', startLabel: '00:00:00:00', leadSamples: 0 }),
  );

  constructor(sessionId: string, fetch: FetchMedia, after: (millis: number, run: () => void) => void) {
    this.sessionId = sessionId;
    this.store = new PeakStore({
      sessionId,
      fetch,
      after,
      changed: () => {
        this.peaksVersion = this.store.version;
      },
    });
    this.tiles = new WaveTiles(this.store);
  }

  /** Takes over what may change of a session while it is open. */
  update(detail: SessionDetail): void {
    this.view = this.view.lasting(detail.durationSamples);
    this.face = new TimecodeFace(detail.timecode);
    this.playheadSamples = Math.min(this.playheadSamples, detail.durationSamples);
  }

  close(): void {
    this.store.close();
  }

  /** Notes packets that could not be decoded while they were played. */
  markUndecodable(playerId: string, samples: readonly number[]): void {
    this.undecodable = withPlaces(this.undecodable, playerId, samples);
  }

  /** Whether a player is heard: not muted, and soloed where anyone is. */
  isHeard(playerId: string): boolean {
    return !this.muted.has(playerId) && (this.soloed.size === 0 || this.soloed.has(playerId));
  }

  /** Why a player's waveform cannot be had for now; it is asked for again while it is in view. */
  noPeaks(playerId: string): NoPeaks | undefined {
    return this.peaksVersion > 0 ? this.store.failure(playerId) : undefined;
  }

  toggleMute(playerId: string): void {
    if (!this.muted.delete(playerId)) this.muted.add(playerId);
  }

  toggleSolo(playerId: string): void {
    if (!this.soloed.delete(playerId)) this.soloed.add(playerId);
  }

  resize(widthPixels: number): void {
    this.view = this.view.resized(widthPixels);
  }

  /** @param pixel what stays where it is; the playhead without one, where that is in view, else the middle. */
  zoom(factor: number, pixel?: number): void {
    const playhead = this.view.pixelOf(this.playheadSamples);
    const inView = playhead >= 0 && playhead <= this.view.widthPixels;
    this.view = this.view.zoomed(factor, pixel ?? (inView ? playhead : this.view.widthPixels / 2));
  }

  zoomIn(): void {
    this.zoom(ZOOM_STEP);
  }

  zoomOut(): void {
    this.zoom(1 / ZOOM_STEP);
  }

  zoomWhole(): void {
    this.view = ViewRange.whole(this.view.widthPixels, this.view.durationSamples);
  }

  scroll(pixels: number): void {
    this.view = this.view.scrolled(pixels);
  }

  /** Puts a moment into the middle of the view. */
  centre(samples: number): void {
    this.view = this.view.centred(samples);
  }

  /** Moves the playhead, and the view after it. */
  place(samples: number): void {
    this.playheadSamples = Math.max(0, Math.min(Math.round(samples), this.view.durationSamples));
    this.view = this.view.revealing(this.playheadSamples);
  }
}
