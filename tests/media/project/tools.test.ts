import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { fcp7 } from '../../../electron/media/project/fcp7.ts';
import { fcpxml } from '../../../electron/media/project/fcpxml.ts';
import { otio } from '../../../electron/media/project/otio.ts';
import type { Project } from '../../../electron/media/project/project.ts';
import { TIMECODE_RATES } from '../../../shared/time/timecode.ts';
import { needs, programPath, type ProgramName } from '../../support/programs.ts';
import { combinedProject, exampleProject, largeProject } from './example.ts';

/** Apple's DTDs and the checks of what they leave open; not ours to hand on, so they may be missing. */
const REFERENCE = fileURLToPath(new URL('../../../../shared/reference/', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'tailslate-projects-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The example at every rate, and projects at the edges. */
const PROJECTS: readonly (readonly [string, Project])[] = [
  ...TIMECODE_RATES.map(({ id }) => [id, exampleProject(id)] as const),
  ...TIMECODE_RATES.filter(({ id }) => ['25', '29.97df', '59.94df'].includes(id)).map(
    (rate) => [`large-${rate.id}`, largeProject(rate)] as const,
  ),
  ...(['bwf', 'mov', 'm4a'] as const).map(
    (format) => [`combined-${format}`, combinedProject('25', format)] as const,
  ),
  ['no-markers', { ...exampleProject('25'), markers: [] }],
  ['one-player', { ...exampleProject('24'), media: exampleProject('24').media.slice(1, 2) }],
  ['no-length', { ...exampleProject('30'), durationSamples: 0, markers: [], media: [] }],
];

/** Writes every project as a file, so that each program starts once. */
function written(extension: string, text: (project: Project) => string): readonly string[] {
  return PROJECTS.map(([name, project]) => {
    const path = join(folder, `${name}.${extension}`);
    writeFileSync(path, text(project));
    return path;
  });
}

function output(program: ProgramName, args: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(programPath(program), args, {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return { status, text: `${stdout}${stderr}` };
}

describe('xmllint', needs('xmllint'), () => {
  test('FCPXML obeys its DTD', ({ skip }) => {
    const dtd = join(REFERENCE, 'fcpxml/FCPXMLv1_9.dtd');
    skip(!existsSync(dtd), 'the DTD of FCPXML is not at hand');
    const { status, text } = output('xmllint', ['--noout', '--dtdvalid', dtd, ...written('fcpxml', fcpxml)]);
    expect(text).toBe('');
    expect(status).toBe(0);
  });

  test('FCP7 XML is well-formed', () => {
    const { status, text } = output('xmllint', ['--noout', ...written('xml', fcp7)]);
    expect(text).toBe('');
    expect(status).toBe(0);
  });
});

describe('checks beyond the schema', needs('python3'), () => {
  test('FCPXML', ({ skip }) => {
    const lint = join(REFERENCE, 'fcpxml/fcpx_lint.py');
    skip(!existsSync(lint), 'the check of FCPXML is not at hand');
    const { status, text } = output('python3', [lint, ...written('fcpxml', fcpxml)]);
    expect(text).toBe('errors: 0\n');
    expect(status).toBe(0);
  });

  test('OpenTimelineIO', ({ skip }) => {
    const lint = join(REFERENCE, 'otio/otio_lint.py');
    skip(!existsSync(lint), 'the check of OpenTimelineIO is not at hand');
    const { status, text } = output('python3', [lint, ...written('otio', otio)]);
    expect(text).toBe('rc 0\n');
    expect(status).toBe(0);
  });
});
