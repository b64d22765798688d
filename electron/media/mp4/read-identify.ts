import { AppError } from '../../../shared/model/errors.ts';

/** How other files begin, so that a wrong one is called by its name. */
const SIGNATURES: readonly { readonly at: number; readonly text: string; readonly what: string }[] = [
  { at: 0, text: 'OggS', what: 'an Ogg file' },
  { at: 8, text: 'WAVE', what: 'a WAV file' },
  { at: 0, text: 'RIFF', what: 'a RIFF file' },
  { at: 0, text: 'fLaC', what: 'a FLAC file' },
  { at: 0, text: 'ID3', what: 'an MP3 file' },
  { at: 0, text: '\xff\xfb', what: 'an MP3 file' },
  { at: 0, text: '\xff\xf1', what: 'a bare AAC stream' },
  { at: 0, text: '\x1aE\xdf\xa3', what: 'a Matroska or WebM file' },
  { at: 0, text: 'caff', what: 'a Core Audio file' },
  { at: 0, text: 'FORM', what: 'an AIFF file' },
  { at: 0, text: 'NANO-LOG', what: 'a recording log' },
  { at: 0, text: 'PK\x03\x04', what: 'a ZIP archive' },
  { at: 0, text: '\x89PNG', what: 'a picture' },
  { at: 0, text: '\xff\xd8\xff', what: 'a picture' },
  { at: 0, text: '{', what: 'a text file' },
  { at: 0, text: '<', what: 'a text file' },
];

/** The error for a file that is not MP4 or MOV: what its first bytes look like, and what to do. */
export function notAMovie(start: Uint8Array): AppError {
  if (start.length === 0) {
    return new AppError('unreadable', 'The file is empty.', { next: 'Export or copy it again.' });
  }
  const latin = String.fromCharCode(...start.subarray(0, 16));
  const match = SIGNATURES.find(({ at, text }) => latin.startsWith(text, at));
  const isBlank = start.every((byte) => byte === 0);
  const isText = start.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
  const what = match?.what ?? (isText ? 'a text file' : undefined);
  const looks =
    what === undefined
      ? isBlank
        ? 'its beginning is only zeros'
        : 'it does not begin like one'
      : `it looks like ${what}`;
  return new AppError('unreadable', `This is no M4A, MOV, WAV or Ogg file: ${looks}.`, {
    next: 'Choose a file that Tailslate exported.',
  });
}
