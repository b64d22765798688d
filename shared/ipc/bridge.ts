import type { Port } from './port.ts';

/**
 * What the preload script gives a page of ours, as `window.tailslate`: a port to the host, packet frames
 * included, and the two things only it can do. The page sees nothing of Electron.
 */
export interface Bridge extends Port {
  /** Where a dropped or picked file lies; empty for one that is not on a disk. */
  pathOf(file: unknown): string;
  /** Opens the hidden window that records, where there is none yet; it survives this page. */
  prepareCapture(): void;
}

/** The name under which pages find the bridge. */
export const BRIDGE_NAME = 'tailslate';

/** Electron's channels between preload and main, all of them. */
export const CHANNEL = {
  /** A document of ours is there; what an earlier one in its window had open is closed. */
  open: 'tailslate:open',
  /** A message, in either direction. */
  message: 'tailslate:message',
  /** The connection is closed, by whoever says so. */
  close: 'tailslate:close',
  prepareCapture: 'tailslate:prepare-capture',
} as const;
