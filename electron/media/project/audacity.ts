import { decimalSeconds } from './decimal-seconds.ts';
import { inOrder, markerName } from './frame-layout.ts';
import { plainText } from './plain-text.ts';
import { filesOf, type Project } from './project.ts';

/** A label track for Audacity (File > Import > Labels): start, end and title between tabs, exact to the sample. */
export function audacityLabels({ markers }: Project): string {
  return inOrder(markers)
    .map((marker) => {
      const at = decimalSeconds(marker.positionSamples);
      return `${at}\t${at}\t${markerName(marker)}\n`;
    })
    .join('');
}

/**
 * A list of files that Audacity opens as tracks of one project, each at its offset. Names of exports hold no quote;
 * one that did could not be written, the format has no escape for it.
 */
export function audacityFileList({ media }: Project): string {
  return filesOf(media)
    .map(
      ({ relativePath, startSamples }) =>
        `file "${plainText(relativePath, '').replaceAll('"', "'")}" offset ${decimalSeconds(startSamples)}\n`,
    )
    .join('');
}
