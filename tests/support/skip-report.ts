import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Closes a run with why tests were skipped, one line per reason, and with the totals on a line of their own:
 * `N passed, N failed, N skipped`.
 */
export default class SkipReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    for (const [reason, count] of countBy(skipped, skipReason)) {
      console.warn(`skipped because ${reason}: ${count} ${count === 1 ? 'test' : 'tests'}`);
    }
    // A file that does not even load has no tests to count, and must not read as a success.
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    const failed = tests.filter((test) => test.result().state === 'failed').length + broken;
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

function skipReason(test: TestCase): string {
  const missing = test.meta().missingPrograms ?? [];
  if (missing.length > 0)
    return `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed`;
  const result = test.result();
  return result.state === 'skipped' && result.note !== undefined ? result.note : 'of a filter or a bare skip';
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
