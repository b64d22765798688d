import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/model/errors.ts';
import {
  DEFAULT_NAME_TEMPLATE,
  filePath,
  nameKey,
  numberedNames,
  safeStem,
  takeOf,
} from '../../../shared/model/file-name.ts';

const values = {
  session: 'Ep. 46',
  player: 'Marit Solheim',
  index: '1',
  date: '2026-11-20',
  time: '10-01-48',
  timecode: '10-01-48-02',
  preset: 'DaVinci Resolve',
  format: 'bwf',
  take: '3',
};

describe('filePath', () => {
  test('fills the default template', () => {
    expect(filePath(DEFAULT_NAME_TEMPLATE, values)).toEqual({
      folders: [],
      stem: '1_Marit Solheim_10-01-48-02',
    });
  });

  test('names an unknown token and lists the known ones', () => {
    const attempt = () => filePath('{player}_{colour}', values);
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow('{colour}');
  });

  test.each([
    ['{index:02}_{take:03}', '01_003'],
    ['{session:02}', 'Ep. 46'],
    ['{player:upper} {preset:lower}.{format}', 'MARIT SOLHEIM davinci resolve.bwf'],
  ])('%s is changed as its filters say', (template, stem) => {
    expect(filePath(template, values).stem).toBe(stem);
  });

  test.each(['{index:2}', '{player:title}', '{player:}', '{index:00}'])(
    'names the filter of %s',
    (template) => {
      const attempt = () => filePath(template, values);
      expect(attempt).toThrow(AppError);
      expect(attempt).toThrow('unknown filter');
    },
  );

  test.each([
    [[], '1'],
    [[{ kind: 'marker', name: 'take 9' }], '1'],
    [[{ kind: 'slate', name: 'Clap' }], '1'],
    [
      [
        { kind: 'slate', name: 'Scene 2, take 14' },
        { kind: 'slate', name: 'take 15' },
      ],
      '14',
    ],
  ])('the take of %j is %s', (markers, take) => {
    expect(takeOf(markers)).toBe(take);
  });

  test('does not fill tokens that stand in a player name', () => {
    expect(filePath('{player}', { ...values, player: '{index}' }).stem).toBe('{index}');
  });

  test('makes a subfolder at each slash of the template and at none of a value', () => {
    const path = filePath('{session}/con/{player}', { ...values, session: 'a/b', player: '../c' });
    expect(path).toEqual({ folders: ['a_b', 'con_'], stem: '_c' });
  });

  test.each(['/../{player}/', '//../{player}', '../{player}'])('%s stays below the folder', (template) => {
    expect(filePath(template, values)).toEqual({ folders: [], stem: 'Marit Solheim' });
  });

  test('gives a name where the template is nothing but slashes', () => {
    expect(filePath('//', values)).toEqual({ folders: [], stem: 'untitled' });
  });
});

describe('safeStem', () => {
  test.each([
    ['..', 'untitled'],
    ['.', 'untitled'],
    ['', 'untitled'],
    ['   ', 'untitled'],
    ['a/b', 'a_b'],
    ['a\\b', 'a_b'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['CON', 'CON_'],
    ['con.m4a', 'con_.m4a'],
    ['COM1', 'COM1_'],
    ['console', 'console'],
    ['what?*<>|":', 'what_______'],
    ['line\nbreak\u0000', 'line_break_'],
    ['name.', 'name'],
    ['.hidden', 'hidden'],
    ['\u202egpj.exe', 'gpj.exe'],
    ['Bøb 🎧', 'Bøb 🎧'],
    ['مرحبا', 'مرحبا'],
    ['e\u0301', 'é'],
    ['\ud800x', '\ufffdx'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeStem(name)).toBe(expected);
  });

  test('cuts long names between characters as a reader sees them', () => {
    const family = '👩‍👩‍👧‍👦';
    const stem = safeStem(family.repeat(40));
    expect(new TextEncoder().encode(stem).length).toBeLessThanOrEqual(210);
    expect(stem.replaceAll(family, '')).toBe('');
  });

  test('is safe and stable for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const stem = safeStem(text);
        expect(stem).not.toBe('');
        expect(stem).not.toMatch(/[/\\:*?"<>|]|\p{Cc}/u);
        expect(stem).not.toMatch(/^[.\s]|[.\s]$/u);
        expect(new TextEncoder().encode(stem).length).toBeLessThanOrEqual(221);
        expect(safeStem(stem)).toBe(stem);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

test('names that case-insensitive systems take for one have one key', () => {
  expect(nameKey('STRASSE')).toBe(nameKey('strasse'));
  expect(nameKey('E\u0301')).toBe(nameKey('é'));
  expect(nameKey('a')).not.toBe(nameKey('b'));
});

test('numbers a taken name', () => {
  const names = numberedNames('1_Al', 'm4a');
  expect([names.next().value, names.next().value, names.next().value]).toEqual([
    '1_Al.m4a',
    '1_Al (2).m4a',
    '1_Al (3).m4a',
  ]);
});
