import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { detailedError } from '../../../shared/model/detailed-error.ts';
import { AppError } from '../../../shared/model/errors.ts';
import { fsError, isFsError } from '../../io/fs-error.ts';
import { replaceFile } from '../../io/replace-file.ts';
import { readSmallFile } from '../../io/small-file.ts';
import {
  type AnnotationDocument,
  NO_ANNOTATIONS,
  parseAnnotations,
  serialiseAnnotations,
  withChanges,
} from './annotations.ts';
import type { LibraryPaths, SessionPlace } from './paths.ts';

/** In a session folder of ours. */
export const ANNOTATIONS_FILE = 'annotations.json';

/** Where a session's annotations lie. */
export interface AnnotatedSession extends SessionPlace {
  readonly sessionId: string;
  /** A session of ours in the library that this version may write to: its annotations lie in its own folder. */
  readonly ownFolder: boolean;
}

/**
 * The files that annotations lie in: `annotations.json` in session folders of ours, and documents in
 * `.tailslate/linked` for sessions whose folder is not written to. A document there goes first.
 */
export class AnnotationStore {
  readonly #paths: LibraryPaths;
  /** Documents of the linked folder by place and folder; read when first needed. */
  #linked: Promise<Map<string, AnnotationDocument>> | undefined;

  constructor(paths: LibraryPaths) {
    this.#paths = paths;
  }

  /** What is written about the session in this folder; nothing when there is no file, or none that can be read. */
  async read(at: SessionPlace): Promise<AnnotationDocument> {
    const linked = (await this.linked()).get(placeKey(at));
    if (linked !== undefined) return linked;
    if (at.place === 'linked') return NO_ANNOTATIONS;
    const bytes = await readSmallFile(join(this.#paths.folderOf(at), ANNOTATIONS_FILE));
    return (bytes === undefined ? undefined : parseAnnotations(bytes)) ?? NO_ANNOTATIONS;
  }

  /**
   * Writes what `read` gave, changed. A folder of ours that takes no files has its document among the linked ones.
   * @throws AppError when it cannot be written.
   */
  async write(at: AnnotatedSession, document: AnnotationDocument): Promise<void> {
    if (document.newer) {
      throw detailedError({ kind: 'notes-newer' });
    }
    const linked = await this.linked();
    if (at.ownFolder && !linked.has(placeKey(at))) {
      try {
        await replaceFile(join(this.#paths.folderOf(at), ANNOTATIONS_FILE), serialiseAnnotations(document));
        return;
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'no-space' || error.code === 'not-found')
          throw error;
      }
    }
    const { sessionId, place, folder } = at;
    const complete = withChanges(document, { sessionId, place, folder });
    await replaceFile(this.#linkedFile(sessionId), serialiseAnnotations(complete));
    linked.set(placeKey(at), complete);
  }

  /** Documents of sessions whose folder is not written to, by place and folder. */
  linked(): Promise<Map<string, AnnotationDocument>> {
    this.#linked ??= this.#readLinked();
    return this.#linked;
  }

  /** Reads the documents again when next asked. */
  forget(): void {
    this.#linked = undefined;
  }

  /** Takes a session off the documents; returns the file it was in, undefined when there was none. */
  async unlink(at: SessionPlace & { readonly sessionId: string }): Promise<string | undefined> {
    const isThere = (await this.linked()).delete(placeKey(at));
    return isThere ? this.#linkedFile(at.sessionId) : undefined;
  }

  async #readLinked(): Promise<Map<string, AnnotationDocument>> {
    const found = new Map<string, AnnotationDocument>();
    for (const name of (await this.#linkedNames()).sort()) {
      if (!name.endsWith('.json') || name.startsWith('.')) continue;
      const bytes = await readSmallFile(join(this.#paths.linked, name));
      const document = bytes === undefined ? undefined : parseAnnotations(bytes);
      const { place, folder } = document?.annotations ?? {};
      if (document !== undefined && place !== undefined && folder !== undefined) {
        found.set(placeKey({ place, folder }), document);
      }
    }
    return found;
  }

  async #linkedNames(): Promise<string[]> {
    try {
      return await readdir(this.#paths.linked);
    } catch (error) {
      if (isFsError(error) && error.code === 'ENOENT') return [];
      throw fsError(error, 'read-folder', this.#paths.linked);
    }
  }

  /** Ids of other formats may hold anything; what is no plain file name is named by its digest. */
  #linkedFile(sessionId: string): string {
    const isPlain = /^[0-9a-z][0-9a-z~-]{0,99}$/u.test(sessionId);
    const stem = isPlain
      ? sessionId
      : `id-${createHash('sha256').update(sessionId).digest('hex').slice(0, 32)}`;
    return join(this.#paths.linked, `${stem}.json`);
  }
}

export function placeKey({ place, folder }: SessionPlace): string {
  return `${place}:${folder}`;
}
