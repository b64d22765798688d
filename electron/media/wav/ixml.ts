import type { ChunkWriter } from './chunk-writer.ts';

/** What iXML tells beside the broadcast extension. */
export interface Ixml {
  readonly project: string;
  readonly note: string;
  /** The same for all files of a session, which is how editors know that they belong together. */
  readonly familyId: string;
  readonly fileSetIndex: string;
  /** Frames a second as a fraction, `30000/1001`. */
  readonly timecodeRate: string;
  readonly dropFrame: boolean;
  readonly bitDepth: number;
  readonly sampleRate: number;
  readonly timeReferenceSamples: number;
  /** What each channel holds, in their order. */
  readonly channelNames: readonly string[];
  /** Facts of ours, a line each. */
  readonly user: string;
}

/** The iXML chunk (iXML specification 2.10; gallery.co.uk/ixml). */
export function ixml(writer: ChunkWriter, values: Ixml): void {
  const { timecodeRate, sampleRate, timeReferenceSamples } = values;
  const speed = [
    element('NOTE', ''),
    element('MASTER_SPEED', timecodeRate),
    element('CURRENT_SPEED', timecodeRate),
    element('TIMECODE_RATE', timecodeRate),
    element('TIMECODE_FLAG', values.dropFrame ? 'DF' : 'NDF'),
    element('FILE_SAMPLE_RATE', sampleRate),
    element('AUDIO_BIT_DEPTH', values.bitDepth),
    element('DIGITIZER_SAMPLE_RATE', sampleRate),
    element('TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI', Math.floor(timeReferenceSamples / 2 ** 32)),
    element('TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO', timeReferenceSamples % 2 ** 32),
    element('TIMESTAMP_SAMPLE_RATE', sampleRate),
  ].join('');
  const tracks = values.channelNames.map(
    (name, index) =>
      `<TRACK>${element('CHANNEL_INDEX', index + 1)}${element('INTERLEAVE_INDEX', index + 1)}${element('NAME', name)}${element('FUNCTION', 'VOICE')}</TRACK>`,
  );
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<BWFXML>${element('IXML_VERSION', '2.10')}${element('PROJECT', values.project)}${element('NOTE', values.note)}`,
    `<SPEED>${speed}</SPEED>`,
    `<FILE_SET>${element('FAMILY_UID', values.familyId)}${element('FAMILY_NAME', values.project)}${element('FILE_SET_INDEX', values.fileSetIndex)}</FILE_SET>`,
    `<TRACK_LIST>${element('TRACK_COUNT', tracks.length)}${tracks.join('')}</TRACK_LIST>`,
    `${element('USER', values.user)}</BWFXML>`,
    '',
  ];
  writer.chunk('iXML', () => {
    writer.utf8(lines.join('\n'));
  });
}

function element(name: string, value: string | number): string {
  return value === '' ? `<${name}/>` : `<${name}>${escaped(String(value))}</${name}>`;
}

/** Text as XML 1.0 may hold it: names come from other people. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
