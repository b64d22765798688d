import { describe, expect, test } from 'vitest';
import { parseNanoSession } from '../../../electron/media/nano-wal/session.ts';

const complete = {
  session_id: 'abc',
  start_timestamp: 1_773_532_752_345,
  end_timestamp: 1_773_532_838_155,
  duration_ms: 85_810,
  emitter_player: 'Alice Smith',
  participants: ['Alice Smith', 'Al "}, "'],
  created_at: '1773532752',
};

function parse(fields: object) {
  return parseNanoSession(Buffer.from(JSON.stringify({ ...complete, ...fields })));
}

test('a session that crashed has null where the end belongs; that is no damage', () => {
  expect(parse({ end_timestamp: null, duration_ms: null })).toMatchObject({
    t0UnixMicros: 1_773_532_752_345_000,
    startSource: 'start_timestamp',
    endUnixMicros: undefined,
    durationMs: undefined,
    findings: [],
  });
});

describe('T0', () => {
  test.each([null, undefined, 0, -5, 'soon', 1.5, 1e18, {}])('falls back on created_at for %j', (start) => {
    const session = parse({ start_timestamp: start });
    expect(session).toMatchObject({ t0UnixMicros: 1_773_532_752_000_000, startSource: 'created_at' });
    expect(session.findings.every(({ kind }) => kind === 'bad-manifest')).toBe(true);
    expect(session.findings.map(({ reason }) => reason)).toContain(
      'session.json has no usable start_timestamp; created_at is taken, up to a second before the start.',
    );
  });

  test.each([null, undefined, '', 'yesterday', '2026-03-14', -1, '99999999999999'])(
    'is unknown without either, created_at %j',
    (created) => {
      const session = parse({ start_timestamp: null, created_at: created });
      expect(session).toMatchObject({ t0UnixMicros: 0, startSource: 'unknown' });
      expect(session.findings.at(-1)?.reason).toMatch(/wall clock is unknown/u);
    },
  );
});

describe('fields of the wrong type are findings, the others are used', () => {
  test.each([
    ['session_id', 5, { sessionId: undefined }],
    ['end_timestamp', 'x', { endUnixMicros: undefined }],
    ['end_timestamp', 5, { endUnixMicros: undefined }],
    ['duration_ms', -1, { durationMs: undefined }],
    ['emitter_player', [], { emitter: undefined }],
    ['participants', 'Alice', { participants: [] }],
    ['participants', ['Alice', 5, null], { participants: ['Alice'] }],
  ])('%s: %j', (name, value, expected) => {
    const session = parse({ [name]: value });
    expect(session).toMatchObject({ t0UnixMicros: 1_773_532_752_345_000, ...expected });
    expect(session.findings.map(({ kind }) => kind)).toEqual(['bad-manifest']);
  });
});

test.each([
  ['missing', undefined],
  ['empty', ''],
  ['an array', '[1]'],
  ['null', 'null'],
  ['a number', '5'],
  ['not JSON', 'start_timestamp: 5'],
  ['zeros', '\0'.repeat(300)],
])('a session.json that is %s gives findings and nothing else', (_, text) => {
  const session = parseNanoSession(text === undefined ? undefined : Buffer.from(text));
  expect(session).toMatchObject({
    sessionId: undefined,
    t0UnixMicros: 0,
    startSource: 'unknown',
    participants: [],
  });
  expect(session.findings.map(({ kind }) => kind)).toEqual(['bad-manifest', 'bad-manifest']);
});

test('wherever it breaks off, the fields that stand complete are used and none is made up', () => {
  const text = JSON.stringify(complete, undefined, 2);
  const endsOf = (value: string) => text.indexOf(value) + value.length;
  for (let size = 1; size < text.length; size++) {
    const session = parseNanoSession(Buffer.from(text.slice(0, size)));
    const isStartThere = size > endsOf('1773532752345');
    expect(session.t0UnixMicros).toBe(isStartThere ? 1_773_532_752_345_000 : 0);
    expect(session.sessionId).toBe(size > endsOf('"abc"') ? 'abc' : undefined);
    expect(session.endUnixMicros).toBe(size > endsOf('1773532838155') ? 1_773_532_838_155_000 : undefined);
    expect(session.emitter).toBe(size > endsOf('"Alice Smith"') ? 'Alice Smith' : undefined);
    expect(session.findings[0]?.reason).toMatch(/not complete JSON/u);
  }
});
