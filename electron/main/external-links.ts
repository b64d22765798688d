import { AppError } from '../../shared/model/errors.ts';

/** Pages that the help and the licences point to; nothing else is handed to the user's browser. */
const ALLOWED: readonly string[] = [
  'https://www.electronjs.org/',
  'https://www.opus-codec.org/',
  'https://opentimeline.io/',
  'https://developer.apple.com/documentation/professional-video-applications/',
];

/**
 * The address to open, as it will be opened.
 * @throws AppError('unsupported') for an address that is not on the list.
 */
export function allowedLink(url: string): string {
  const parsed = URL.parse(url);
  const plain = parsed !== null && parsed.username === '' && parsed.password === '' && parsed.port === '';
  if (parsed === null || !plain || !ALLOWED.some((start) => parsed.href.startsWith(start))) {
    throw new AppError('unsupported', 'Tailslate does not open this address.', {
      next: 'Copy it into your browser if you trust it.',
    });
  }
  return parsed.href;
}
