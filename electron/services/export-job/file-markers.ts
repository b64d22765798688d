import type { Chapter } from '../../media/mp4/boxes-chapters.ts';
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

/**
 * The same markers as chapters, which leave no time out: where the first marker lies later, one with the session's
 * title comes before it, and markers at one place share a chapter. None where there are no markers.
 */
export function fileChapters(item: ExportItem, durationSamples: number): readonly Chapter[] {
  const chapters: Chapter[] = [];
  for (const { name, atSamples } of fileMarkers(item, durationSamples)) {
    const last = chapters.at(-1);
    if (last === undefined && atSamples > 0) {
      chapters.push({ title: item.sessionTitle === '' ? 'Start' : item.sessionTitle, startSamples: 0 });
    }
    if (last?.startSamples === atSamples) {
      chapters[chapters.length - 1] = { ...last, title: `${last.title} / ${name}` };
    } else chapters.push({ title: name, startSamples: atSamples });
  }
  return chapters;
}
