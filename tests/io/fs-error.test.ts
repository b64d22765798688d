import { expect, test } from 'vitest';
import { fsError } from '../../electron/io/fs-error.ts';

function said(code: string): unknown {
  return fsError(Object.assign(new Error(`${code}: said the system`), { code }), 'read', '/log');
}

test.each(['EBUSY', 'ESTALE', 'ETIMEDOUT', 'ENOMEM', 'EIO'])('%s has a reason and a next step', (code) => {
  expect(said(code)).toMatchObject({
    code: 'unreadable',
    message: expect.stringMatching(/^Cannot read \/log: [a-z ]+\.$/) as string,
    next: expect.stringMatching(/\.$/) as string,
  });
});

test('links that lead back to themselves are a wrong path', () => {
  expect(said('ELOOP')).toMatchObject({ code: 'not-found', next: 'Check the path.' });
});

test('an error that nobody foresaw has a next step too', () => {
  expect(said('EWEIRD')).toMatchObject({
    code: 'internal',
    message: 'Cannot read /log: EWEIRD: said the system.',
    next: 'Check the disk or network and run it again.',
  });
});

test('what no file system call threw stays as it is', () => {
  const error = new Error('mine');
  expect(fsError(error, 'read', '/log')).toBe(error);
});
