import type { Importer } from '../library/ports.ts';
import { oggImporter } from './ogg-importer.ts';

/** Everything that can be made a session of; the first that accepts a file takes it. */
export const IMPORTERS: readonly Importer[] = [oggImporter];
