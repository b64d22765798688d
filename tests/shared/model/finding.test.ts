import { expect, test } from 'vitest';
import { isDamage, type FindingKind } from '../../../shared/model/finding.ts';

const damage: Record<FindingKind, boolean> = {
  'torn-tail': true,
  'bad-checksum': true,
  hole: true,
  'foreign-bytes': true,
  'bad-header': true,
  'not-opus': true,
  'no-timestamp': false,
  'bad-position': true,
  'bad-manifest': false,
  'unread-file': false,
};

test.each(Object.entries(damage))('%s means lost audio: %s', (_kind, lost) => {
  const kind = Object.keys(damage).find((each): each is FindingKind => each === _kind) ?? 'hole';
  expect(isDamage({ kind, file: 'log/000001.tsl', startByte: 0, endByte: 1, reason: '' })).toBe(lost);
});
