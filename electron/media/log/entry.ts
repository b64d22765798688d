import { getU64, type ByteSink } from './byte-sink.ts';
import { NO_TRACK, RECORD } from './record.ts';
import { parseTrackInfo, serialiseTrackInfo, type TrackInfo } from './track-info.ts';

/** Ties the two clocks together: the recorder's monotonic clock at a sample position. */
export interface ClockAnchor {
  readonly positionSamples: number;
  readonly monotonicMicros: number;
}

/** A marker set while recording; a slate marks the clap that cameras see. */
export interface LogMarker {
  readonly positionSamples: number;
  readonly kind: 'marker' | 'slate';
  /** May be empty. */
  readonly name: string;
}

/** Something that happened to a track's input. A mute lasts from `muted` to the next `unmuted`. */
export interface TrackEvent {
  readonly positionSamples: number;
  readonly track: number;
  readonly kind: 'device-lost' | 'device-returned' | 'muted' | 'unmuted';
  /** The device's label; may be empty. */
  readonly label: string;
}

/** A record other than packets and the index, decoded. */
export type LogEntry =
  | { readonly type: 'track'; readonly positionSamples: number; readonly info: TrackInfo }
  | { readonly type: 'anchor'; readonly anchor: ClockAnchor }
  | { readonly type: 'marker'; readonly marker: LogMarker }
  | { readonly type: 'event'; readonly event: TrackEvent }
  | { readonly type: 'end'; readonly positionSamples: number };

/** The stored number of a kind is its place in the list, from 1; lists only ever grow at their end. */
const MARKER_KINDS = ['marker', 'slate'] as const;
const EVENT_KINDS = ['device-lost', 'device-returned', 'muted', 'unmuted'] as const;

/** Longest text of a marker or event in UTF-8. */
const MAX_TEXT_BYTES = 4096;

/** The fields of an entry that stand in its record's header. */
export function entryHeader(entry: LogEntry): { type: number; track: number; positionSamples: number } {
  switch (entry.type) {
    case 'track':
      return { type: RECORD.track, track: entry.info.id, positionSamples: entry.positionSamples };
    case 'anchor':
      return { type: RECORD.anchor, track: NO_TRACK, positionSamples: entry.anchor.positionSamples };
    case 'marker':
      return { type: RECORD.marker, track: NO_TRACK, positionSamples: entry.marker.positionSamples };
    case 'event':
      return { type: RECORD.event, track: entry.event.track, positionSamples: entry.event.positionSamples };
    case 'end':
      return { type: RECORD.end, track: NO_TRACK, positionSamples: entry.positionSamples };
  }
}

/**
 * Appends an entry's payload.
 * @throws RangeError for a value that does not fit its field.
 */
export function serialiseEntry(sink: ByteSink, entry: LogEntry): void {
  switch (entry.type) {
    case 'track':
      serialiseTrackInfo(sink, entry.info);
      return;
    case 'anchor': {
      const { monotonicMicros } = entry.anchor;
      if (!Number.isSafeInteger(monotonicMicros) || monotonicMicros < 0) {
        throw new RangeError(`a monotonic clock is a safe integer, got ${monotonicMicros}`);
      }
      sink.u64(monotonicMicros);
      return;
    }
    case 'marker':
      sink.u8(MARKER_KINDS.indexOf(entry.marker.kind) + 1);
      putText(sink, entry.marker.name);
      return;
    case 'event':
      sink.u8(EVENT_KINDS.indexOf(entry.event.kind) + 1);
      putText(sink, entry.event.label);
      return;
    case 'end':
      return;
  }
}

/** `malformed` payloads break this version's rules; `unknown` types and kinds come from a newer writer. */
export type EntryResult = LogEntry | { readonly type: 'unknown' } | { readonly type: 'malformed' };

/** Decodes the payload `bytes[start, end)` of a record with this header. */
export function parseEntry(
  header: { readonly type: number; readonly track: number; readonly positionSamples: number },
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): EntryResult {
  const { track, positionSamples } = header;
  switch (header.type) {
    case RECORD.track: {
      const entry = parseTrackInfo(bytes, start, end);
      if (entry?.endByte !== end || entry.info.id !== track) return { type: 'malformed' };
      return { type: 'track', positionSamples, info: entry.info };
    }
    case RECORD.anchor: {
      if (end - start !== 8) return { type: 'malformed' };
      const monotonicMicros = getU64(view, start);
      if (!Number.isSafeInteger(monotonicMicros)) return { type: 'malformed' };
      return { type: 'anchor', anchor: { positionSamples, monotonicMicros } };
    }
    case RECORD.marker: {
      if (start === end) return { type: 'malformed' };
      const kind = MARKER_KINDS[(bytes[start] ?? 0) - 1];
      if (kind === undefined) return { type: 'unknown' };
      return { type: 'marker', marker: { positionSamples, kind, name: text(bytes, start + 1, end) } };
    }
    case RECORD.event: {
      if (start === end) return { type: 'malformed' };
      const kind = EVENT_KINDS[(bytes[start] ?? 0) - 1];
      if (kind === undefined) return { type: 'unknown' };
      return { type: 'event', event: { positionSamples, track, kind, label: text(bytes, start + 1, end) } };
    }
    case RECORD.end:
      return start === end ? { type: 'end', positionSamples } : { type: 'malformed' };
    default:
      return { type: 'unknown' };
  }
}

function putText(sink: ByteSink, value: string): void {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length > MAX_TEXT_BYTES)
    throw new RangeError(`a text takes at most ${MAX_TEXT_BYTES} bytes, got ${bytes.length}`);
  sink.append(bytes);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
}
