import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty folder for the tests of a file, who remove it in `afterAll`; its path without links. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'tailslate-test-')));
}
