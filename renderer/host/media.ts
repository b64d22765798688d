import { mediaPath, type MediaRequest } from '../../shared/ipc/media-path.ts';
import { AppError } from '../../shared/model/errors.ts';

/**
 * Peaks or packets from the host of this page.
 * @throws AppError('unreadable') when it does not answer with them.
 */
export async function fetchMedia(request: MediaRequest, signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(mediaPath(request), { signal });
  if (response.ok) return response.arrayBuffer();
  throw new AppError('unreadable', 'The audio of a player cannot be read.', {
    next: 'Check that the folder of the session is there, then open the session again.',
  });
}
