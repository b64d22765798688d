import { served } from '../contract/served.ts';
import { TRANSPORTS } from '../contract/transports.ts';
import { FakeApp } from '../support/fake-api.ts';
import type { Row } from './ratio-row.ts';

/** What a call may take at the median: no person notices, and a view may make several. */
const MOST_MS = 2;
const CALLS = 1000;

/** A call there and back, checked at both ends; the slowest transport counts. */
export const CONTRACT_CALL: Row = {
  name: 'contract-call',
  title: 'a call over each transport, median',
  target: `< ${MOST_MS} ms`,
  async run() {
    const medians: string[] = [];
    let slowestMs = 0;
    for (const make of TRANSPORTS) {
      const transport = await make();
      const { connection } = await served(transport, new FakeApp().implementations);
      const took: number[] = [];
      for (let run = 0; run < CALLS; run++) {
        const startMs = performance.now();
        await connection.api.exports.offers({});
        took.push(performance.now() - startMs);
      }
      connection.close();
      await transport.close();
      const medianMs = took.sort((one, other) => one - other)[CALLS / 2] ?? Infinity;
      medians.push(`${transport.name} ${medianMs.toFixed(2)}`);
      slowestMs = Math.max(slowestMs, medianMs);
    }
    return { measured: `${medians.join(', ')} ms`, met: slowestMs < MOST_MS };
  },
};
