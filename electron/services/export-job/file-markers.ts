import type { ExportItem } from './item.ts';

/** A marker as a file has it. */
export interface FileMarker {
  readonly name: string;
  /** From the file's first sample. */
  readonly atSamples: number;
}

/** The session's markers that lie in a file, in order; one without a name is called by what it is. */
export function fileMarkers(item: ExportItem, durationSamples: number): readonly FileMarker[] {
  return item.markers
    .map(({ name, kind, positionSamples }, index) => ({
      name: name === '' ? `${kind === 'slate' ? 'Slate' : 'Marker'} ${index + 1}` : name,
      atSamples: positionSamples - item.originSamples,
    }))
    .filter(({ atSamples }) => atSamples >= 0 && atSamples < durationSamples)
    .sort((a, b) => a.atSamples - b.atSamples);
}
