import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PROJECT_TEXTS } from '../../../electron/media/project/project-files.ts';
import { PROJECT_FORMATS } from '../../../shared/model/project-formats.ts';
import { exampleProject } from './example.ts';

const CASES = (['25', '29.97df'] as const).flatMap((rate) =>
  PROJECT_FORMATS.flatMap(({ project, files }) =>
    files.map(({ suffix, extension }, part) => ({
      name: `example-${rate}${suffix}.${extension}`,
      rate,
      text: PROJECT_TEXTS[project][part],
    })),
  ),
);

/**
 * The same project gives the same text, until somebody means to change it: then
 * `GOLDEN=write npx vitest run tests/media/project/golden` writes the files anew.
 */
test.each(CASES)('$name', ({ name, rate, text }) => {
  const path = fileURLToPath(new URL(`../../golden/project/${name}`, import.meta.url));
  const written = text?.(exampleProject(rate)) ?? '';
  if (process.env['GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, written);
  }
  expect(written).toBe(readFileSync(path, 'utf8'));
});
