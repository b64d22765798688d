import { mediaPath, type MediaRequest } from '../../shared/ipc/media-path.ts';
import { errorIn } from '../../shared/ipc/envelope.ts';
import { AppError } from '../../shared/model/errors.ts';

/**
 * Peaks or packets from the host of this page.
 * @throws AppError('unavailable') where their disk does not answer, 'unreadable' where they cannot be had otherwise.
 */
export async function fetchMedia(request: MediaRequest, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(mediaPath(request), { signal });
  if (response.ok) return response.arrayBuffer();
  const told = errorIn(await response.json().catch(() => null));
  if (told?.detail?.kind === 'folder-silent') throw told;
  throw new AppError('unreadable', 'The audio of a player cannot be read.', {
    next: 'Check that the folder of the session is there, then open the session again.',
  });
}
