import { describe, expect, test } from 'vitest';
import { FolderQuestions } from '../../electron/services/waiting/folder-questions.ts';
import { ToldClock } from '../support/told-clock.ts';

const noop = (): void => undefined;

/** A disk that answers when it is told to. */
function slowDisk() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  return {
    asked,
    question: (name: string) => (): Promise<string> =>
      new Promise((resolve) => {
        asked.push(name);
        waiting.push(() => {
          resolve(name);
        });
      }),
    answer: (): void => {
      waiting.shift()?.();
    },
  };
}

/** Lets promises come to rest. */
const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('questions to a folder', () => {
  test('are answered, one after the other, and fail as they do', async () => {
    const questions = new FolderQuestions(new ToldClock().after);
    const disk = slowDisk();
    const answers = [questions.ask('/a', disk.question('one')), questions.ask('/a', disk.question('two'))];
    await rest();
    expect(disk.asked).toEqual(['one']);
    disk.answer();
    await rest();
    expect(disk.asked).toEqual(['one', 'two']);
    disk.answer();
    expect(await Promise.all(answers)).toEqual(['one', 'two']);
    await expect(questions.ask('/a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await questions.ask('/a', () => Promise.resolve('three'))).toBe('three');
  });

  test('have no answer after three seconds, hold one call however many there are, and others none', async () => {
    const clock = new ToldClock();
    const questions = new FolderQuestions(clock.after);
    const disk = slowDisk();
    const answers = ['one', 'two', 'three'].map((name) => questions.ask('/a', disk.question(name)));
    await rest();
    clock.elapse(2);
    expect(await Promise.race([...answers, rest()])).toBeUndefined();
    expect(await questions.ask('/b', () => Promise.resolve('there'))).toBe('there');
    clock.elapse(1);
    expect(await Promise.all(answers)).toEqual([undefined, undefined, undefined]);
    expect(disk.asked).toEqual(['one']);
    // It answers at last: those who went on without are not asked for any more.
    disk.answer();
    await rest();
    expect(disk.asked).toEqual(['one']);
    const later = questions.ask('/a', disk.question('four'));
    await rest();
    disk.answer();
    expect(await later).toBe('four');
  });

  test('are waited for as long as the folder answers others', async () => {
    const clock = new ToldClock();
    const questions = new FolderQuestions(clock.after);
    const disk = slowDisk();
    const answers = ['one', 'two', 'three'].map((name) => questions.ask('/a', disk.question(name)));
    for (let seconds = 0; seconds < 6; seconds += 2) {
      await rest();
      clock.elapse(2);
      disk.answer();
    }
    expect(await Promise.all(answers)).toEqual(['one', 'two', 'three']);
  });

  test('that fail too late are nobody’s', async () => {
    const clock = new ToldClock();
    const questions = new FolderQuestions(clock.after);
    let fail: (error: Error) => void = noop;
    const answer = questions.ask(
      '/a',
      () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
    );
    await rest();
    clock.elapse(3);
    expect(await answer).toBeUndefined();
    fail(new Error('late'));
    await rest();
  });
});
