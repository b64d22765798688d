import type { ZipFault } from './error-detail.ts';
import type { Sentences } from './sentence.ts';
import { sizeInWords } from './size-in-words.ts';

const ZIP: Readonly<Record<ZipFault, string>> = {
  'no-end': 'It has no end, as a download that was cut short.',
  'list-beyond': 'Its list of files lies beyond its end.',
  'list-long': 'It lists far too many files.',
  'list-damaged': 'Its list of files is damaged.',
  sizes: 'Its files claim more bytes than it has.',
};

/** What is said of files that come into the library and cannot. */
export const IMPORT_SENTENCES = {
  'no-session-file': ({ path }) => ({
    code: 'unsupported',
    message: `${path} is a file that cannot be opened as a session.`,
    next: 'Open a session folder, Ogg Opus files, a zip of them, or a Matroska or WebM file with Opus.',
  }),
  'holds-library': ({ path }) => ({
    code: 'usage',
    message: `${path} holds the library itself and cannot be copied into it.`,
    next: 'Choose a session folder.',
  }),
  'many-tracks': ({ title, count, most }) => ({
    code: 'unsupported',
    message: `${title} has ${count} tracks.`,
    next: `A session holds at most ${most}; import fewer files at a time.`,
  }),
  'positions-too-long': ({ title }) => ({
    code: 'unreadable',
    message: `The positions in ${title} span more than seven days.`,
    next: 'The file is damaged, or is no recording of one session.',
  }),
  'changed-meanwhile': ({ name }) => ({
    code: 'unreadable',
    message: `${name} changed while it was read.`,
    next: 'Import it again.',
  }),
  'no-packets': ({ name }) => ({
    code: 'unreadable',
    message: `${name} holds no Opus packets.`,
    next: 'Check the file.',
  }),
  'ogg-too-large': ({ name, mostBytes }) => ({
    code: 'unsupported',
    message: `${name} is larger than ${sizeInWords(mostBytes)}.`,
    next: 'Cut it into shorter files.',
  }),
  'ogg-no-opus': ({ name }) => ({
    code: 'unreadable',
    message: `${name} holds no Opus audio that can be read.`,
    next: 'Choose Ogg files with Opus in mono or stereo; Vorbis and FLAC are not Opus.',
  }),
  'opus-head': ({ path }) => ({
    code: 'unsupported',
    message: `${path} cannot be imported: its Opus audio has more than two channels, or a head that cannot be read.`,
    next: 'Only Opus in mono or stereo can be kept as it is.',
  }),
  'matroska-no-opus': ({ path }) => ({
    code: 'unsupported',
    message: `${path} holds no Opus audio.`,
    next: 'Only Opus tracks are imported; other codecs would have to be encoded again.',
  }),
  'matroska-unreadable': ({ path }) => ({
    code: 'unreadable',
    message: `${path} cannot be read as Matroska or WebM.`,
    next: 'Check whether another player can play it; it may have been cut short.',
  }),
  'zip-no-ogg': ({ path }) => ({
    code: 'unsupported',
    message: `${path} holds no Ogg Opus files.`,
    next: 'Ask the recorder for Ogg or Opus; other formats would have to be encoded again.',
  }),
  'zip-password': ({ path }) => ({
    code: 'unsupported',
    message: `${path} is protected with a password.`,
    next: 'Unpack it yourself and import the files.',
  }),
  'zip-method': ({ path, name }) => ({
    code: 'unsupported',
    message: `${path} packs ${name} in a way that cannot be read.`,
    next: 'Unpack it yourself and import the files.',
  }),
  'zip-growth': ({ path, name, unpackedBytes }) => ({
    code: 'unsupported',
    message: `${path} holds ${name}, which would be ${sizeInWords(unpackedBytes)} unpacked.`,
    next: 'Audio does not pack like this; get the archive again from who recorded it.',
  }),
  'zip-damaged': ({ path, fault }) => ({
    code: 'unreadable',
    message: `${path} cannot be unpacked. ${ZIP[fault]}`,
    next: 'Download or copy the archive again.',
  }),
  'zip-entry': ({ path, name }) => ({
    code: 'unreadable',
    message: `${path} cannot be unpacked: ${name} in it is damaged.`,
    next: 'Download or copy the archive again.',
  }),
} satisfies Partial<Sentences>;
