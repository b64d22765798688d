import type { Importer } from '../library/ports.ts';
import { matroskaImporter } from './matroska-importer.ts';
import { oggImporter } from './ogg-importer.ts';
import { zipImporter } from './zip-importer.ts';

/** Everything that can be made a session of; the first that accepts a file takes it. */
export const IMPORTERS: readonly Importer[] = [oggImporter, matroskaImporter, zipImporter];
