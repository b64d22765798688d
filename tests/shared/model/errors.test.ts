import { describe, expect, test } from 'vitest';
import { AppError, assertNever } from '../../../shared/model/errors.ts';

describe('AppError', () => {
  test('carries what went wrong, the next step and the cause', () => {
    const cause = new Error('EACCES');
    const error = new AppError('unwritable', 'The folder is read-only.', { next: 'Choose another.', cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'AppError',
      code: 'unwritable',
      message: 'The folder is read-only.',
      next: 'Choose another.',
      cause,
    });
  });

  test('has neither next step nor cause where none was given', () => {
    const error = new AppError('internal', 'This should not happen.');
    expect(error.next).toBeUndefined();
    expect('cause' in error).toBe(false);
  });
});

test('assertNever names the value nobody handled', () => {
  // The compiler refuses such a call; JSON from elsewhere can still bring one about.
  const surprise = (): unknown => Reflect.apply(assertNever, undefined, ['surprise']);
  expect(surprise).toThrow('unhandled case: "surprise"');
});
